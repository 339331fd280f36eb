import type { Matrix } from '../matrix';

/** Temperatures are looked for between these; a fit that runs into one gives it. */
export const MIN_TEMPERATURE = 0.05;
export const MAX_TEMPERATURE = 20;

const MAX_STEPS = 100;
const PRECISION = 1e-10;

/**
 * The temperature T that minimises the mean negative log-likelihood of softmax(logits / T) (Guo et al., ICML 2017, §4.2).
 * logits [n × c]; n labels below c; n ≥ 1. Use logits of images that the model was not trained on.
 *
 * In β = 1 / T the loss is convex, so its derivative has at most one root: Newton's method on ln β within a shrinking
 * bracket, a bisection where a step would leave it. Where T makes no difference (all logits of a row equal) T is 1.
 */
export function fitTemperature(logits: Matrix, labels: ArrayLike<number>): number {
  if (logits.rows === 0) throw new RangeError('A temperature needs at least one image.');
  if (labels.length !== logits.rows)
    throw new RangeError(`${logits.rows} rows of logits need ${logits.rows} labels, not ${labels.length}.`);
  for (let i = 0; i < labels.length; i++)
    if (!(Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < logits.columns))
      throw new RangeError(`Label ${i} must be a class index below ${logits.columns}, not ${labels[i]}.`);
  if (!logits.data.every(Number.isFinite)) throw new RangeError('Logits must be finite.');

  if (logits.data.every((z, k) => z === logits.data[k - (k % logits.columns)])) return 1;
  let low = Math.log(1 / MAX_TEMPERATURE);
  let high = Math.log(1 / MIN_TEMPERATURE);
  if (derivatives(logits, labels, Math.exp(low)).first >= 0) return MAX_TEMPERATURE;
  if (derivatives(logits, labels, Math.exp(high)).first <= 0) return MIN_TEMPERATURE;
  let u = 0;
  for (let step = 0; step < MAX_STEPS && high - low > PRECISION; step++) {
    const beta = Math.exp(u);
    const { first, second } = derivatives(logits, labels, beta);
    if (first === 0) break;
    if (first > 0) high = u;
    else low = u;
    const newton = u - first / (second * beta);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - u) < PRECISION) break;
    u = next;
  }
  return Math.exp(-u);
}

/** First and second derivative by β of the mean negative log-likelihood of softmax(β · logits). */
function derivatives(
  { rows, columns, data }: Matrix,
  labels: ArrayLike<number>,
  beta: number,
): { readonly first: number; readonly second: number } {
  let first = 0;
  let second = 0;
  for (let i = 0; i < rows; i++) {
    const at = i * columns;
    let max = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < columns; c++) max = Math.max(max, data[at + c]);
    let sum = 0;
    let mean = 0;
    let square = 0;
    for (let c = 0; c < columns; c++) {
      const z = data[at + c] - max;
      const e = Math.exp(beta * z);
      sum += e;
      mean += e * z;
      square += e * z * z;
    }
    mean /= sum;
    first += mean - (data[at + labels[i]] - max);
    second += square / sum - mean * mean;
  }
  return { first: first / rows, second: second / rows };
}
