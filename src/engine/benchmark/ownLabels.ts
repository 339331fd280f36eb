import { join } from 'node:path';
import * as z from 'zod';
import { digest, imageId } from '../../shared/schema/common';
import { wilsonInterval } from '../../shared/wilson';
import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import { testSetLabels, trainingLabels } from '../rounds/answered';
import { readLabels } from '../rounds/labelFiles';
import { digestOf } from '../store/digest';
import { exists } from '../store/exists';
import { withFileLock } from '../store/fileLock';
import { readJson, writeJson } from '../store/jsonFile';
import { plural } from '../text/plural';

/**
 * `answers.json` of a benchmark's folder: the labels that people had given when it began, which answer its questions. Kept, so that
 * people may go on labelling while it runs and all its cells have the same.
 */
const ownLabelsSchema = z.strictObject({
  schema: z.literal(1),
  dataset: digest,
  classes: z.array(z.string()),
  /** Training images on which people agree; a strategy chooses among these. */
  labels: z.record(imageId, z.string()),
  /** Of these the reviewed predictions: they teach, and are not measured on. */
  reviewed: z.array(imageId),
  /** Of a test set that was drawn at random, which is measured on; none where that has too few. */
  testSet: z.record(imageId, z.string()),
});
export type OwnLabels = z.infer<typeof ownLabelsSchema>;

/** Kept labels as the process of a cell finds them. */
export interface KeptLabels {
  readonly path: string;
  readonly digest: string;
}

export const ownLabelsPath = (folder: string): string => join(folder, 'answers.json');

export const ownLabelsDigest = (own: OwnLabels): string => digestOf(own);

/** What people say of a dataset's images now. */
async function presentLabels(dataset: Dataset): Promise<OwnLabels> {
  const merged = await readLabels(dataset);
  const { classes, digest: images } = dataset.file;
  const named = (labels: ReadonlyMap<number, number>) =>
    Object.fromEntries(
      [...labels].map(([i, c]) => [dataset.images[i].id, classes[c]] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  const labels = trainingLabels(dataset, merged);
  if (labels.size === 0)
    throw inputError(
      `Nobody has labelled images of dataset ${dataset.name} yet, so there is nothing to compare on; label some first.`,
    );
  return {
    schema: 1,
    dataset: images,
    classes: [...classes],
    labels: named(labels),
    reviewed: [...merged.reviewed]
      .filter((i) => labels.has(i))
      .map((i) => dataset.images[i].id)
      .sort(),
    testSet: dataset.test.length > 0 ? {} : named(testSetLabels(merged)),
  };
}

/** The labels that a benchmark began with, or those of now where it has not begun or images or classes have changed since; `keeps`: on disk from now on. */
export async function labelsOf(dataset: Dataset, folder: string, keeps: boolean): Promise<OwnLabels> {
  const path = ownLabelsPath(folder);
  const find = async () => {
    const kept = await readOwnLabels(path);
    if (kept?.dataset === dataset.file.digest && kept.classes.join('\n') === dataset.file.classes.join('\n'))
      return kept;
    const present = await presentLabels(dataset);
    if (keeps) await writeJson(path, present);
    return present;
  };
  return keeps ? withFileLock(path, find) : find();
}

/** The labels that a cell was planned with. */
export async function plannedLabels({ path, digest: planned }: KeptLabels): Promise<OwnLabels> {
  const own = await readOwnLabels(path);
  if (own && digestOf(own) === planned) return own;
  throw inputError(`The labels in ${path} changed while the benchmark ran; run the benchmark again.`);
}

/** Null where there are none. */
const readOwnLabels = async (path: string): Promise<OwnLabels | null> =>
  (await exists(path))
    ? readJson(path, ownLabelsSchema, 'delete it and run the benchmark again, on the labels of now')
    : null;

/** The dataset as if its folders told what people said: of the training images only labelled ones are left. */
export function withOwnLabels(dataset: Dataset, own: OwnLabels): Dataset {
  const { classes } = dataset.file;
  const told = new Map(Object.entries({ ...own.labels, ...own.testSet }));
  const images = dataset.images.map((image) => {
    if (image.split !== 'train') return image;
    const label = told.get(image.id);
    return { ...image, label: label === undefined ? null : classes.indexOf(label) };
  });
  const numbers = (labels: Readonly<Record<string, string>>) =>
    Int32Array.from(Object.keys(labels).flatMap((id) => dataset.indexOf(id) ?? [])).sort();
  const { test } = dataset;
  return {
    ...dataset,
    images,
    file: { ...dataset.file, labelDigest: digestOf(own) },
    train: numbers(own.labels),
    test: test.length > 0 ? test : numbers(own.testSet),
  };
}

/** What a reader of the report must know: what was compared on what, and how little so few images tell. */
export async function ownLabelNotes(dataset: Dataset, view: Dataset, own: OwnLabels): Promise<string[]> {
  const given = Object.keys(own.labels).length;
  const { low, high } = wilsonInterval(0.5, view.test.length) ?? { low: 0, high: 1 };
  const tested = plural(view.test.length, 'test image');
  const notes = [
    `Answered by the ${plural(given, 'label')} that people gave (answers.json), not by folders. Labelled images were not drawn at random from all, so this compares strategies and does not say how good a model is on the others.`,
    `Measured on ${tested}: an accuracy near 50 % is uncertain by ${Math.round(50 * (high - low))} points either way.`,
  ];
  const now = await presentLabels(dataset).catch(() => null);
  const later = now === null || digestOf(now) !== digestOf(own);
  return later
    ? [...notes, 'Labels have been given or changed since it began; a benchmark of another name takes them in.']
    : notes;
}
