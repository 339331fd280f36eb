import { principalSubspace } from '../geometry/principalSubspace';
import { crossProducts } from '../geometry/products';
import type { Job } from '../job';
import { type Matrix, matrix } from '../numeric/matrix';

/**
 * What an encoder's rows vary in on the images at hand: y = (x − mean) Vᵀ. Distances and products of rows stay what they
 * were but for what the images hardly vary in; so do probes, whose penalty prefers no direction.
 */
export interface Projection {
  /** [d] */
  readonly mean: Float32Array;
  /** Orthonormal rows, [k × d]. */
  readonly directions: Matrix<Float32Array>;
}

/** Numbers an image that are kept: on faces, probes on 512 of 5,632 are as good as on all (docs/results.md). */
export const MOST_COMPONENTS = 512;

/** Images that directions are fitted to. */
export const FITTED_TO = 2_000;

/** Fits a projection to a sample's rows, [n × d]. */
export async function projectionOf(rows: Matrix<Float32Array>, job: Job): Promise<Projection> {
  const { rows: n, columns, data } = rows;
  const sums = new Float64Array(columns);
  for (let i = 0; i < n; i++) for (let j = 0; j < columns; j++) sums[j] += data[i * columns + j];
  const mean = Float32Array.from(sums, (sum) => sum / n);
  return { mean, directions: await principalSubspace(centred(rows, mean), MOST_COMPONENTS, job) };
}

/** Rows [n × d] → [n × k]. What becomes of a row does not depend on the others. */
export const projected = (
  rows: Matrix<Float32Array>,
  { mean, directions }: Projection,
): Promise<Matrix<Float32Array>> => crossProducts(centred(rows, mean), directions);

function centred({ rows, columns, data }: Matrix<Float32Array>, mean: Float32Array): Matrix<Float32Array> {
  const less = new Float32Array(data.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) less[i * columns + j] = data[i * columns + j] - mean[j];
  return matrix(rows, columns, less);
}
