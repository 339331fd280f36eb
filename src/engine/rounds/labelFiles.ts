import { readdir, readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isNamedAlike } from '../../shared/annotatorName';
import { annotatorName } from '../../shared/schema/common';
import { type LabelEntry, serialiseLabels } from '../../shared/schema/labels';
import { heldOutImages } from '../../shared/workspace/heldOut';
import {
  type Answer,
  annotatorsOf,
  type Conflict,
  type MergedAnswers,
  mergeAnswers,
} from '../../shared/workspace/labels';
import { placeIn, places } from '../../shared/workspace/paths';
import { parseLabelFile } from '../../shared/workspace/problems';
import type { Settled } from '../../shared/workspace/settlements';
import type { Dataset, DatasetFolder } from '../data/dataset/type';
import { inputError, usageError } from '../errors';
import { writeFileAtomic } from '../store/atomicFile';
import { withFileLock } from '../store/fileLock';
import { checkedValue } from '../store/jsonFile';
import type { LabelMemory } from './labelMemory';
import { readRounds } from './roundFiles';
import { readSettlements } from './settlementFiles';

/** What writing label files needs to know of a dataset. */
export type DatasetToLabel = Pick<Dataset, 'name' | 'directory' | 'file' | 'has'>;

/** What reading all of them needs. */
export type LabelledDataset = DatasetToLabel & Pick<Dataset, 'indexOf'>;

/** All label files of a dataset, merged. Indices refer to `dataset.images`, classes to `dataset.file.classes`. */
export interface MergedLabels {
  /** Image index → class index, where all annotators who answered agree, or a dispute was settled. */
  readonly labels: ReadonlyMap<number, number>;
  /** Of these the images whose label is a reviewed prediction. */
  readonly reviewed: ReadonlySet<number>;
  readonly conflicts: readonly Conflict[];
  /** Image id → the settlement that gives it its class. */
  readonly settled: ReadonlyMap<string, Settled>;
  /** Images that were skipped and that nobody labelled. */
  readonly skipped: ReadonlySet<number>;
  /** Images with any answer: labelled, in conflict, or skipped. */
  readonly answered: ReadonlySet<number>;
  /** Images of test sets: their labels are measured on and never trained on. */
  readonly heldOut: ReadonlySet<number>;
  readonly answers: readonly Answer[];
  readonly annotators: readonly string[];
}

const labelsFolder = ({ directory }: DatasetFolder) => placeIn(directory, places.labels);

/** Path of an annotator's file; names that can't be a file name are usage errors. */
export function labelPath(dataset: DatasetFolder, annotator: string): string {
  const parsed = annotatorName.safeParse(annotator);
  if (!parsed.success)
    throw usageError(`"${annotator}" can't name an annotator: ${parsed.error.issues[0].message}. Choose another name.`);
  return placeIn(dataset.directory, places.labelsOf(annotator));
}

/** All label files, merged in indices, and which images are held out of training. */
export async function readLabels(dataset: LabelledDataset): Promise<MergedLabels> {
  const { merged, ...read } = await readAnswers(dataset);
  const held = heldOutImages(await readRounds(dataset));
  const heldOut = new Set([...held].flatMap((image) => dataset.indexOf(image) ?? []));
  return { ...indexed(dataset, merged), heldOut, ...read };
}

/**
 * Reads and checks every label file, and what was settled. A file that is damaged or speaks of unknown images or classes is an
 * error. Answers to images that are gone stay in the files, and count again when the images are back.
 */
export async function readAnswers(dataset: DatasetToLabel) {
  const names = await readdir(labelsFolder(dataset)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw inputError(`Cannot read ${labelsFolder(dataset)} (${error.message}); allow reading it.`, error);
  });
  const annotators = annotatorsOf(names);
  const answers: Answer[] = [];
  const gone = new Set(dataset.file.gone);
  for (const annotator of annotators) {
    const entries = await readLabelFile(dataset, placeIn(dataset.directory, places.labelsOf(annotator)));
    for (const [image, entry] of entries) if (!gone.has(image)) answers.push({ annotator, image, ...entry });
  }
  return { merged: mergeAnswers(answers, await readSettlements(dataset)), answers, annotators };
}

/** The merged answers in indices of images and classes. */
function indexed({ file, indexOf }: LabelledDataset, merged: MergedAnswers) {
  const { labels, reviewed, conflicts, settled, skipped, answered } = merged;
  const indices = (images: ReadonlySet<string>) => new Set([...images].map((image) => indexOf(image)!));
  const found = [...labels].map(([image, label]): [number, number] => [indexOf(image)!, file.classes.indexOf(label)]);
  return {
    labels: new Map(found.sort(([a], [b]) => a - b)),
    reviewed: indices(reviewed),
    conflicts,
    settled,
    skipped: indices(skipped),
    answered: indices(answered),
  };
}

/** One annotator's file; empty when it does not exist yet. */
async function readLabelFile(dataset: DatasetToLabel, path: string): Promise<ReadonlyMap<string, LabelEntry>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw inputError(`Cannot read ${path} (${error.message}); allow reading it.`, error);
  });
  if (text === null) return new Map();
  const entries = checkedValue(path, parseLabelFile(text));
  const where = relative(process.cwd(), path) || path;
  const gone = new Set(dataset.file.gone);
  for (const [image, entry] of entries) if (!gone.has(image)) checkAnswer(dataset, image, entry.label, where);
  return entries;
}

function checkAnswer(dataset: DatasetToLabel, image: string, label: string | undefined, where: string): void {
  if (!dataset.has(image))
    throw inputError(
      `${where}: image "${image}" is not in dataset ${dataset.name}; put the image back, or remove that line.`,
    );
  if (label !== undefined && !dataset.file.classes.includes(label))
    throw inputError(
      `${where}: image "${image}" has the unknown class "${label}"; use one of ${dataset.file.classes.join(', ')}.`,
    );
}

export interface AddOptions {
  /** Replace answers of this annotator that differ; otherwise they stay as they are. */
  readonly overwrite: boolean;
  /** Write entries as they are given: one without a flag takes a flag away. */
  readonly exact?: boolean;
  readonly signal?: AbortSignal;
  /** Of whoever saves often. */
  readonly memory?: LabelMemory;
}

export interface AddReport {
  /** Answers written by this call, new or replaced. They are on the disk when the call returns. */
  readonly added: number;
  /** Answers that said the same before. */
  readonly unchanged: number;
  /** Images whose earlier, different answer was kept because overwriting was not asked for. */
  readonly kept: readonly string[];
}

/**
 * Adds answers to one annotator's file: locked, read, merged and replaced in one step, so that no other process's
 * answer is lost. A damaged file is never replaced.
 */
export async function addLabels(
  dataset: DatasetToLabel,
  annotator: string,
  additions: ReadonlyMap<string, LabelEntry>,
  { overwrite, exact = false, signal, memory }: AddOptions,
): Promise<AddReport> {
  const path = labelPath(dataset, annotator);
  await refuseOtherSpelling(dataset, annotator);
  for (const [image, entry] of additions) checkAnswer(dataset, image, entry.label, `Labels of ${annotator}`);
  return withFileLock(
    path,
    async () => {
      const entries = await currentEntries(dataset, path, memory);
      const kept: string[] = [];
      let added = 0;
      let unchanged = 0;
      for (const [image, entry] of additions) {
        const before = entries.get(image);
        if (before && saysTheSame(before, entry, exact)) unchanged++;
        else if (before !== undefined && (before.label !== undefined || exact) && !overwrite) kept.push(image);
        else {
          entries.set(image, entry);
          added++;
        }
      }
      if (added > 0) await writeEntries(path, entries, memory);
      return { added, unchanged, kept };
    },
    signal ? { signal } : {},
  );
}

/** Where upper and lower case are one, files of names that differ by it alone would be one, and so would two people. */
async function refuseOtherSpelling(dataset: DatasetToLabel, annotator: string): Promise<void> {
  const known = annotatorsOf(await readdir(labelsFolder(dataset)).catch(() => []));
  const other = known.includes(annotator) ? undefined : known.find((name) => isNamedAlike(name, annotator));
  if (other === undefined) return;
  throw inputError(
    `Dataset ${dataset.name} has an annotator "${other}" already, and "${annotator}" differs only in upper and lower case; use that spelling, or another name.`,
  );
}

/** Unless it has to be exact, an answer that says nothing of a flag does not take one away. */
function saysTheSame(before: LabelEntry, entry: LabelEntry, exact: boolean): boolean {
  if (exact) return isDeepStrictEqual(before, entry);
  return before.label === entry.label && (entry.flag === undefined || entry.flag === before.flag);
}

/** Removes one annotator's answers for the given images (undo); returns how many there were. */
export async function removeLabels(
  dataset: DatasetToLabel,
  annotator: string,
  images: readonly string[],
  memory?: LabelMemory,
): Promise<number> {
  const path = labelPath(dataset, annotator);
  return withFileLock(path, async () => {
    const entries = await currentEntries(dataset, path, memory);
    const removed = images.filter((image) => entries.delete(image)).length;
    if (removed > 0) await writeEntries(path, entries, memory);
    return removed;
  });
}

/** A copy to change: what the memory holds stays true when writing fails. */
async function currentEntries(dataset: DatasetToLabel, path: string, memory: LabelMemory | undefined) {
  return new Map((await memory?.recall(path)) ?? (await readLabelFile(dataset, path)));
}

async function writeEntries(path: string, entries: ReadonlyMap<string, LabelEntry>, memory: LabelMemory | undefined) {
  await writeFileAtomic(path, serialiseLabels(entries));
  await memory?.remember(path, entries);
}
