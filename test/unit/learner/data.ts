import { type Matrix, matrix } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';

/** Gaussian classes: n images, d features, c classes in turn, centres `apart` from the origin, on shifted, unequal axes. */
export function gaussianClasses(
  n: number,
  d: number,
  c: number,
  { apart = 1, seed = 1 } = {},
): { features: Matrix<Float64Array>; labels: Int32Array } {
  const random = Random.stream(seed, 'test');
  const centres = Float64Array.from({ length: c * d }, () => apart * random.normal());
  const labels = Int32Array.from({ length: n }, (_, i) => i % c);
  const data = new Float64Array(n * d);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++)
      data[i * d + j] = 3 * j - 2 + (1 + 0.5 * j) * (centres[labels[i] * d + j] + random.normal());
  return { features: matrix(n, d, data), labels };
}

/** A matrix from its rows. */
export function fromRows(rows: readonly (readonly number[])[]): Matrix<Float64Array> {
  return matrix(rows.length, rows[0].length, Float64Array.from(rows.flat()));
}
