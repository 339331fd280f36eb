import { readdir } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { isNamedAlike } from '../../shared/namesAlike';
import type { LabelEntry } from '../../shared/schema/labels';
import { isReservedName } from '../../shared/workspace/datasetName';
import { heldOutImages } from '../../shared/workspace/heldOut';
import {
  type Answer,
  annotatorsOf,
  type Conflict,
  type MergedAnswers,
  mergeAnswers,
} from '../../shared/workspace/labels';
import { placeIn, places } from '../../shared/workspace/paths';
import type { Settled } from '../../shared/workspace/settlements';
import type { Dataset } from '../data/dataset/type';
import { inputError, UserError } from '../errors';
import type { Job } from '../job';
import { withFileLock } from '../store/fileLock';
import {
  answersFolder,
  type CheckedLabels,
  checkAnswer,
  currentLabels,
  type DatasetToLabel,
  labelPath,
  readLabelFile,
  saveLabels,
  tidyLabels as tidyFile,
} from './labelFile';
import type { LabelMemory } from './labelMemory';
import { requirePresentClasses } from './presentClasses';
import { annotatorsIn, mentionedImages } from './rawLabels';
import { readRounds } from './roundFiles';
import { readSettlements } from './settlementFiles';

/** What reading all label files needs to know of a dataset. */
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

const labelsFolder = (dataset: DatasetToLabel) => placeIn(answersFolder(dataset), places.labels);

/** All label files, merged in indices, and which images are held out of training. One that can't be used is an error. */
export const readLabels = (dataset: LabelledDataset): Promise<MergedLabels> => mergedLabels(dataset, refuse);

/**
 * The same, where one person's damaged file must not stop the others: what can't be used counts for nothing, and `job` is told of it. An error
 * where nobody's file can be used.
 */
export const readUsableLabels = (dataset: LabelledDataset, job: Watcher): Promise<MergedLabels> =>
  mergedLabels(dataset, telling(job));

/** Told of what can't be used, or refuses it. */
export type OnProblem = (problem: UserError, until: string) => void;

type Watcher = Pick<Job, 'warn'>;

const refuse: OnProblem = (problem) => {
  throw problem;
};

export const telling =
  (job: Watcher): OnProblem =>
  ({ message }, until) =>
    job.warn?.(`${message} ${until}`);

async function mergedLabels(dataset: LabelledDataset, onProblem: OnProblem): Promise<MergedLabels> {
  const { merged, ...read } = await readAnswers(dataset, onProblem);
  const held = heldOutImages(await readRounds(dataset));
  const heldOut = new Set([...held].flatMap((image) => dataset.indexOf(image) ?? []));
  return { ...indexed(dataset, merged), heldOut, ...read };
}

/**
 * Reads and checks every label file, and what was settled. A file that is damaged or speaks of unknown images or classes is an
 * error, unless `onProblem` goes on. Answers to images that are gone stay in the files, and count again when the images are back.
 */
export async function readAnswers(dataset: DatasetToLabel, onProblem: OnProblem = refuse) {
  const { files, mentioned } = await usableFiles(dataset, onProblem);
  const answers: Answer[] = [];
  const gone = new Set(dataset.file.gone);
  for (const [annotator, { entries, isTidy }] of files) {
    // the order of labelling tells nothing, and what follows from labels must not depend on it
    const sorted = isTidy ? entries : [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [image, entry] of sorted) if (!gone.has(image)) answers.push({ annotator, image, ...entry });
  }
  const merged = mergeAnswers(answers, await readSettlements(dataset, onProblem));
  const answered = mentioned.size === 0 ? merged.answered : new Set([...merged.answered, ...mentioned]);
  return { merged: { ...merged, answered }, answers, annotators: [...files.keys()] };
}

/** Annotator → what can be used of their file; `mentioned`: images of which only files speak that can't be. */
async function usableFiles(dataset: DatasetToLabel, onProblem: OnProblem) {
  const files = new Map<string, CheckedLabels>();
  const mentioned = new Set<string>();
  const problems: [UserError, string][] = [];
  for (const annotator of await annotatorsIn(dataset.directory)) {
    const file = await readLabelFile(dataset, annotator).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      return error;
    });
    if (!(file instanceof UserError)) {
      files.set(annotator, file);
      if (file.problem) problems.push([file.problem, 'Until then what it says of that does not count.']);
      continue;
    }
    problems.push([file, `Until then no answer of ${annotator} counts.`]);
    for (const image of await mentionedImages(dataset.directory, annotator))
      if (dataset.has(image)) mentioned.add(image);
  }
  if (problems[0] && files.size === 0) throw problems[0][0];
  for (const [problem, until] of problems) onProblem(problem, until);
  return { files, mentioned };
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
  /** What was found of a line that was never finished (a crash), which is gone now: its answer had not been confirmed. */
  readonly torn: string | null;
}

/**
 * Adds answers to one annotator's file: locked, read, merged and written in one step, so that no other process's
 * answer is lost. A damaged file is never written to.
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
      await requirePresentClasses(dataset, additions);
      const before = await currentLabels(dataset, annotator, memory);
      const kept: string[] = [];
      const changes = new Map<string, LabelEntry>();
      let unchanged = 0;
      for (const [image, entry] of additions) {
        const earlier = before.entries.get(image);
        if (earlier && saysTheSame(earlier, entry, exact)) unchanged++;
        else if (earlier !== undefined && (earlier.label !== undefined || exact) && !overwrite) kept.push(image);
        else changes.set(image, entry);
      }
      if (changes.size > 0) await saveLabels(dataset, annotator, { before, changes, memory });
      return { added: changes.size, unchanged, kept, torn: changes.size > 0 ? before.torn : null };
    },
    signal ? { signal } : {},
  );
}

/** What can't be a file of its own on every system. Where upper and lower case are one, files of names that differ by it alone would be one, and so would two people. */
async function refuseOtherSpelling(dataset: DatasetToLabel, annotator: string): Promise<void> {
  const known = annotatorsOf(await readdir(labelsFolder(dataset)).catch(() => []));
  if (known.includes(annotator)) return;
  if (isReservedName(annotator))
    throw inputError(
      `"${annotator}" can't name an annotator: Windows has a device of that name, and no file can be called so there; use another name.`,
    );
  const other = known.find((name) => isNamedAlike(name, annotator));
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
    const before = await currentLabels(dataset, annotator, memory);
    const changes = new Map(images.filter((image) => before.entries.has(image)).map((image) => [image, null]));
    if (changes.size > 0) await saveLabels(dataset, annotator, { before, changes, memory });
    return changes.size;
  });
}

/** Sorts a file that has grown line by line, under its lock. */
export const tidyLabels = (dataset: DatasetToLabel, annotator: string, memory: LabelMemory): Promise<void> =>
  withFileLock(labelPath(dataset, annotator), () => tidyFile(dataset, annotator, memory));
