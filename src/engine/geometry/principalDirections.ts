import { type Matrix, row, type Vector } from '../numeric/matrix';
import { dot } from '../numeric/vectors';

const SAMPLE = 1000; // rows looked at
const ITERATIONS = 4;

/**
 * About `count` orthonormal directions (fewer where the rows span less) that hold most of the squared length of the rows:
 * subspace iteration on a sample of them. Only roughly the principal ones, for uses in which any directions are right and
 * good ones are faster. G. Golub, C. Van Loan, "Matrix Computations", 4th edition, section 8.2.4.
 */
export function principalDirections(m: Matrix, count: number): Float64Array[] {
  const step = Math.max(1, Math.ceil(m.rows / SAMPLE));
  const sample: Vector[] = [];
  for (let i = 0; i < m.rows; i += step) sample.push(row(m, i));
  const spread = Math.max(1, Math.floor(sample.length / count));
  let directions = orthonormal(sample.filter((_, i) => i % spread === 0).slice(0, count));
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const images = directions.map(() => new Float64Array(m.columns));
    for (const x of sample)
      for (const [q, direction] of directions.entries()) {
        const image = images[q];
        const share = dot(x, direction);
        for (let j = 0; j < image.length; j++) image[j] += share * x[j];
      }
    directions = orthonormal(images);
  }
  return directions;
}

/** Gram-Schmidt, twice; vectors within the span of those before are left out. */
export function orthonormal(vectors: readonly Vector[]): Float64Array[] {
  const directions: Float64Array[] = [];
  for (const vector of vectors) {
    const direction = Float64Array.from(vector);
    const before = Math.sqrt(dot(direction, direction));
    for (let pass = 0; pass < 2; pass++)
      for (const other of directions) {
        const share = dot(direction, other);
        for (let j = 0; j < direction.length; j++) direction[j] -= share * other[j];
      }
    const length = Math.sqrt(dot(direction, direction));
    if (!(length > 1e-6 * before && length < Number.POSITIVE_INFINITY)) continue;
    directions.push(direction.map((value) => value / length));
  }
  return directions;
}
