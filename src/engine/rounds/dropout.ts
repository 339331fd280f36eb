import { inputError } from '../errors';
import { forEachProductRow } from '../geometry/products';
import { breathe, type Job } from '../job';
import { DropoutMeans, type DropoutSummary } from '../numeric/dropoutSummary';
import type { LinearHead } from '../numeric/linearHead';
import { type Matrix, matrix } from '../numeric/matrix';
import { softmaxInPlace } from '../numeric/probabilities';
import type { Random } from '../numeric/random';

export interface DropoutRequest {
  /** Who asks, for errors. */
  readonly strategy: string;
  readonly head: LinearHead;
  /** What the head sees, [n × d]. */
  readonly features: Matrix;
  /** Probability with which a feature is left out. */
  readonly rate: number;
  /** Masks to draw. */
  readonly passes: number;
}

/**
 * Monte-Carlo dropout before the head (Y. Gal, Z. Ghahramani, "Dropout as a Bayesian approximation", ICML 2016): passes
 * with inverted-dropout masks (kept features are divided by 1 − rate). A pass uses one mask for all images, as a sample of
 * the network that is asked about each of them (A. Kirsch, J. van Amersfoort, Y. Gal, "BatchBALD", NeurIPS 2019, §3.1):
 * equal images score equally wherever they stand in the pool. Memory does not grow with passes · n.
 */
export async function dropoutSummary(
  { strategy, head, features, rate, passes }: DropoutRequest,
  random: Random,
  job: Job,
): Promise<DropoutSummary> {
  if (!(rate > 0 && rate < 1))
    throw inputError(
      `This model has no dropout before its head, so all its predictions agree and ${strategy} has nothing to compare; choose another strategy, such as entropy.`,
    );
  const { weights, bias } = head;
  const classCount = bias.length;
  const means = new DropoutMeans(features.rows, classCount);
  const probabilities = new Float64Array(classCount);
  const add = (i: number, products: Float32Array) => {
    for (let from = 0; from < products.length; from += classCount) {
      for (let c = 0; c < classCount; c++) probabilities[c] = products[from + c] + bias[c];
      softmaxInPlace(probabilities);
      means.add(i, probabilities);
    }
  };
  await forEachProductRow(features, maskedHeads(weights, rate, passes, random), add, async (done) => {
    job.report({ stage: 'Scoring under dropout', done, total: features.rows, unit: 'images' });
    await breathe(job);
  });
  return means;
}

/** Dropping a feature is dropping its column of weights: the weights under each mask, [passes · c × d]. */
function maskedHeads(weights: Matrix, rate: number, passes: number, random: Random): Matrix<Float32Array> {
  const { rows, columns, data } = weights;
  const masked = new Float32Array(passes * data.length);
  for (let t = 0; t < passes; t++)
    for (let j = 0; j < columns; j++) {
      const factor = random.chance(rate) ? 0 : 1 / (1 - rate);
      for (let c = 0; c < rows; c++) masked[t * data.length + c * columns + j] = factor * data[c * columns + j];
    }
  return matrix(passes * rows, columns, masked);
}
