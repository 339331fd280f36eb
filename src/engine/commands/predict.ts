import { join } from 'node:path';
import type { Split } from '../../shared/workspace/layouts';
import { usageError } from '../errors';
import type { Job } from '../job';
import { readUsableLabels } from '../rounds/labelFiles';
import { type LabelledImage, type LabelSource, labelledImages } from '../rounds/labelledImages';
import { type Predictions, predictAll } from '../rounds/predictions';
import { writeFileAtomic } from '../store/atomicFile';
import { writeJson } from '../store/jsonFile';
import { percent } from '../text/percent';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import { type FolderOptions, writeClassFolders } from './classFolders';
import { faceColumns } from './faceColumns';
import { type PredictingModel, predictionsCoco, predictionsCsv, predictionsJson } from './predictionExport';
import { type DatasetOptions, withDataset } from './withDataset';

/** How predictions can be written; the first is the default. */
export const predictionFormats = ['csv', 'json', 'coco', 'folders'] as const;
export type PredictionFormat = (typeof predictionFormats)[number];

export interface PredictOptions extends DatasetOptions, Partial<FolderOptions> {
  readonly format: PredictionFormat;
  /** File to write, or for `folders` the folder, which must not hold anything yet; by default in the dataset's `exports` folder. */
  readonly out?: string;
  /** Which images. */
  readonly split: Split | 'all';
  /** Images that nobody labelled and of which the model is less sure are left out. */
  readonly atLeast: number;
}

export interface PredictReport {
  readonly format: PredictionFormat;
  /** File or folder. */
  readonly path: string;
  /** Images written: labelled by people alone, by the model alone, by both alike, and predictions that people have looked over. */
  readonly written: Readonly<Record<LabelSource, number>>;
  /** Images left out because the model is not sure enough. */
  readonly unsure: number;
  /** Of every class: how many images of it were written. */
  readonly perClass: Readonly<Record<string, number>>;
  readonly model: PredictingModel;
}

/** A label for every image: people's answers where they agree, the newest model's elsewhere. Writes nothing that counts as an answer. */
export async function predict(options: PredictOptions, job: Job): Promise<PredictReport> {
  const { format, links = false, split, atLeast } = options;
  if (links && format !== 'folders')
    throw usageError('--links is for class folders; leave it out, or pass --format folders.');
  return withDataset(options, job, async (dataset) => {
    const predictions = await predictAll(dataset, job);
    const all = labelledImages(dataset, await readUsableLabels(dataset, job), predictions);
    const wanted = all.filter((image) => split === 'all' || image.split === split);
    const sure = wanted.filter(({ source, probability }) => source !== 'model' || probability >= atLeast);
    const model = modelFacts(predictions);
    const path = options.out ?? join(dataset.directory, 'exports', defaultName(format));
    const write: Readonly<Record<PredictionFormat, () => Promise<void>>> = {
      csv: async () => writeFileAtomic(path, predictionsCsv(dataset.file.classes, sure, await faceColumns(dataset))),
      json: () => writeJson(path, predictionsJson(dataset, sure, model)),
      coco: async () => writeJson(path, await predictionsCoco(dataset, sure, job)),
      folders: () => writeClassFolders(dataset, sure, path, { links }, job),
    };
    await write[format]();
    return { format, path, ...countsOf(dataset.file.classes, sure), unsure: wanted.length - sure.length, model };
  });
}

const defaultName = (format: PredictionFormat): string =>
  ({ csv: 'predictions.csv', json: 'predictions.json', coco: 'predictions.coco.json', folders: 'predictions' })[format];

const modelFacts = ({ by: { results } }: Predictions): PredictingModel => ({
  round: results.round,
  labels: results.labelled,
  learner: results.learner,
  encoder: results.encoder.digest,
  accuracy: results.metrics?.accuracy ?? null,
  estimate: results.estimate,
});

function countsOf(classes: readonly string[], images: readonly LabelledImage[]) {
  const count = (test: (image: LabelledImage) => boolean) => images.filter(test).length;
  const by = (of: LabelSource) => count(({ source }) => source === of);
  return {
    written: { person: by('person'), model: by('model'), both: by('both'), reviewed: by('reviewed') },
    perClass: Object.fromEntries(classes.map((name) => [name, count(({ label }) => label === name)])),
  };
}

export function describePredict({ format, path, written, unsure, perClass, model }: PredictReport): string {
  const { person, model: machine, both, reviewed } = written;
  const people = person + both + reviewed;
  const lines = [
    `${plural(people + machine, 'image')}: ${machine} labelled by the model, ${people} by people (the model says the same of ${both}).`,
    textTable(
      ['class', 'images'],
      Object.entries(perClass).map(([name, n]) => [name, String(n)]),
    ),
    `${modelLine(model)} ${format === 'folders' ? 'The folders hold' : 'The file holds'} no answers: nothing here counts as a label.`,
  ];
  if (reviewed > 0) lines.push(`Of those by people ${reviewed} are predictions that they looked over.`);
  if (unsure > 0) lines.push(`${plural(unsure, 'image')} left out: the model is not sure enough.`);
  return [...lines, path].join('\n');
}

function modelLine({ round, labels, accuracy, estimate }: PredictingModel): string {
  const right =
    accuracy === null ? 'its accuracy is not known' : `accuracy ${percent(accuracy)}${estimate ? ', estimated' : ''}`;
  return `From the model trained after round ${round} on ${plural(labels, 'label')} (${right}).`;
}
