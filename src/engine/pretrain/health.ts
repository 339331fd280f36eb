import { type Matrix, matrix, transposed } from '../numeric/matrix';
import { nativeProducts } from '../runtime/onnx/nativeProducts';

/**
 * Label-free figures that tell whether contrastive pre-training works or has collapsed.
 * Alignment and uniformity: Wang & Isola 2020, "Understanding contrastive representation learning through alignment
 * and uniformity on the hypersphere".
 */
export interface Health {
  /** Mean squared distance between two views of one image; 0 is perfect, 2 is chance. */
  readonly alignment: number;
  /** Log of the mean Gaussian potential between different images; 0 means collapse, lower is more spread out. */
  readonly uniformity: number;
}

/**
 * From unit projections [2n × d], rows i and i + n being views of one image. Rows of zeros, which a collapsed network gives, are one
 * point.
 */
export function contrastiveHealth(projections: Float32Array, dimensions: number): Health {
  const rows = projections.length / dimensions;
  const half = rows / 2;
  const lengths = Array.from({ length: rows }, (_, i) =>
    projections.subarray(i * dimensions, (i + 1) * dimensions).some((value) => value !== 0) ? 1 : 0,
  );
  const squaredDistance = (i: number, j: number) => {
    let dot = 0;
    for (let d = 0; d < dimensions; d++) dot += projections[i * dimensions + d] * projections[j * dimensions + d];
    return lengths[i] + lengths[j] - 2 * dot;
  };
  let alignment = 0;
  let potential = 0;
  for (let i = 0; i < half; i++) {
    alignment += squaredDistance(i, i + half) / half;
    for (let j = 0; j < i; j++) potential += Math.exp(-2 * squaredDistance(i, j));
  }
  return { alignment, uniformity: Math.log(potential / Math.max(1, (half * (half - 1)) / 2)) };
}

/**
 * Effective number of dimensions that features use: the participation ratio (Σλ)² / Σλ² of the covariance's
 * eigenvalues, which needs only traces. Between 1 (collapsed onto a line) and d.
 */
export async function effectiveRank(features: Matrix): Promise<number> {
  const centred = centredColumns(features);
  let trace = 0;
  for (const value of centred.data) trace += value * value;
  // products of columns and products of rows have the same eigenvalues; the fewer of them are the cheaper ones
  const side = centred.columns < centred.rows ? transposed(centred) : centred;
  let squares = 0;
  for (const product of (await nativeProducts(side, side)).data) squares += product * product;
  return squares > 0 ? trace ** 2 / squares : 0;
}

function centredColumns({ rows, columns, data }: Matrix): Matrix<Float32Array> {
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let d = 0; d < columns; d++) mean[d] += data[i * columns + d] / rows;
  return matrix(
    rows,
    columns,
    Float32Array.from(data, (value, i) => value - mean[i % columns]),
  );
}
