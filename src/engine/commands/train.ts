import type { ResultsFile } from '../../shared/schema/results';
import type { Conflict } from '../../shared/workspace/labels';
import { places } from '../../shared/workspace/paths';
import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import { encoderStampOf } from '../features/digest';
import type { Job } from '../job';
import type { LearnerName } from '../learner/learner';
import { fitAndEvaluate } from '../rounds/fit';
import { type MergedLabels, readLabels } from '../rounds/labelFiles';
import { labelsDigest } from '../rounds/labelsDigest';
import type { FittedModel } from '../rounds/model';
import { readModel, writeModel } from '../rounds/modelFiles';
import { readResults, readRounds, resultsPath, writeResults } from '../rounds/roundFiles';
import { percent } from '../text/percent';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import {
  type DatasetOptions,
  type Encoders,
  encoderOfDigest,
  encodersOf,
  startOf,
  trainingLabels,
  withDataset,
} from './workspace';

export interface TrainOptions extends DatasetOptions {
  readonly learner: LearnerName | 'auto';
  readonly seed: number;
}

export interface TrainReport {
  /** False when the same labels had been trained on before; `results` are then the stored ones. */
  readonly trained: boolean;
  readonly results: ResultsFile;
  readonly path: string;
  /** Images that annotators disagree on; they were not trained on. */
  readonly conflicts: readonly Conflict[];
}

/** Trains on what is labelled, measures, and writes the results and the model of the current round. */
export async function train(options: TrainOptions, job: Job): Promise<TrainReport> {
  const report = await trainIfLabelled(options, job);
  if (!report) throw nothingLabelled(options.dataset);
  return report;
}

/** The same; null when nothing is labelled yet. */
export async function trainIfLabelled(options: TrainOptions, job: Job): Promise<TrainReport | null> {
  return withDataset(options, job, async (dataset) => {
    const merged = await readLabels(dataset);
    if (trainingLabels(dataset, merged).size === 0) return null;
    const { report } = await trainOn(dataset, await encodersOf(dataset), merged, options, job);
    return report;
  });
}

const nothingLabelled = (dataset: string) =>
  inputError(`Dataset ${dataset} has no labels to train on yet; run query, answer its images, then train.`);

/** The same on an open dataset, with the model that the results speak of. */
export async function trainOn(
  dataset: Dataset,
  encoders: Encoders,
  merged: MergedLabels,
  { learner, seed, reuse }: Pick<TrainOptions, 'learner' | 'seed'> & { readonly reuse?: 'any' },
  job: Job,
): Promise<{ report: TrainReport; model: FittedModel }> {
  const labelled = trainingLabels(dataset, merged);
  if (labelled.size === 0) throw nothingLabelled(dataset.name);
  const { conflicts } = merged;
  const { encoder, learner: name } = startOf(encoders, learner, labelled.size);
  const stamp = { labels: labelsDigest(dataset, labelled), encoder: encoderStampOf(encoder), seed, learner: name };
  const stored = (await readResults(dataset)).findLast(
    (results) =>
      results.labels === stamp.labels &&
      results.dataset.digest === dataset.file.digest &&
      (reuse === 'any'
        ? encoderOfDigest(encoders, results.encoder.digest)
        : results.encoder.digest === stamp.encoder.digest && results.seed === seed && results.learner === name),
  );
  // a model that does not belong to its results is the trace of a crash: train again
  const start = stored && encoderOfDigest(encoders, stored.encoder.digest);
  const usable = stored && start && (await readModel(dataset, stored, start).catch(() => null));
  if (stored && usable)
    return {
      report: { trained: false, results: stored, path: resultsPath(dataset, stored.round), conflicts },
      model: usable,
    };
  const outcome = await fitAndEvaluate({ dataset, encoder, labelled, learner: name, seed }, job);
  const round = (await readRounds(dataset)).at(-1)?.round ?? 0;
  const results: ResultsFile = {
    schema: 1,
    round,
    learner: outcome.model.learner,
    epochs: outcome.model.epochs,
    stopped: outcome.model.stopped,
    seed,
    dataset: { name: dataset.name, digest: dataset.file.digest },
    encoder: stamp.encoder,
    labelled: labelled.size,
    perClass: countClasses(dataset, labelled),
    labels: stamp.labels,
    metrics: outcome.metrics,
    estimate: outcome.estimate,
    trainingSeconds: Math.round(outcome.trainingSeconds * 1000) / 1000,
    model: places.model(round),
  };
  await writeModel(dataset, results, outcome.model, encoder);
  await writeResults(dataset, results);
  return { report: { trained: true, results, path: resultsPath(dataset, round), conflicts }, model: outcome.model };
}

function countClasses(dataset: Dataset, labelled: ReadonlyMap<number, number>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of dataset.file.classes) counts[name] = 0;
  for (const label of labelled.values()) counts[dataset.file.classes[label]]++;
  return counts;
}

export function describeTrain({ trained, results, path, conflicts }: TrainReport): string {
  const { metrics, labelled, learner, epochs } = results;
  const lines = [
    trained
      ? `Trained on ${plural(labelled, 'label')} (${learner}${learner === 'probe' ? '' : `, ${plural(epochs, 'epoch')}`}).`
      : `Nothing new to train on: the stored results for these ${plural(labelled, 'label')} still hold (${learner}).`,
  ];
  if (!metrics)
    lines.push('No metrics: there is no test split, and too few labels of each class for cross-validation.');
  else {
    const source = results.estimate
      ? `an estimate by cross-validation on the ${plural(metrics.count, 'labelled image')}`
      : `on ${plural(metrics.count, 'test image')}`;
    lines.push(
      `Accuracy ${percent(metrics.accuracy)}, macro-F1 ${percent(metrics.macroF1)}, ECE ${percent(metrics.ece)}: ${source}.`,
      textTable(
        ['class', 'labels', 'recall', 'precision', 'F1'],
        Object.entries(results.perClass).map(([name, n], c) => [
          name,
          String(n),
          percent(metrics.perClassRecall[c]),
          percent(metrics.perClassPrecision[c]),
          percent(metrics.perClassF1[c]),
        ]),
      ),
    );
  }
  if (conflicts.length > 0)
    lines.push(`${plural(conflicts.length, 'image')} left out because annotators disagree: ${conflictText(conflicts)}`);
  lines.push(path);
  return lines.join('\n');
}

export function conflictText(conflicts: readonly Conflict[], most = 5): string {
  const shown = conflicts
    .slice(0, most)
    .map(({ image, answers }) => `${image} (${answers.map((a) => `${a.annotator}: ${a.label}`).join(', ')})`);
  if (conflicts.length > most) shown.push(`and ${conflicts.length - most} more`);
  return shown.join('; ');
}
