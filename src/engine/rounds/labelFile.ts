import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { annotatorName } from '../../shared/schema/common';
import { answerLine, type LabelEntry, withdrawnLine } from '../../shared/schema/labels';
import { placeIn, places } from '../../shared/workspace/paths';
import type { Dataset } from '../data/dataset/type';
import { inputError, type UserError, usageError } from '../errors';
import { appendToFile } from '../store/appendFile';
import type { LabelMemory } from './labelMemory';
import { type LabelFile, oldLabelPath, readRawLabels, replaceLabels } from './rawLabels';

/** What writing label files needs to know of a dataset. */
export type DatasetToLabel = Pick<Dataset, 'name' | 'directory' | 'file' | 'has'> & {
  /** Folder in which the label files' folder lies; absent: the dataset's own. */
  readonly answersIn?: string;
};

/** In which folder the folder of label files lies. */
export const answersFolder = ({
  directory,
  answersIn = directory,
}: Pick<DatasetToLabel, 'directory' | 'answersIn'>): string => answersIn;

/** Image → its new answer; null takes it away. */
type LabelChanges = ReadonlyMap<string, LabelEntry | null>;

/** More changes than this at once are not added line by line: the file is written anew. */
const MOST_LINES = 1_000;

/** Path of an annotator's file; names that can't be a file name are usage errors. */
export function labelPath(dataset: Pick<DatasetToLabel, 'directory' | 'answersIn'>, annotator: string): string {
  const parsed = annotatorName.safeParse(annotator);
  if (!parsed.success)
    throw usageError(`"${annotator}" can't name an annotator: ${parsed.error.issues[0].message}. Choose another name.`);
  return placeIn(answersFolder(dataset), places.labelsOf(annotator));
}

/** Answers of one annotator that speak of images and classes of the dataset, and what is wrong with the first of the others. */
export interface CheckedLabels extends Pick<LabelFile, 'isTidy'> {
  readonly entries: ReadonlyMap<string, LabelEntry>;
  readonly problem: UserError | null;
}

/** One annotator's answers, checked against the dataset; none when there is no file yet. Those to images that are gone stand as they are. */
export async function readLabelFile(dataset: DatasetToLabel, annotator: string): Promise<CheckedLabels> {
  const file = await readRawLabels(answersFolder(dataset), annotator);
  const path = relative(process.cwd(), file.path) || file.path;
  const gone = new Set(dataset.file.gone);
  const wrong = new Map<string, string>();
  for (const [image, { label }] of file.entries) {
    const fault = gone.has(image) ? null : answerFault(dataset, image, label);
    if (fault) wrong.set(image, fault);
  }
  const [[image, fault] = ['', '']] = wrong;
  if (wrong.size === 0) return { ...file, problem: null };
  const line = file.lineOf?.(image) ?? null;
  const others =
    wrong.size === 1 ? '' : ` So ${wrong.size === 2 ? 'is' : 'are'} ${wrong.size - 1} more of its answers.`;
  return {
    entries: new Map([...file.entries].filter(([of]) => !wrong.has(of))),
    isTidy: file.isTidy,
    problem: inputError(`${path}${line === null ? '' : `, line ${line}`}: ${fault}${others}`),
  };
}

/** Throws where an answer speaks of an image or a class that the dataset does not have. */
export function checkAnswer(dataset: DatasetToLabel, image: string, label: string | undefined, where: string): void {
  const fault = answerFault(dataset, image, label);
  if (fault) throw inputError(`${where}: ${fault}`);
}

function answerFault({ name, file, has }: DatasetToLabel, image: string, label: string | undefined): string | null {
  if (!has(image)) return `image "${image}" is not in dataset ${name}; put the image back, or remove that line.`;
  if (label === undefined || file.classes.includes(label)) return null;
  return `image "${image}" has the unknown class "${label}"; use one of ${file.classes.join(', ')}, or take it in with "class add".`;
}

/**
 * An annotator's answers as they are now, from the memory where it may be believed. To be called under the file's lock. Not
 * checked against the dataset: answers of a class that was taken away meanwhile stay, and new ones can be added.
 */
export async function currentLabels(
  dataset: DatasetToLabel,
  annotator: string,
  memory: LabelMemory | undefined,
): Promise<LabelFile> {
  const folder = answersFolder(dataset);
  const hasOld = existsSync(oldLabelPath(folder, annotator));
  const known = hasOld ? null : await memory?.recall(labelPath(dataset, annotator));
  return known ?? readRawLabels(folder, annotator);
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
  if (!grows) await replaceLabels(answersFolder(dataset), annotator, entries);
  await memory?.remember(path, { entries, path, canGrow: true, isTidy: !grows, torn: null });
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

/**
 * Sorts the lines that were added since the file was last written as a whole, so that version control can merge it. Does
 * nothing where the file is not as the memory has it: whoever changed it is at work.
 */
export async function tidyLabels(dataset: DatasetToLabel, annotator: string, memory: LabelMemory): Promise<void> {
  const path = labelPath(dataset, annotator);
  const file = await memory.recall(path);
  if (!file || file.isTidy || !file.canGrow) return;
  await replaceLabels(answersFolder(dataset), annotator, file.entries);
  await memory.remember(path, { ...file, isTidy: true });
}
