import type { FeatureName } from '../../shared/features';
import type { Dataset } from '../data/dataset/type';
import { readFeaturesFile } from '../features/featuresFile';
import type { FeatureOpener } from '../features/kinds';
import type { Job } from '../job';
import { heldOutProbabilities, type ProbedRows, spreadOver } from '../learner/heldOut';
import { type Matrix, row } from '../numeric/matrix';
import { argmax } from '../numeric/probabilities';
import { labelledSet } from './selectBatch';

/** Labels of at least two classes from which on they may speak against the guess at import. */
const FEWEST = 40;
/** How many standard errors of the paired differences another encoder must be better by. */
const CLEARLY = 2;

/** An encoder that labels speak for against the one that was guessed. */
export interface Evidence {
  readonly use: FeatureName;
  readonly why: string;
}

/**
 * Whether the labels speak against the encoder that was guessed at import: probes on each candidate's features of the labelled
 * images, by cross-validation. They are compared by log-loss, image by image, each after the temperature that suits it best
 * (Guo et al. 2017), for a probe that is less sure of itself is not a better one; the better one must also guess no fewer
 * classes rightly, and do better than knowing only how frequent classes are. It says so and changes nothing: an encoder that
 * changes by itself would make a run's curve, and a benchmark's, something else than it seems. Null where there is nothing to say.
 */
export async function labelsAgainstGuess(
  dataset: Pick<Dataset, 'directory' | 'file'>,
  opener: Pick<FeatureOpener, 'rivals' | 'rowsOfSome'>,
  labelled: ReadonlyMap<number, number>,
  job: Job,
): Promise<Evidence | null> {
  const chosen = await readFeaturesFile(dataset.directory);
  if (chosen?.chosenBy !== 'guess' || labelled.size < FEWEST) return null;
  const { indices, labels } = someOf(labelled);
  const classCount = dataset.file.classes.length;
  const judge = async (name: FeatureName): Promise<Judged> =>
    judged(name, await opener.rowsOfSome(name, indices), labels, classCount, job);
  const guess = await judge(chosen.use);
  const better: Judged[] = [];
  for (const name of opener.rivals(chosen.use)) {
    const rival = await judge(name);
    if (isClearlyBetter(rival, guess) && rival.loss < priorLoss(labels, classCount)) better.push(rival);
  }
  const [best] = better.sort((a, b) => a.loss - b.loss);
  if (!best) return null;
  const figures = ({ name, loss, hits }: Judged) => `${name} ${loss.toFixed(2)} and ${hits} of ${labels.length} right`;
  return { use: best.name, why: `cross-validated log-loss on the labels: ${figures(best)}, ${figures(guess)}` };
}

/** How well a probe on features tells apart labelled images that it has not seen. */
export interface LabelFigures {
  /** Log-loss, in nats. */
  readonly loss: number;
  /** Share of classes that were guessed rightly. */
  readonly accuracy: number;
}

/** Figures of two kinds of features by cross-validation on the labels. */
export interface LabelComparison {
  readonly labels: number;
  readonly before: LabelFigures;
  readonly after: LabelFigures;
  /** Whether the second is worse by more than chance explains. */
  readonly isWorse: boolean;
}

/** Compares what rounds looked at with what they might; null where there are too few labels, or one class only. */
export async function compareByLabels(
  dataset: Pick<Dataset, 'file'>,
  opener: Pick<FeatureOpener, 'rowsOfSome'>,
  { before, after }: { readonly before: FeatureName; readonly after: FeatureName },
  labelled: ReadonlyMap<number, number>,
  job: Job,
): Promise<LabelComparison | null> {
  if (labelled.size < FEWEST || new Set(labelled.values()).size < 2) return null;
  const { indices, labels } = someOf(labelled);
  const classCount = dataset.file.classes.length;
  const judge = async (name: FeatureName): Promise<Judged> =>
    judged(name, await opener.rowsOfSome(name, indices), labels, classCount, job);
  const [was, is] = [await judge(before), await judge(after)];
  const figures = ({ loss, hits }: Judged) => ({ loss, accuracy: hits / labels.length });
  return { labels: labels.length, before: figures(was), after: figures(is), isWorse: isClearlyBetter(was, is) };
}

/** At most so many of the labelled images as are looked at, evenly spread. */
function someOf(labelled: ReadonlyMap<number, number>) {
  const { indices, labels } = labelledSet(labelled);
  const some = spreadOver(indices.length);
  return { indices: some.map((i) => indices[i]), labels: some.map((i) => labels[i]) };
}

/** How well a probe on an encoder's rows tells classes that it has not seen. */
interface Judged {
  readonly name: FeatureName;
  /** Of each image. */
  readonly losses: Float64Array;
  /** Their mean. */
  readonly loss: number;
  /** Images whose class was guessed rightly. */
  readonly hits: number;
}

async function judged(
  name: FeatureName,
  probed: ProbedRows,
  labels: Int32Array,
  classCount: number,
  job: Job,
): Promise<Judged> {
  const probabilities = await heldOutProbabilities(probed, labels, classCount, job);
  let best: Pick<Judged, 'losses' | 'loss'> | null = null;
  for (const temperature of TEMPERATURES) {
    const losses = lossesAt(probabilities, labels, temperature);
    const loss = meanOf(losses);
    if (!best || loss < best.loss) best = { losses, loss };
  }
  const hits = labels.reduce((sum, label, i) => sum + Number(argmax(row(probabilities, i)) === label), 0);
  return { name, ...best!, hits };
}

/** Temperatures that are tried: from sharper to all but even. */
const TEMPERATURES = Array.from({ length: 25 }, (_, i) => 0.5 * 1.2 ** i);

/** −ln of the probability of the label, after the logits were divided by a temperature. */
function lossesAt(probabilities: Matrix, labels: Int32Array, temperature: number): Float64Array {
  return Float64Array.from(labels, (label, i) => {
    const powers = Array.from(row(probabilities, i), (p) => Math.max(p, 1e-12) ** (1 / temperature));
    return -Math.log(powers[label] / powers.reduce((sum, p) => sum + p, 0));
  });
}

function isClearlyBetter(rival: Judged, guess: Judged): boolean {
  if (rival.hits < guess.hits) return false;
  const gains = guess.losses.map((loss, i) => loss - rival.losses[i]);
  const mean = meanOf(gains);
  const variance = meanOf(gains.map((gain) => (gain - mean) ** 2));
  return mean > CLEARLY * Math.sqrt(variance / gains.length);
}

/** Log-loss of whoever knows only how frequent the classes are. */
function priorLoss(labels: Int32Array, classCount: number): number {
  const counts = new Float64Array(classCount);
  for (const label of labels) counts[label]++;
  return meanOf(Float64Array.from(labels, (label) => -Math.log(counts[label] / labels.length)));
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
