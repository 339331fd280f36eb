import type { Job } from '../job';
import { throwIfCancelled } from '../job';
import { type Matrix, matrix, row } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { evaluate, type Metrics } from './metrics';

/** Metrics by cross-validation on the labelled images, where there is no test split. */
export interface EstimatedMetrics extends Metrics {
  readonly estimate: true;
  readonly folds: number;
  /** Out of fold, of every labelled image. */
  readonly probabilities: Matrix<Float64Array>;
}

/**
 * The fold, 0 … k−1, of each label. Every class is spread as evenly as it goes (its counts in two folds differ by at
 * most 1), and so are the folds' sizes. Same random stream, same folds. 2 ≤ k ≤ number of labels.
 */
export function stratifiedFolds(labels: ArrayLike<number>, k: number, random: Random): Int32Array {
  const n = labels.length;
  if (!(Number.isInteger(k) && k >= 2 && k <= n))
    throw new RangeError(`The number of folds must be a whole number from 2 to ${n}, not ${k}.`);
  // Sorted by class, shuffled within it, then dealt like cards: each class starts where the one before stopped.
  const order = random.permutation(n).sort((a, b) => labels[a] - labels[b]);
  const folds = new Int32Array(n);
  order.forEach((image, position) => {
    folds[image] = position % k;
  });
  return folds;
}

/** Indices inside and outside of one fold, ascending. */
export function splitFold(
  folds: Int32Array,
  fold: number,
): { readonly training: Int32Array; readonly heldOut: Int32Array } {
  const indices = folds.map((_, i) => i);
  return { training: indices.filter((i) => folds[i] !== fold), heldOut: indices.filter((i) => folds[i] === fold) };
}

export interface CrossValidationRequest {
  /** n class indices. */
  readonly labels: ArrayLike<number>;
  readonly classCount: number;
  /** Number of folds; at most n are made. */
  readonly folds: number;
  readonly random: Random;
  /**
   * Trains on the images `training` and gives probabilities of the images `heldOut`, [heldOut × c]; both are positions
   * in `labels`. It must not look at the labels of the images held out.
   */
  readonly predict: (training: Int32Array, heldOut: Int32Array, fold: number) => Promise<Matrix>;
}

/** Out-of-fold probabilities of every labelled image, [n × c], each from the model that has not seen it; n ≥ 2. */
export async function outOfFoldProbabilities(request: CrossValidationRequest, job: Job): Promise<Matrix<Float64Array>> {
  const { labels, classCount, random, predict } = request;
  const k = foldCount(request);
  const folds = stratifiedFolds(labels, k, random);
  const pooled = matrix(labels.length, classCount, new Float64Array(labels.length * classCount));
  for (let fold = 0; fold < k; fold++) {
    throwIfCancelled(job);
    job.report({ stage: 'Cross-validating', done: fold, total: k, unit: 'folds' });
    const { training, heldOut } = splitFold(folds, fold);
    const probabilities = await predict(training, heldOut, fold);
    if (probabilities.rows !== heldOut.length || probabilities.columns !== classCount)
      throw new RangeError(
        `Fold ${fold} needs ${heldOut.length} × ${classCount} probabilities, not ${probabilities.rows} × ${probabilities.columns}.`,
      );
    heldOut.forEach((image, i) => {
      row(pooled, image).set(row(probabilities, i));
    });
  }
  job.report({ stage: 'Cross-validating', done: k, total: k, unit: 'folds' });
  return pooled;
}

/**
 * Metrics of the pooled out-of-fold probabilities. An estimate, a little pessimistic: each model is trained on fewer
 * images, and the only image of a class is always missed. Undefined with fewer than 2 labels, where nothing can be held out.
 */
export async function crossValidate(request: CrossValidationRequest, job: Job): Promise<EstimatedMetrics | undefined> {
  if (request.labels.length < 2) return undefined;
  const probabilities = await outOfFoldProbabilities(request, job);
  return {
    ...evaluate(probabilities, request.labels, request.classCount),
    estimate: true,
    folds: foldCount(request),
    probabilities,
  };
}

function foldCount({ folds, labels }: CrossValidationRequest): number {
  return Math.min(folds, labels.length);
}
