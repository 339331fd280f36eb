import type { LabelEntry } from '../../shared/schema/labels';
import { csvRows, imageIdOf } from '../data/csvRows';
import type { Dataset } from '../data/dataset/type';
import { inputError, usageError } from '../errors';
import { type Job, throwIfCancelled } from '../job';
import { pendingImages } from '../rounds/answered';
import { labelPath } from '../rounds/labelFile';
import { addLabels, readLabels } from '../rounds/labelFiles';
import { readRounds } from '../rounds/roundFiles';
import { oracle } from '../rounds/sources';
import { plural } from '../text/plural';
import { type DatasetOptions, withDataset } from './withDataset';

export interface LabelOptions extends DatasetOptions {
  /** A csv file with the columns image and label; or the labels that the dataset's layout tells. */
  readonly from: { readonly csv: string } | 'oracle';
  readonly annotator: string;
  /** Replace answers of this annotator that differ. */
  readonly overwrite: boolean;
}

export interface LabelReport {
  readonly annotator: string;
  readonly path: string;
  readonly added: number;
  readonly unchanged: number;
  /** Images whose earlier answer was kept although the new one differs. */
  readonly kept: readonly string[];
  /** Images of rounds that still have no answer. */
  readonly left: number;
  readonly conflicts: number;
  /** What was found of a line that was never finished, and is gone now. */
  readonly torn: string | null;
}

/** Image id → what was answered for it. */
type Answers = Map<string, Pick<LabelEntry, 'label' | 'flag'>>;

/** Answers images without the panel. All of it or nothing is written. */
export async function label(options: LabelOptions, job: Job): Promise<LabelReport> {
  return withDataset(options, job, async (dataset) => {
    const path = labelPath(dataset, options.annotator);
    const answers =
      options.from === 'oracle' ? await fromOracle(dataset) : await fromCsv(dataset, options.from.csv, job);
    throwIfCancelled(job);
    const at = new Date().toISOString();
    const entries = new Map(
      [...answers].map(([image, answer]): [string, LabelEntry] => [image, { ...answer, at, seconds: 0 }]),
    );
    const { overwrite } = options;
    const report = await addLabels(dataset, options.annotator, entries, { overwrite, signal: job.signal });
    const merged = await readLabels(dataset);
    const left = pendingImages(dataset, await readRounds(dataset), merged).length;
    return { annotator: options.annotator, path, ...report, left, conflicts: merged.conflicts.length };
  });
}

/** Known labels of the images that rounds wait for. */
async function fromOracle(dataset: Dataset): Promise<Answers> {
  const source = oracle(dataset);
  const rounds = await readRounds(dataset);
  if (rounds.length === 0) throw inputError(`Dataset ${dataset.name} has no round to answer yet; run query first.`);
  const pending = pendingImages(dataset, rounds, await readLabels(dataset));
  const indices = Int32Array.from(pending.flatMap((image) => dataset.indexOf(image) ?? []));
  const answers = await source.answer(indices);
  return new Map([...answers].map(([i, c]) => [dataset.images[i].id, { label: dataset.file.classes[c] }]));
}

/** Every row of the file, checked; the first wrong one is an error with its line number. */
async function fromCsv(dataset: Dataset, path: string, job: Job): Promise<Answers> {
  const answers: Answers = new Map();
  const lineOf = new Map<string, number>();
  let columns: { image: number; label: number; flag: number; source: number } | null = null;
  for await (const { cells, line } of csvRows(path, job)) {
    if (!columns) {
      const at = (name: string) => cells.indexOf(name);
      columns = { image: at('image'), label: at('label'), flag: at('flag'), source: at('source') };
      if (columns.image < 0 || columns.label < 0)
        throw inputError(`${path} line ${line}: expected a header with the columns image and label.`);
      continue;
    }
    if (cells[columns.source] === 'model')
      throw inputError(
        `${path} line ${line}: this row is a model's prediction, and predictions are nobody's answers; remove the rows whose source is model, or, where a person has checked them all, the column source.`,
      );
    const image = imageIdOf(cells[columns.image]);
    const label = cells[columns.label] ?? '';
    checkRow(dataset, `${path} line ${line}`, image, label);
    const before = answers.get(image)?.label;
    if (before !== undefined && before !== label)
      throw inputError(
        `${path} line ${line}: image "${image}" is ${label} here but ${before} in line ${lineOf.get(image)}; keep one of them.`,
      );
    const flag = cells[columns.flag];
    answers.set(image, { label, ...(flag ? { flag } : {}) });
    lineOf.set(image, line);
  }
  if (answers.size === 0)
    throw inputError(`${path} has no rows; expected the columns image and label, one image a line.`);
  return answers;
}

function checkRow(dataset: Dataset, where: string, image: string, label: string): void {
  const { classes } = dataset.file;
  if (image === '') throw inputError(`${where}: the image is missing; give its path relative to the dataset.`);
  if (dataset.indexOf(image) === undefined)
    throw inputError(
      `${where}: image "${image}" is not in dataset ${dataset.name}; paths are relative to the dataset's folder.`,
    );
  if (!classes.includes(label))
    throw inputError(`${where}: "${label}" is no class of dataset ${dataset.name}; use one of ${classes.join(', ')}.`);
}

/** What `label` was told to read: exactly one of the two sources. */
export function labelOrigin(from: string | undefined, useOracle: boolean | undefined): LabelOptions['from'] {
  if ((from === undefined) === !useOracle) throw usageError('Give either --from labels.csv or --oracle.');
  return from === undefined ? 'oracle' : { csv: from };
}

export function describeLabel({ annotator, path, added, unchanged, kept, left, conflicts, torn }: LabelReport): string {
  const lines = [
    added > 0
      ? `Saved ${plural(added, 'label')} of ${annotator}.`
      : 'Nothing to do: every answer was there already or none was waited for.',
  ];
  if (unchanged > 0 && added > 0) lines.push(`${plural(unchanged, 'label')} said the same before.`);
  if (kept.length > 0)
    lines.push(
      `${plural(kept.length, 'earlier answer')} kept although the new one differs (${kept.slice(0, 3).join(', ')}${kept.length > 3 ? ' …' : ''}); pass --overwrite to replace.`,
    );
  if (torn !== null)
    lines.push(
      `The last line of the file had been cut off, most likely by a crash, and was removed: ${torn.slice(0, 200)}`,
    );
  if (conflicts > 0) lines.push(`Annotators disagree on ${plural(conflicts, 'image')}; those are not trained on.`);
  lines.push(
    left > 0 ? `${plural(left, 'image')} of the rounds still without an answer.` : 'No image waits for an answer.',
  );
  lines.push(path);
  return lines.join('\n');
}
