import type { LearnerChoice } from '../../shared/learners';
import { resultClasses } from '../../shared/resultClasses';
import type { ResultsFile } from '../../shared/schema/results';
import { wilsonInterval } from '../../shared/wilson';
import type { Conflict } from '../../shared/workspace/labels';
import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import { FeatureOpener } from '../features/kinds';
import type { Job } from '../job';
import { type Evidence, labelsAgainstGuess } from '../rounds/evidence';
import { productTeaching } from '../rounds/policy';
import { resultsPath } from '../rounds/roundFiles';
import { type Training, trainStored } from '../rounds/store';
import { percent } from '../text/percent';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import { afterSaving } from './afterSaving';
import { folderNote } from './folderNote';
import { type DatasetOptions, withDataset } from './withDataset';

export interface TrainOptions extends DatasetOptions {
  readonly learner: LearnerChoice;
  readonly seed: number;
}

export interface TrainReport extends Pick<Training, 'trained' | 'conflicts'> {
  readonly results: ResultsFile;
  readonly path: string;
  /** Set when the labels speak against the encoder that was guessed at import. */
  readonly evidence?: Evidence;
  /** Set when the folder has changed since the import. */
  readonly note?: string;
}

/** Trains on what is labelled, measures, and writes the results and the model of the current round. */
export function train(options: TrainOptions, job: Job): Promise<TrainReport> {
  return withDataset(options, job, async (dataset) => {
    const found = await trainOpened(dataset, options, job);
    if (!found)
      throw inputError(
        `Dataset ${options.dataset} has no labels to train on yet; run query, answer its images, then train.`,
      );
    const note = await afterSaving(savedResults(found.report), () => folderNote(dataset, found.labelled, job));
    return { ...found.report, ...(note ? { note } : {}) };
  });
}

/** The same without a look at the folder, which the query that follows in the editor has; null when nothing is labelled yet. */
export const trainIfLabelled = (options: TrainOptions, job: Job): Promise<TrainReport | null> =>
  withDataset(options, job, async (dataset) => (await trainOpened(dataset, options, job))?.report ?? null);

const savedResults = ({ trained, path }: Pick<TrainReport, 'trained' | 'path'>): string | null =>
  trained ? `The model was trained, and its results are in ${path}.` : null;

async function trainOpened(dataset: Dataset, { learner, seed }: TrainOptions, job: Job) {
  const opener = new FeatureOpener(dataset, job);
  const looks = await opener.openProduct();
  const training = await trainStored(dataset, looks, productTeaching(learner), seed, job);
  if (!training) return null;
  const { trained, results, conflicts, labelled } = training;
  const path = resultsPath(dataset, results.round);
  const evidence = trained
    ? await afterSaving(savedResults({ trained, path }), () => labelsAgainstGuess(dataset, opener, labelled, job))
    : null;
  const report: TrainReport = { trained, results, conflicts, path, ...(evidence ? { evidence } : {}) };
  return { report, labelled: labelled.keys() };
}

export function describeTrain({ trained, results, path, conflicts, evidence, note }: TrainReport): string {
  const { metrics, labelled, learner, epochs } = results;
  const lines = [
    trained
      ? `Trained on ${plural(labelled, 'label')} (${learner}${learner === 'probe' ? '' : `, ${plural(epochs, 'epoch')}`}).`
      : `Nothing new to train on: the stored results for these ${plural(labelled, 'label')} still hold (${learner}).`,
  ];
  if (evidence)
    lines.push(
      `The labels speak for another encoder than the one that was guessed (${evidence.why}); "encoder use ${results.dataset.name} ${evidence.use}" takes it.`,
    );
  if (!metrics)
    lines.push('No metrics: there is no test split, and too few labels of each class for cross-validation.');
  else {
    const source = results.estimate
      ? `an estimate by cross-validation on the ${plural(metrics.count, 'labelled image')}`
      : testSource(results, metrics);
    lines.push(
      `Accuracy ${percent(metrics.accuracy)}, macro-F1 ${percent(metrics.macroF1)}, ECE ${percent(metrics.ece)}: ${source}.`,
      textTable(
        ['class', 'labels', 'recall', 'precision', 'F1'],
        resultClasses(results).map((name, c) => [
          name,
          String(results.perClass[name]),
          percent(metrics.perClassRecall[c]),
          percent(metrics.perClassPrecision[c]),
          percent(metrics.perClassF1[c]),
        ]),
      ),
    );
  }
  if (conflicts.length > 0)
    lines.push(`${plural(conflicts.length, 'image')} left out because annotators disagree: ${conflictText(conflicts)}`);
  if (note) lines.push(note);
  lines.push(path);
  return lines.join('\n');
}

function testSource({ testSet }: ResultsFile, { count, accuracy }: NonNullable<ResultsFile['metrics']>): string {
  const interval = wilsonInterval(accuracy, count);
  if (!testSet || !interval) return `on ${plural(count, 'test image')}`;
  return `on ${plural(count, 'image')} drawn at random, which tell the accuracy from ${percent(interval.low)} to ${percent(interval.high)} at 95 %`;
}

function conflictText(conflicts: readonly Conflict[], most = 5): string {
  const shown = conflicts
    .slice(0, most)
    .map(({ image, answers }) => `${image} (${answers.map((a) => `${a.annotator}: ${a.label}`).join(', ')})`);
  if (conflicts.length > most) shown.push(`and ${conflicts.length - most} more`);
  return shown.join('; ');
}
