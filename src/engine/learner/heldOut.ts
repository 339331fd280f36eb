import { spanCoordinates } from '../geometry/span';
import { type Job, throwIfCancelled } from '../job';
import { evenlySpread } from '../numeric/evenlySpread';
import { predictProbabilities } from '../numeric/linearHead';
import { type Matrix, takeRows } from '../numeric/matrix';
import { Random } from '../numeric/random';
import { outOfFoldProbabilities } from './folds';
import { defaultL2, fitLogisticRegression, frozenL2 } from './logisticRegression';

/** Labels that are looked at: more would take long and change nothing. */
const MOST = 400;
const FOLDS = 5;
/** Largest gradient component at which a fit ends here: log-losses differ in the third digit from those of whole fits, at a third of the time. */
const TOLERANCE = 0.01;

/** Features of labelled images, [n × d], and whether others trained what made them. */
export interface ProbedRows {
  readonly rows: Matrix<Float32Array>;
  readonly frozen: boolean;
}

/** The penalty of a probe on so many of these rows. */
export const probeL2 = (frozen: boolean): ((n: number, d: number) => number) => (frozen ? frozenL2 : defaultL2);

/** At most so many of n labelled images, evenly spread. */
export const spreadOver = (n: number): Int32Array => evenlySpread(n, MOST);

/**
 * What probes on some features give for labelled images that they have not seen, by stratified cross-validation: [n × c]. The
 * folds are the same for all features of the same labels.
 */
export async function heldOutProbabilities(
  { rows, frozen }: ProbedRows,
  labels: Int32Array,
  classCount: number,
  job: Job,
): Promise<Matrix<Float64Array>> {
  throwIfCancelled(job);
  const turned = await coordinates(rows, job);
  // the same penalty for each image, in fewer numbers
  const share = turned.columns / rows.columns;
  const predict = async (training: Int32Array, heldOut: Int32Array): Promise<Matrix> => {
    const l2 = share * probeL2(frozen)(training.length, rows.columns);
    const some = { features: takeRows(turned, training), labels: training.map((i) => labels[i]), classCount };
    const head = await fitLogisticRegression({ ...some, l2, tolerance: TOLERANCE }, job);
    return predictProbabilities(head, takeRows(turned, heldOut));
  };
  const random = Random.stream(0, 'evidence');
  return outOfFoldProbabilities({ labels, classCount, folds: FOLDS, random, predict }, job);
}

/** The same rows, turned: at most n numbers each, between which distances and products are what they were. */
async function coordinates(rows: Matrix<Float32Array>, job: Job): Promise<Matrix<Float32Array>> {
  if (rows.columns <= rows.rows) return rows;
  const { data, ...shape } = await spanCoordinates(rows, job);
  return { ...shape, data: Float32Array.from(data) };
}
