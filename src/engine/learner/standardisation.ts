import type { Matrix } from '../numeric/matrix';

/** Centre and spread of each feature column: z = (x − mean) / scale. */
export interface Standardisation {
  readonly mean: Float64Array;
  /** Above 0. */
  readonly scale: Float64Array;
}

/**
 * Centres each column of [n × d] and divides all by one number, the root mean square of their standard deviations, so
 * that ‖z‖² is d on average. Fits features that share a unit, such as an encoder's: directions with little variance stay
 * small, where scaling each column by itself would blow their noise up. Rotating the features changes nothing. Row i
 * counts sampleWeights[i] times.
 */
export function overallStandardisation(features: Matrix, sampleWeights?: ArrayLike<number>): Standardisation {
  const { mean, variance } = columnMoments(features, sampleWeights);
  const spread = Math.sqrt(variance.reduce((sum, v) => sum + v, 0) / variance.length);
  return { mean, scale: mean.map(() => spread || 1) };
}

/** A column whose standard deviation is below this part of its mean's size varies by rounding only. */
const ROUNDING = 1e-6;

/** Centres and scales each column by itself: for features in different units. A constant column is only centred. */
export function columnStandardisation(features: Matrix, sampleWeights?: ArrayLike<number>): Standardisation {
  const { mean, variance } = columnMoments(features, sampleWeights);
  const scale = variance.map((v, j) => (Math.sqrt(v) > ROUNDING * Math.abs(mean[j]) ? Math.sqrt(v) : 1));
  return { mean, scale };
}

/** Weighted mean and variance (divisor Σw) of each column, in two passes. */
function columnMoments(
  { rows, columns, data }: Matrix,
  sampleWeights?: ArrayLike<number>,
): { readonly mean: Float64Array; readonly variance: Float64Array } {
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const weight = sampleWeights?.[i] ?? 1;
    if (weight === 0) continue;
    total += weight;
    for (let j = 0; j < columns; j++) mean[j] += (weight / total) * (data[i * columns + j] - mean[j]);
  }
  for (let i = 0; i < rows; i++) {
    const weight = (sampleWeights?.[i] ?? 1) / total;
    if (weight === 0) continue;
    for (let j = 0; j < columns; j++) variance[j] += weight * (data[i * columns + j] - mean[j]) ** 2;
  }
  return { mean, variance };
}
