import type { FeatureName } from '../../shared/features';
import type { Dataset } from '../data/dataset/type';
import { readFeaturesFile, writeFeaturesFile } from '../features/featuresFile';
import type { FeatureOpener } from '../features/kinds';
import { crossProducts } from '../geometry/products';
import { type Job, throwIfCancelled } from '../job';
import { crossValidate } from '../learner/folds';
import { defaultL2, fitLogisticRegression, frozenL2 } from '../learner/logisticRegression';
import { predictProbabilities } from '../numeric/linearHead';
import { type Matrix, matrix, takeRows } from '../numeric/matrix';
import { Random } from '../numeric/random';
import { labelledSet } from './selectBatch';

/** Labels of at least two classes from which on they may speak against the guess at import: below, chance speaks. */
const FEWEST = 40;
/** Labels that are looked at: more would take long and change nothing. */
const MOST = 400;
/** By how much another encoder must be better, as a share of the guess's log-loss. */
const CLEARLY = 0.05;
const FOLDS = 5;

/** An encoder that labels speak for against the one that was guessed. */
export interface Evidence {
  readonly use: FeatureName;
  readonly why: string;
}

/**
 * Whether the labels speak against the encoder that was guessed at import: the mean log-loss of probes on each candidate's
 * features of the labelled images, by cross-validation. Writes down what it finds, so that from then on rounds look through
 * the better one. What a person chose is left alone. Null where nothing changes.
 */
export async function reconsider(
  dataset: Pick<Dataset, 'directory' | 'file'>,
  opener: Pick<FeatureOpener, 'rivals' | 'rowsOfSome'>,
  labelled: ReadonlyMap<number, number>,
  job: Job,
): Promise<Evidence | null> {
  const chosen = await readFeaturesFile(dataset.directory);
  if (chosen?.chosenBy !== 'guess' || !isEnough(labelled)) return null;
  const all = labelledSet(labelled);
  const step = Math.max(1, all.indices.length / MOST);
  const count = Math.min(MOST, all.indices.length);
  const at = Int32Array.from({ length: count }, (_, i) => Math.floor(i * step));
  const some = { indices: at.map((i) => all.indices[i]), labels: at.map((i) => all.labels[i]) };
  const losses: { readonly name: FeatureName; readonly loss: number }[] = [];
  for (const name of [chosen.use, ...(await opener.rivals(chosen.use))]) {
    throwIfCancelled(job);
    const rows = await opener.rowsOfSome(name, some.indices);
    losses.push({ name, loss: await logLossOf(rows, some.labels, dataset.file.classes.length, job) });
  }
  const [guessed, ...others] = losses;
  const best = others.reduce((a, b) => (b.loss < a.loss ? b : a), guessed);
  if (best.loss > (1 - CLEARLY) * guessed.loss) return null;
  const why = `on ${count} labels its cross-validated log-loss is ${best.loss.toFixed(2)}, that of ${guessed.name} ${guessed.loss.toFixed(2)}`;
  await writeFeaturesFile(dataset.directory, { use: best.name, chosenBy: 'evidence', why });
  return { use: best.name, why };
}

function isEnough(labelled: ReadonlyMap<number, number>): boolean {
  return labelled.size >= FEWEST && new Set(labelled.values()).size >= 2;
}

/** Rows, and whether an encoder that others trained made them. */
interface CandidateRows {
  /** [n × d] */
  readonly rows: Matrix<Float32Array>;
  readonly frozen: boolean;
}

/** Mean log-loss of probes, each on rows that it has not seen. */
async function logLossOf(
  { rows, frozen }: CandidateRows,
  labels: Int32Array,
  classCount: number,
  job: Job,
): Promise<number> {
  const turned = await coordinates(rows);
  // the same penalty for each image, in fewer numbers
  const share = turned.columns / rows.columns;
  const predict = async (training: Int32Array, heldOut: Int32Array): Promise<Matrix> => {
    const l2 = share * (frozen ? frozenL2 : defaultL2)(training.length, rows.columns);
    const some = { features: takeRows(turned, training), labels: training.map((i) => labels[i]), classCount, l2 };
    return predictProbabilities(await fitLogisticRegression(some, job), takeRows(turned, heldOut));
  };
  const random = Random.stream(0, 'evidence');
  const estimated = await crossValidate({ labels, classCount, folds: FOLDS, random, predict }, job);
  return estimated?.logLoss ?? Number.POSITIVE_INFINITY;
}

/** The same rows, turned: at most n numbers each, between which distances and products are what they were. */
async function coordinates(rows: Matrix<Float32Array>): Promise<Matrix<Float32Array>> {
  const { rows: n, columns } = rows;
  if (columns <= n) return rows;
  const gram = await crossProducts(rows, rows);
  const factor = new Float64Array(n * n); // Cholesky's, by rows: gram = factor · factorᵀ
  let longest = 0;
  for (let i = 0; i < n; i++) longest = Math.max(longest, Math.sqrt(gram.data[i * n + i]));
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = gram.data[i * n + j];
      for (let t = 0; t < j; t++) sum -= factor[i * n + t] * factor[j * n + t];
      if (i === j) factor[i * n + i] = Math.sqrt(Math.max(sum, 0));
      // what is left of a row that others give already is the products' rounding
      else factor[i * n + j] = factor[j * n + j] > 1e-3 * longest ? sum / factor[j * n + j] : 0;
    }
  return matrix(n, n, Float32Array.from(factor));
}
