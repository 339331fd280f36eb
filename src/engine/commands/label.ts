import type { LabelEntry } from '../../shared/schema/labels';
import type { Dataset } from '../data/dataset/type';
import { inputError, usageError } from '../errors';
import { type Job, throwIfCancelled } from '../job';
import { pendingImages } from '../rounds/answered';
import { labelPath, readLabelFile } from '../rounds/labelFile';
import { addLabels, readUsableLabels, telling } from '../rounds/labelFiles';
import { secondAnswersOf } from '../rounds/repeats';
import { readRounds } from '../rounds/roundFiles';
import { oracle } from '../rounds/sources';
import { plural } from '../text/plural';
import { afterSaving } from './afterSaving';
import { folderNote } from './folderNote';
import { type Answers, type LabelTable, readLabelTable } from './labelTable';
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
  /** They are second answers of this annotator, by which agreement tells how far a person agrees with themselves; first answers stay. */
  readonly again?: boolean;
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
  /** Rows of the file whose label is empty: not answered yet. */
  readonly blank: number;
  /** What was taken off the paths in the file, which lead through the dataset's folder; null where nothing was. */
  readonly takenOff: string | null;
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

/** Answers images without the panel. All of it or nothing is written. */
export async function label(options: LabelOptions, job: Job): Promise<LabelReport> {
  return withDataset(options, job, async (dataset) => {
    const place = options.again ? secondAnswersOf(dataset) : dataset;
    const path = labelPath(place, options.annotator);
    const { answers, settled, ...given } =
      options.from === 'oracle'
        ? ofTable(await fromOracle(dataset, job))
        : await readLabelTable(dataset, { path: options.from.csv, reviewed: options.reviewed ?? false }, job);
    throwIfCancelled(job);
    const { overwrite } = options;
    if (options.again) await requireFirstAnswers(dataset, options.annotator, answers);
    const told = telling(job);
    const rows = await settledRows(dataset, options.again ? new Map() : settled, overwrite, told);
    for (const image of [...rows.disputes.keys(), ...rows.unchanged]) answers.delete(image);
    const at = new Date().toISOString();
    const entries = new Map(
      [...answers].map(([image, answer]): [string, LabelEntry] => [image, { ...answer, at, seconds: 0 }]),
    );
    const rounds = await readRounds(dataset);
    const report = await addLabels(place, options.annotator, entries, { overwrite, signal: job.signal });
    return afterSaving(savedLabels(report.added, options.annotator, path), async () => {
      const done = await settleRows(dataset, options.annotator, rows, told);
      const merged = await readUsableLabels(dataset, job);
      const left = pendingImages(dataset, rounds, merged).length;
      const answered = [...entries.keys()].flatMap((image) => dataset.indexOf(image) ?? []);
      const note = await folderNote(dataset, answered, job);
      return {
        annotator: options.annotator,
        path,
        ...report,
        ...given,
        settled: done,
        keptSettled: rows.kept,
        left,
        conflicts: merged.conflicts.length,
        ...(note ? { note } : {}),
      };
    });
  });
}

const savedLabels = (count: number, annotator: string, path: string): string | null =>
  count === 0 ? null : `Saved ${plural(count, 'label')} of ${annotator} in ${path}.`;

/** Nobody can be asked again what they were never asked. */
async function requireFirstAnswers(dataset: Dataset, annotator: string, answers: Answers): Promise<void> {
  const { entries, problem } = await readLabelFile(dataset, annotator);
  if (problem) throw problem;
  for (const image of answers.keys())
    if (!entries.has(image))
      throw inputError(
        `${annotator} has not answered image "${image}" of dataset ${dataset.name} yet, so this is no second answer; remove that row, or leave --again out.`,
      );
}

/** Known labels of the images that rounds wait for. */
async function fromOracle(dataset: Dataset, job: Job): Promise<Answers> {
  const source = oracle(dataset);
  const rounds = await readRounds(dataset);
  if (rounds.length === 0) throw inputError(`Dataset ${dataset.name} has no round to answer yet; run query first.`);
  const pending = pendingImages(dataset, rounds, await readUsableLabels(dataset, job));
  const indices = Int32Array.from(pending.flatMap((image) => dataset.indexOf(image) ?? []));
  const answers = await source.answer(indices);
  return new Map([...answers].map(([i, c]) => [dataset.images[i].id, { label: dataset.file.classes[c] }]));
}

const ofTable = (answers: Answers): LabelTable => ({
  answers,
  settled: new Map(),
  ofPeople: 0,
  blank: 0,
  takenOff: null,
});

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
  const { annotator, path, added, unchanged, kept, ofPeople, blank, takenOff, settled, left, conflicts, torn, note } =
    report;
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
  if (blank > 0) lines.push(`${plural(blank, 'row')} without a label left alone: not answered yet.`);
  if (takenOff !== null) lines.push(`Paths that begin with ${takenOff}/ were taken for those of the dataset's folder.`);
  if (conflicts > 0) lines.push(`Annotators disagree on ${plural(conflicts, 'image')}; those are not trained on.`);
  lines.push(
    left > 0 ? `${plural(left, 'image')} of the rounds still without an answer.` : 'No image waits for an answer.',
  );
  if (note) lines.push(note);
  lines.push(path);
  return lines.join('\n');
}
