import { type Matrix, matrix } from '../numeric/matrix';
import { softmax } from '../numeric/probabilities';

export interface SoftTargetOptions {
  /** Share that each class should have of all images. */
  readonly shares: ArrayLike<number>;
  /** Below 1: targets are surer than what they are made of. */
  readonly temperature: number;
}

/**
 * Targets for images that nobody labelled, [n × c], rows of sum 1, from a model's logits: its probabilities, multiplied class by class so that
 * their mean comes near what the labels say (distribution alignment, Berthelot et al. 2020), and sharpened. A class with a share
 * of 0 gets nothing.
 */
export function softTargets(logits: Matrix, { shares, temperature }: SoftTargetOptions): Matrix<Float64Array> {
  const { rows: n, columns: c } = logits;
  const { data } = softmax(logits);
  const sums = new Float64Array(c);
  for (let i = 0; i < data.length; i++) sums[i % c] += data[i];
  const factors = sums.map((sum, k) => (sum > 0 ? shares[k] / sum : 0));
  const targets = new Float64Array(n * c);
  for (let i = 0; i < n; i++) {
    const row = targets.subarray(i * c, (i + 1) * c);
    for (let k = 0; k < c; k++) row[k] = data[i * c + k] * factors[k];
    sharpen(row, temperature);
  }
  return matrix(n, c, targets);
}

/** Raises to a power, and makes the sum 1. */
function sharpen(row: Float64Array, temperature: number): void {
  const most = row.reduce((largest, value) => Math.max(largest, value), 0);
  if (most === 0) return; // only classes without labels: it counts for nothing
  for (let k = 0; k < row.length; k++) row[k] = (row[k] / most) ** (1 / temperature);
  const sum = row.reduce((a, b) => a + b, 0);
  for (let k = 0; k < row.length; k++) row[k] /= sum;
}

/** Each class's share of the labels, one more of every class that has any: a rare one is not made rarer by chance. */
export function labelShares(labels: Int32Array, classCount: number): Float64Array {
  const counts = new Float64Array(classCount);
  for (const label of labels) counts[label]++;
  const raised = counts.map((count) => (count > 0 ? count + 1 : 0));
  const sum = raised.reduce((a, b) => a + b, 0);
  return raised.map((count) => count / sum);
}
