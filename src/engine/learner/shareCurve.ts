import { type Job, throwIfCancelled } from '../job';
import { predictProbabilities } from '../numeric/linearHead';
import { row, takeRows } from '../numeric/matrix';
import { argmax } from '../numeric/probabilities';
import { Random } from '../numeric/random';
import { splitFold, stratifiedFolds } from './folds';
import { type ProbedRows, probeL2 } from './heldOut';
import { fitLogisticRegression } from './logisticRegression';

const FOLDS = 5;
/** Of the labels that are not held out. */
const SHARES = [0.25, 0.5, 0.75, 1];
/** As for other held-out probes: accuracies are the same. */
const TOLERANCE = 0.01;

/** What so many labels give, measured on all of them, each by a probe that has not seen it. */
export interface SharePoint {
  readonly labels: number;
  readonly accuracy: number;
}

/**
 * The accuracy of probes on a quarter, half, three quarters and all of the labels outside of each fold, drawn at random and the smaller
 * among the larger, on the fold. However hard the labelled images are, they are the same at every point, so that the rise from one to
 * the next is that of the labels alone.
 * @param labels of two classes or more, n ≥ 10, below classCount.
 */
export async function curveOfShares(
  { rows, frozen }: ProbedRows,
  labels: Int32Array,
  classCount: number,
  job: Job,
): Promise<SharePoint[]> {
  const folds = stratifiedFolds(labels, FOLDS, Random.stream(0, 'curve'));
  const hits = SHARES.map(() => 0);
  const sizes = SHARES.map(() => 0);
  for (let fold = 0; fold < FOLDS; fold++) {
    job.report({ stage: 'Learning curve', done: fold, total: FOLDS, unit: 'folds' });
    const { training, heldOut } = splitFold(folds, fold);
    const order = Random.stream(0, `curve/${fold}`).permutation(training.length);
    const seen = takeRows(rows, heldOut);
    for (const [s, share] of SHARES.entries()) {
      throwIfCancelled(job);
      const some = Int32Array.from(order.subarray(0, Math.round(share * training.length)), (i) => training[i]);
      const told = some.map((i) => labels[i]);
      const features = takeRows(rows, some);
      const l2 = probeL2(frozen)(features.rows, features.columns);
      const head = await fitLogisticRegression({ features, labels: told, classCount, l2, tolerance: TOLERANCE }, job);
      const said = predictProbabilities(head, seen);
      sizes[s] += some.length / FOLDS;
      hits[s] += heldOut.filter((image, i) => argmax(row(said, i)) === labels[image]).length;
    }
  }
  return SHARES.map((_, s) => ({ labels: Math.round(sizes[s]), accuracy: hits[s] / labels.length }));
}
