import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { relative } from 'node:path';
import { annotatorName } from '../../shared/schema/common';
import { answerLine, type LabelEntry, serialiseLabels, withdrawnLine } from '../../shared/schema/labels';
import { joinAnswers, type LabelLines, parseLabels } from '../../shared/workspace/labelLines';
import { placeIn, places } from '../../shared/workspace/paths';
import { type Parsed, parseOldLabelFile } from '../../shared/workspace/problems';
import type { Dataset, DatasetFolder } from '../data/dataset/type';
import { inputError, usageError } from '../errors';
import { appendToFile } from '../store/appendFile';
import { writeFileAtomic } from '../store/atomicFile';
import { checkedValue } from '../store/jsonFile';
import type { LabelMemory } from './labelMemory';

/** What writing label files needs to know of a dataset. */
export type DatasetToLabel = Pick<Dataset, 'name' | 'directory' | 'file' | 'has'>;

/** One annotator's answers, as they are on the disk. */
export interface LabelFile {
  readonly entries: Map<string, LabelEntry>;
  /** Whether a line can be added to the file as it is. */
  readonly canGrow: boolean;
  /** Whether its lines are sorted, one an image. */
  readonly isTidy: boolean;
  /** Of a line that was never finished, and that the next writing removes. */
  readonly torn: string | null;
}

/** Image → its new answer; null takes it away. */
export type LabelChanges = ReadonlyMap<string, LabelEntry | null>;

/** More changes than this at once are not added line by line: the file is written anew. */
const MOST_LINES = 1_000;

/** Path of an annotator's file; names that can't be a file name are usage errors. */
export function labelPath(dataset: DatasetFolder, annotator: string): string {
  const parsed = annotatorName.safeParse(annotator);
  if (!parsed.success)
    throw usageError(`"${annotator}" can't name an annotator: ${parsed.error.issues[0].message}. Choose another name.`);
  return placeIn(dataset.directory, places.labelsOf(annotator));
}

const oldPath = (dataset: DatasetFolder, annotator: string) =>
  placeIn(dataset.directory, places.oldLabelsOf(annotator));

/** One annotator's answers, those in a file of an earlier version among them; none when there is no file yet. */
export async function readLabelFile(dataset: DatasetToLabel, annotator: string): Promise<LabelFile> {
  const path = labelPath(dataset, annotator);
  const beside = oldPath(dataset, annotator);
  // whoever takes an old file over removes it last, so it has to be looked at first
  const old = await readEntries(dataset, beside, parseOldLabelFile, (entries) => entries);
  const now = await readEntries(dataset, path, parseLabels, ({ labels }) => labels.entries);
  if (!now) return { entries: old ?? new Map(), canGrow: false, isTidy: true, torn: null };
  const { labels, rest, isTorn } = now;
  const entries = old ? checkedValue(beside, joinAnswers(old, labels.entries)) : labels.entries;
  return { entries, canGrow: rest === '' && !old, isTidy: !old && isSorted(labels), torn: isTorn ? rest : null };
}

/** What a file says, checked against the dataset; null when there is none. */
async function readEntries<T>(
  dataset: DatasetToLabel,
  path: string,
  parse: (text: string) => Parsed<T>,
  entriesOf: (value: T) => ReadonlyMap<string, LabelEntry>,
): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw inputError(`Cannot read ${path} (${error.message}); allow reading it.`, error);
  });
  if (text === null) return null;
  const value = checkedValue(path, parse(text));
  const where = relative(process.cwd(), path) || path;
  for (const [image, entry] of entriesOf(value)) checkAnswer(dataset, image, entry.label, where);
  return value;
}

const isSorted = ({ spokenOf }: LabelLines): boolean =>
  spokenOf.every((image, i) => i === 0 || spokenOf[i - 1]! < image);

/** Throws where an answer speaks of an image or a class that the dataset does not have. */
export function checkAnswer(dataset: DatasetToLabel, image: string, label: string | undefined, where: string): void {
  if (!dataset.has(image))
    throw inputError(
      `${where}: image "${image}" is not in dataset ${dataset.name}; put the image back, or remove that line.`,
    );
  if (label !== undefined && !dataset.file.classes.includes(label))
    throw inputError(
      `${where}: image "${image}" has the unknown class "${label}"; use one of ${dataset.file.classes.join(', ')}.`,
    );
}

/** An annotator's answers as they are now, from the memory where it may be believed. To be called under the file's lock. */
export async function currentLabels(
  dataset: DatasetToLabel,
  annotator: string,
  memory: LabelMemory | undefined,
): Promise<LabelFile> {
  const known = existsSync(oldPath(dataset, annotator)) ? null : await memory?.recall(labelPath(dataset, annotator));
  return known ?? readLabelFile(dataset, annotator);
}

/**
 * Puts changes of an annotator's answers on the disk, under the file's lock. Whoever saves often (and so has a memory) adds
 * lines, which costs the same however long the file is; otherwise the file is replaced by a tidy one, with all changes or
 * none. Takes over what earlier versions wrote.
 */
export async function saveLabels(
  dataset: DatasetToLabel,
  annotator: string,
  { before, changes, memory }: { before: LabelFile; changes: LabelChanges; memory: LabelMemory | undefined },
): Promise<void> {
  const path = labelPath(dataset, annotator);
  const grows = memory !== undefined && before.canGrow && changes.size <= MOST_LINES;
  if (grows) await appendToFile(path, linesOf(before.entries, changes));
  const entries = grows ? before.entries : new Map(before.entries);
  for (const [image, entry] of changes) {
    if (entry) entries.set(image, entry);
    else entries.delete(image);
  }
  if (!grows) await replaceFile(dataset, annotator, entries);
  await memory?.remember(path, { entries, canGrow: true, isTidy: !grows, torn: null });
}

function linesOf(entries: ReadonlyMap<string, LabelEntry>, changes: LabelChanges): string {
  const now = new Date().toISOString();
  const lines = [...changes].map(([image, entry]) => {
    const before = entries.get(image)?.at;
    if (entry) return answerLine(image, entry, before);
    return before === undefined ? '' : withdrawnLine(image, now, before);
  });
  return lines.join('');
}

/** Writes all answers into a tidy file, and then removes the one of an earlier version, whose answers are among them. */
async function replaceFile(
  dataset: DatasetFolder,
  annotator: string,
  entries: ReadonlyMap<string, LabelEntry>,
): Promise<void> {
  await writeFileAtomic(labelPath(dataset, annotator), serialiseLabels(entries));
  await rm(oldPath(dataset, annotator), { force: true });
}

/**
 * Sorts the lines that were added since the file was last written as a whole, so that version control can merge it. Does
 * nothing where the file is not as the memory has it: whoever changed it is at work.
 */
export async function tidyLabels(dataset: DatasetToLabel, annotator: string, memory: LabelMemory): Promise<void> {
  const path = labelPath(dataset, annotator);
  const file = await memory.recall(path);
  if (!file || file.isTidy || !file.canGrow) return;
  await replaceFile(dataset, annotator, file.entries);
  await memory.remember(path, { ...file, isTidy: true });
}
