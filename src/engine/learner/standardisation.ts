import type { Matrix } from '../numeric/matrix';

/** Centre of each feature column and one spread for all: z = (x − mean) / scale. */
export interface Standardisation {
  readonly mean: Float64Array;
  /** Above 0. */
  readonly scale: number;
}

/**
 * Centres each column of [n × d] and divides all by one number, the root mean square of their standard deviations, so
 * that ‖z‖² is d on average. Fits features that share a unit, such as an encoder's: directions with little variance stay
 * small, where scaling each column by itself would blow their noise up. Rotating the features changes nothing. Where
 * nothing varies the scale is 1.
 */
export function standardisationOf({ rows, columns, data }: Matrix): Standardisation {
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    const share = 1 / (i + 1);
    for (let j = 0; j < columns; j++) mean[j] += share * (data[i * columns + j] - mean[j]);
  }
  const variance = new Float64Array(columns);
  const share = 1 / rows;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) variance[j] += share * (data[i * columns + j] - mean[j]) ** 2;
  const spread = Math.sqrt(variance.reduce((sum, v) => sum + v, 0) / variance.length);
  return { mean, scale: spread || 1 };
}
