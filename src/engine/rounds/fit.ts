import type { LearnerName } from '../../shared/learners';
import type { Dataset } from '../data/dataset/type';
import { imageMapsOf } from '../encoders/continued/imageMaps';
import { representationOf, rowsOfSome } from '../features/cache';
import { type Encoder, hasBlocks, isNetwork } from '../features/encoder';
import type { Job } from '../job';
import { crossValidate } from '../learner/folds';
import type { FitRequest, Learner } from '../learner/learner';
import { learners } from '../learner/learners';
import { evaluate, type Metrics } from '../learner/metrics';
import { predictProbabilities } from '../numeric/linearHead';
import { type Matrix, row, takeRows } from '../numeric/matrix';
import { argmax } from '../numeric/probabilities';
import { Random } from '../numeric/random';
import { type FittedModel, modelFeatures, toFitted } from './model';
import { labelledSet } from './selectBatch';
import { unfinishedTraining } from './unfinished';

export interface FitAndEvaluateRequest {
  readonly dataset: Dataset;
  readonly encoder: Encoder;
  /** What a probe looks at that is pooled with a trained network. */
  readonly beside?: Encoder;
  /** Image index → class index; at least one. */
  readonly labelled: ReadonlyMap<number, number>;
  /** Of these the reviewed predictions. */
  readonly reviewed?: ReadonlySet<number>;
  /** Labels of a test set that was drawn: image index → class index. Without a test split they are measured on. */
  readonly tested?: ReadonlyMap<number, number>;
  readonly learner: LearnerName;
  readonly seed: number;
}

export interface FitOutcome {
  readonly model: FittedModel;
  /** Null when there is neither a labelled test split nor enough labels for cross-validation. */
  readonly metrics: Metrics | null;
  /** True when `metrics` come from cross-validation on the labelled images. */
  readonly estimate: boolean;
  /** The images behind `metrics`; null where these are null, or come from a file that does not name them. */
  readonly scored: ScoredImages | null;
  readonly trainingSeconds: number;
}

/** Images that a model was measured on: their indices, their classes, and what it said. */
export interface ScoredImages {
  readonly indices: Int32Array;
  readonly labels: Int32Array;
  readonly predicted: Int32Array;
}

interface Measured {
  readonly metrics: Metrics;
  readonly scored: ScoredImages;
}

const FOLDS = 5;

/** Trains on the labelled images, starting from the encoder and a fresh head, and measures. */
export async function fitAndEvaluate(request: FitAndEvaluateRequest, job: Job): Promise<FitOutcome> {
  const { dataset, labelled, tested } = request;
  const start = performance.now();
  const model = await trainOnce(request, labelledSet(labelled), job);
  const trainingSeconds = (performance.now() - start) / 1000;
  const test = testOf(dataset) ?? (tested && labelledSet(tested));
  const measured = test ? await score(request, model, test, job) : await crossValidated(request, job);
  const { metrics, scored } = measured ?? { metrics: null, scored: null };
  return { model, metrics, estimate: !test, scored, trainingSeconds };
}

async function trainOnce(
  { dataset, encoder, beside, labelled: known, learner: name, seed }: FitAndEvaluateRequest,
  labelled: FitRequest['labelled'],
  job: Job,
): Promise<FittedModel> {
  const { pixels, normalisation, file } = dataset;
  const learner: Learner = learners[name];
  const classCount = file.classes.length;
  const features: FitRequest['features'] = async (indices, watching, part = encoder) =>
    hasBlocks(part)
      ? rowsOfSome(dataset, part, indices, watching)
      : takeRows(await representationOf(dataset, part, watching), indices);
  const maps: FitRequest['maps'] = (base, wish, watching) => imageMapsOf(dataset, base, wish, watching);
  const mirrors = isNetwork(encoder) && encoder.mirrored === true; // as its rows are made
  const unlabelled = dataset.train.filter((i) => !known.has(i));
  const start = { encoder, ...(beside ? { beside } : {}), labelled, unlabelled, seed, mirrors };
  const unfinished: FitRequest['unfinished'] = (settings) => unfinishedTraining(dataset, { ...start, name, settings });
  return toFitted(await learner({ pixels, normalisation, classCount, ...start, features, maps, unfinished }, job));
}

async function probabilitiesOf(request: FitAndEvaluateRequest, model: FittedModel, indices: Int32Array, job: Job) {
  const features = await modelFeatures(request.dataset, request.beside ?? request.encoder, model, indices, job);
  return predictProbabilities(model.head, features);
}

/** The test split's images whose class is known; null where there is none. */
function testOf({ test: indices, images }: Dataset): FitRequest['labelled'] | null {
  return indices.length > 0 ? { indices, labels: indices.map((i) => images[i].label!) } : null;
}

/** Metrics on images whose class is known. */
async function score(
  request: FitAndEvaluateRequest,
  model: FittedModel,
  { indices, labels }: FitRequest['labelled'],
  job: Job,
): Promise<Measured> {
  const probabilities = await probabilitiesOf(request, model, indices, job);
  return {
    metrics: evaluate(probabilities, labels, request.dataset.file.classes.length),
    scored: { indices, labels, predicted: predictedIn(probabilities) },
  };
}

const predictedIn = (probabilities: Matrix): Int32Array =>
  Int32Array.from({ length: probabilities.rows }, (_, i) => argmax(row(probabilities, i)));

/** The labels that people gave without a model's answer before them. */
export const asked = ({ labelled, reviewed }: Pick<FitAndEvaluateRequest, 'labelled' | 'reviewed'>) =>
  new Map([...labelled].filter(([i]) => !reviewed?.has(i)));

const joined = (a: Int32Array, b: Int32Array): Int32Array => Int32Array.of(...a, ...b);

/**
 * Stratified cross-validation on the labelled images; out-of-fold probabilities are pooled. Reviewed predictions teach in every
 * fold and are never measured on: which images they are, and what is said of them, hangs on a model that was sure of them. Null
 * below two other labels of every class that occurs among them, or when only one does: a figure from that would mean nothing.
 */
async function crossValidated(request: FitAndEvaluateRequest, job: Job): Promise<Measured | null> {
  const { indices, labels } = labelledSet(asked(request));
  const besides = labelledSet(new Map([...request.labelled].filter(([i]) => request.reviewed?.has(i))));
  const classCount = request.dataset.file.classes.length;
  const counts = new Array<number>(classCount).fill(0);
  for (const label of labels) counts[label]++;
  const present = counts.filter((n) => n > 0);
  if (present.length < 2 || Math.min(...present) < 2) return null;
  const at = (positions: Int32Array) => positions.map((k) => indices[k]);
  const predict = async (training: Int32Array, heldOut: Int32Array): Promise<Matrix> => {
    const labelled = {
      indices: joined(at(training), besides.indices),
      labels: joined(
        training.map((k) => labels[k]),
        besides.labels,
      ),
    };
    return probabilitiesOf(request, await trainOnce(request, labelled, job), at(heldOut), job);
  };
  const random = Random.stream(request.seed, 'folds');
  const estimated = await crossValidate({ labels, classCount, folds: FOLDS, random, predict }, job);
  if (!estimated) return null;
  const { estimate: _, folds: __, probabilities, ...metrics } = estimated;
  return { metrics, scored: { indices, labels, predicted: predictedIn(probabilities) } };
}
