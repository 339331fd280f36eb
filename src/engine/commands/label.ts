import { REVIEWED } from '../../shared/reviewed';
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
import { folderNote } from './folderNote';
import { settledRows, settleRows } from './settledRows';
import { type DatasetOptions, withDataset } from './withDataset';

export interface LabelOptions extends DatasetOptions {
  /** A csv file with the columns image and label; or the labels that the dataset's layout tells. */
  readonly from: { readonly csv: string } | 'oracle';
  readonly annotator: string;
  /** Replace answers of this annotator that differ. */
  readonly overwrite: boolean;
  /** The file is one of predictions that a person has looked over: the rows of the model are taken, as reviewed predictions. */
  readonly reviewed?: boolean;
}

export interface LabelReport {
  readonly annotator: string;
  readonly path: string;
  readonly added: number;
  readonly unchanged: number;
  /** Images whose earlier answer was kept although the new one differs. */
  readonly kept: readonly string[];
  /** Rows of a file of predictions that were left alone because people had labelled them already. */
  readonly ofPeople: number;
  /** Disputes that rows of the file settled, and images that are settled to another class, which stayed. */
  readonly settled: number;
  readonly keptSettled: readonly string[];
  /** Images of rounds that still have no answer. */
  readonly left: number;
  readonly conflicts: number;
  /** What was found of a line that was never finished, and is gone now. */
  readonly torn: string | null;
  /** Set when the folder has changed since the import. */
  readonly note?: string;
}

/** Image id → what was answered for it. */
type Answers = Map<string, Pick<LabelEntry, 'label' | 'flag' | 'source'>>;

/** Answers images without the panel. All of it or nothing is written. */
export async function label(options: LabelOptions, job: Job): Promise<LabelReport> {
  return withDataset(options, job, async (dataset) => {
    const path = labelPath(dataset, options.annotator);
    const { answers, ofPeople, settled } =
      options.from === 'oracle'
        ? { answers: await fromOracle(dataset), ofPeople: 0, settled: new Map<string, string>() }
        : await fromCsv(dataset, { path: options.from.csv, reviewed: options.reviewed ?? false }, job);
    throwIfCancelled(job);
    const { overwrite } = options;
    const rows = await settledRows(dataset, settled, overwrite);
    for (const image of settled.keys()) if (!rows.answers.has(image)) answers.delete(image);
    const at = new Date().toISOString();
    const entries = new Map(
      [...answers].map(([image, answer]): [string, LabelEntry] => [image, { ...answer, at, seconds: 0 }]),
    );
    const report = await addLabels(dataset, options.annotator, entries, { overwrite, signal: job.signal });
    const done = await settleRows(dataset, options.annotator, rows);
    const merged = await readLabels(dataset);
    const left = pendingImages(dataset, await readRounds(dataset), merged).length;
    const answered = [...entries.keys()].flatMap((image) => dataset.indexOf(image) ?? []);
    const note = await folderNote(dataset, answered, job);
    return {
      annotator: options.annotator,
      path,
      ...report,
      ofPeople,
      settled: done,
      keptSettled: rows.kept,
      left,
      conflicts: merged.conflicts.length,
      ...(note ? { note } : {}),
    };
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

interface FileToRead {
  readonly path: string;
  readonly reviewed: boolean;
}

interface FileRead {
  readonly answers: Answers;
  readonly ofPeople: number;
  /** Of the answers those that are said to be settlements: image → class. */
  readonly settled: ReadonlyMap<string, string>;
}

/** Every row of the file, checked; the first wrong one is an error with its line number. */
async function fromCsv(dataset: Dataset, { path, reviewed }: FileToRead, job: Job): Promise<FileRead> {
  const answers: Answers = new Map();
  const settled = new Map<string, string>();
  const lineOf = new Map<string, number>();
  let columns: Columns | null = null;
  let ofPeople = 0;
  for await (const { cells, line } of csvRows(path, job)) {
    const where = `${path} line ${line}`;
    if (!columns) {
      columns = columnsIn(cells, where, reviewed);
      continue;
    }
    const source = sourceOf(cells[columns.source], where, reviewed);
    if (source === 'person' && reviewed) {
      ofPeople++;
      continue;
    }
    const image = imageIdOf(cells[columns.image]);
    const label = cells[columns.label] ?? '';
    checkRow(dataset, where, image, label);
    const before = answers.get(image)?.label;
    if (before !== undefined && before !== label)
      throw inputError(
        `${where}: image "${image}" is ${label} here but ${before} in line ${lineOf.get(image)}; keep one of them.`,
      );
    const flag = cells[columns.flag];
    answers.set(image, { label, ...(flag ? { flag } : {}), ...(source === REVIEWED ? { source } : {}) });
    lineOf.set(image, line);
    if (cells[columns.settled]) settled.set(image, label);
  }
  if (answers.size === 0 && ofPeople === 0)
    throw inputError(`${path} has no rows; expected the columns image and label, one image a line.`);
  return { answers, ofPeople, settled };
}

interface Columns {
  readonly image: number;
  readonly label: number;
  readonly flag: number;
  readonly source: number;
  readonly settled: number;
}

function columnsIn(header: readonly string[], where: string, reviewed: boolean): Columns {
  const at = (name: string) => header.indexOf(name);
  const names = { image: at('image'), label: at('label'), flag: at('flag') };
  const columns = { ...names, source: at('source'), settled: at('settled') };
  if (columns.image < 0 || columns.label < 0)
    throw inputError(`${where}: expected a header with the columns image and label.`);
  if (reviewed && columns.source < 0)
    throw inputError(
      `${where}: there is no column source, so nothing tells which rows are predictions; pass a file that predict wrote, or leave --reviewed out.`,
    );
  return columns;
}

/** Whose answer a row is: a person's, or a prediction that a person has looked over. */
function sourceOf(source: string | undefined, where: string, reviewed: boolean): 'person' | typeof REVIEWED {
  if (source === REVIEWED) return REVIEWED;
  if (source !== 'model') return 'person';
  if (reviewed) return REVIEWED;
  throw inputError(
    `${where}: this row is a model's prediction, and predictions are nobody's answers; remove the rows whose source is model, or, where a person has looked them over, pass --reviewed.`,
  );
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
export function labelOrigin(
  from: string | undefined,
  useOracle: boolean | undefined,
  reviewed = false,
): LabelOptions['from'] {
  if ((from === undefined) === !useOracle) throw usageError('Give either --from labels.csv or --oracle.');
  if (reviewed && from === undefined) throw usageError('--reviewed is for a file of predictions; pass it with --from.');
  return from === undefined ? 'oracle' : { csv: from };
}

export function describeLabel(report: LabelReport): string {
  const { annotator, path, added, unchanged, kept, ofPeople, settled, left, conflicts, torn, note } = report;
  const lines: string[] = [];
  if (added > 0) lines.push(`Saved ${plural(added, 'label')} of ${annotator}.`);
  if (settled > 0) lines.push(`Settled ${plural(settled, 'dispute')}; people's answers stay as they are.`);
  if (lines.length === 0) lines.push('Nothing to do: every answer was there already or none was waited for.');
  if (unchanged > 0 && added > 0) lines.push(`${plural(unchanged, 'label')} said the same before.`);
  for (const [what, images] of [
    ['earlier answer', kept],
    ['earlier settlement', report.keptSettled],
  ] as const)
    if (images.length > 0)
      lines.push(
        `${plural(images.length, what)} kept although the new one differs (${images.slice(0, 3).join(', ')}${images.length > 3 ? ' …' : ''}); pass --overwrite to replace.`,
      );
  if (torn !== null)
    lines.push(
      `The last line of the file had been cut off, most likely by a crash, and was removed: ${torn.slice(0, 200)}`,
    );
  if (ofPeople > 0) lines.push(`${plural(ofPeople, 'row')} left alone: people had labelled these images themselves.`);
  if (conflicts > 0) lines.push(`Annotators disagree on ${plural(conflicts, 'image')}; those are not trained on.`);
  lines.push(
    left > 0 ? `${plural(left, 'image')} of the rounds still without an answer.` : 'No image waits for an answer.',
  );
  if (note) lines.push(note);
  lines.push(path);
  return lines.join('\n');
}
