import type { Matrix } from '../numeric/matrix';

/** No model's log-probabilities count more than so many times: held-out images that all are right would ask for more and more. */
const MOST = 4;
/** Rounds over all weights; each finds one weight to a ten-thousandth. */
const ROUNDS = 30;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * How much each of several models counts: w ≥ 0 with the smallest mean log-loss of softmax(Σ wₖ ln pₖ) on images that none of
 * them has seen, a log-linear pool (Genest & Zidek 1986) whose weights are chosen by stacking (Wolpert 1992; non-negative as
 * in Breiman 1996). Their sum calibrates as a temperature does (Guo et al. 2017). The problem is convex; one weight at a time
 * is brought to its minimum.
 * @param logProbabilities of each model [n × c], or logits, n ≥ 1. `labels`: n class indices below c.
 */
export function stackingWeights(logProbabilities: readonly Matrix[], labels: ArrayLike<number>): Float64Array {
  const weights = new Float64Array(logProbabilities.length).fill(1 / logProbabilities.length);
  let before = logLoss(logProbabilities, weights, labels);
  for (let round = 0; round < ROUNDS; round++) {
    for (let k = 0; k < weights.length; k++)
      weights[k] = lowest((weight) => {
        weights[k] = weight;
        return logLoss(logProbabilities, weights, labels);
      });
    const after = logLoss(logProbabilities, weights, labels);
    if (before - after < 1e-7) break;
    before = after;
  }
  return weights;
}

/** So that what a model calls impossible costs much, and not all. */
const SMALLEST = 1e-12;

/** Logarithms of probabilities [n × c], those of 0 cut off. */
export const logProbabilities = ({ data, ...shape }: Matrix): Matrix => ({
  ...shape,
  data: Float64Array.from(data, (p) => Math.log(Math.max(p, SMALLEST))),
});

/** Mean log-loss of the pool. */
export function logLoss(
  logProbabilities: readonly Matrix[],
  weights: ArrayLike<number>,
  labels: ArrayLike<number>,
): number {
  const [{ rows, columns }] = logProbabilities as [Matrix];
  const pooled = new Float64Array(columns);
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    pooled.fill(0);
    for (let k = 0; k < logProbabilities.length; k++) {
      const { data } = logProbabilities[k];
      for (let c = 0; c < columns; c++) pooled[c] += weights[k] * data[i * columns + c];
    }
    const largest = pooled.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    let exponentials = 0;
    for (const value of pooled) exponentials += Math.exp(value - largest);
    sum += largest + Math.log(exponentials) - pooled[labels[i]];
  }
  return sum / rows;
}

/** Where a convex function on [0, MOST] is lowest, by golden section; 0 exactly where it rises from there. */
function lowest(f: (x: number) => number): number {
  let from = 0;
  let to = MOST;
  let left = to - GOLDEN * (to - from);
  let right = from + GOLDEN * (to - from);
  let [atLeft, atRight] = [f(left), f(right)];
  while (to - from > 1e-4) {
    if (atLeft <= atRight) {
      to = right;
      [right, atRight] = [left, atLeft];
      left = to - GOLDEN * (to - from);
      atLeft = f(left);
    } else {
      from = left;
      [left, atLeft] = [right, atRight];
      right = from + GOLDEN * (to - from);
      atRight = f(right);
    }
  }
  const middle = (from + to) / 2;
  return f(0) <= f(middle) ? 0 : middle;
}
