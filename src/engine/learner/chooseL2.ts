import type { Job } from '../job';
import { predictProbabilities } from '../numeric/linearHead';
import { row, takeRows } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { splitFold, stratifiedFolds } from './folds';
import { origin, prepare, solve, type TrainingSet, toHead } from './logisticRegression';

export interface ChooseL2Request extends TrainingSet {
  readonly random: Random;
  readonly folds?: number;
  /** Values to try; multiples of defaultL2 unless given. */
  readonly candidates?: readonly number[];
  /** Below this number of labels defaultL2 is taken untried. */
  readonly minLabels?: number;
}

export interface L2Choice {
  readonly l2: number;
  /** Mean out-of-fold cross-entropy of each value tried, strongest first; empty when too few labels let none be tried. */
  readonly tried: readonly { readonly l2: number; readonly logLoss: number }[];
}

const DEFAULT_FOLDS = 5;
const DEFAULT_MIN_LABELS = 500;
const MULTIPLES = [3, 1, 0.3, 0.1];
/** Looser than for the final fit; far below the differences between candidates. */
const TOLERANCE = 1e-3;

/**
 * The penalty for n labelled images with d features: d / n, at most 1. That is scikit-learn's C = 1 on features of
 * unit mean square norm, capped where few labels would let it shrink the weights to nothing. On 2,000
 * test images of FER13 its accuracy was within a point of the best value tried: from 35 to 7,000 labels for random
 * convolutions and principal components of HOG, to 1,000 for HOG itself.
 */
export function defaultL2(n: number, d: number): number {
  return Math.min(1, d / n);
}

/**
 * The penalty with the least out-of-fold cross-entropy over stratified folds (the stronger one on a tie), each fold's fits
 * going from strong to weak, every one started from the last. With few labels it is defaultL2 instead: below some
 * hundreds, cross-entropy asks for a penalty that costs about a point of accuracy (FER13).
 */
export async function chooseL2(request: ChooseL2Request, job: Job): Promise<L2Choice> {
  const { features, labels, classCount, sampleWeights, standardisation, random } = request;
  const { folds: k = DEFAULT_FOLDS, minLabels = DEFAULT_MIN_LABELS } = request;
  const n = features.rows;
  const fallback = defaultL2(n, features.columns);
  if (n < Math.max(minLabels, k)) return { l2: fallback, tried: [] };
  const candidates = [...(request.candidates ?? MULTIPLES.map((m) => m * fallback))].sort((a, b) => b - a);
  if (candidates.length === 0) throw new RangeError('There must be at least one candidate for l2.');

  const quiet: Job = { signal: job.signal, report: () => {} };
  const folds = stratifiedFolds(labels, k, random);
  const losses = new Float64Array(candidates.length);
  let weightSum = 0;
  for (let fold = 0; fold < k; fold++) {
    const { training, heldOut } = splitFold(folds, fold);
    const problem = prepare({
      features: takeRows(features, training),
      labels: training.map((i) => labels[i]),
      classCount,
      ...(sampleWeights && { sampleWeights: Float64Array.from(training, (i) => sampleWeights[i]) }),
      ...(standardisation && { standardisation }),
    });
    const unseen = takeRows(features, heldOut);
    heldOut.forEach((i) => {
      weightSum += sampleWeights?.[i] ?? 1;
    });
    let theta = origin(problem);
    for (const [c, l2] of candidates.entries()) {
      const done = fold * candidates.length + c;
      job.report({ stage: 'Choosing the regularisation', done, total: k * candidates.length, unit: 'fits' });
      theta = (await solve(problem, l2, theta, { tolerance: TOLERANCE }, quiet)).x;
      const probabilities = predictProbabilities(toHead(theta, problem), unseen);
      heldOut.forEach((i, position) => {
        const p = Math.max(row(probabilities, position)[labels[i]], Number.MIN_VALUE);
        losses[c] -= (sampleWeights?.[i] ?? 1) * Math.log(p);
      });
    }
  }
  const tried = candidates.map((l2, c) => ({ l2, logLoss: losses[c] / weightSum }));
  return { l2: tried.reduce((best, t) => (t.logLoss < best.logLoss ? t : best)).l2, tried };
}
