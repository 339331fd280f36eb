import { readdir, rm } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type LabelEntry, serialiseLabels } from '../../shared/schema/labels';
import { joinAnswers, type LabelLines, parseLabels } from '../../shared/workspace/labelLines';
import { annotatorsOf } from '../../shared/workspace/labels';
import { parseOldLabels } from '../../shared/workspace/oldLabels';
import { placeIn, places } from '../../shared/workspace/paths';
import type { Parsed } from '../../shared/workspace/problems';
import { inputError } from '../errors';
import { writeFileAtomic } from '../store/atomicFile';
import { readUtf8 } from '../store/door';
import { withFileLock } from '../store/fileLock';
import { checkedValue } from '../store/jsonFile';

/** Label files as they are, whatever images and classes they speak of: for changing classes, and for images that are gone. */

/** One annotator's answers, as they are on the disk. */
export interface LabelFile {
  readonly entries: Map<string, LabelEntry>;
  /** The file that holds them. */
  readonly path: string;
  /** Whether a line can be added to it as it is. */
  readonly canGrow: boolean;
  /** Whether its lines are sorted, one an image. */
  readonly isTidy: boolean;
  /** Of a line that was never finished, and that the next writing removes. */
  readonly torn: string | null;
  /** In which line the answer to an image stands; known only of a file that was just read. */
  readonly lineOf?: (image: string) => number | null;
}

const pathOf = (directory: string, annotator: string): string => placeIn(directory, places.labelsOf(annotator));

/** Where earlier versions wrote the same. */
export const oldLabelPath = (directory: string, annotator: string): string =>
  placeIn(directory, places.oldLabelsOf(annotator));

/** Everybody who has a label file, sorted. */
export async function annotatorsIn(directory: string): Promise<string[]> {
  const folder = placeIn(directory, places.labels);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw inputError(`Cannot read ${folder} (${error.message}); allow reading it.`, error);
  });
  return annotatorsOf(names);
}

/** One annotator's file, and what an earlier version left beside it; no answers when there is none. A damaged file is an error. */
export async function readRawLabels(directory: string, annotator: string): Promise<LabelFile> {
  const path = pathOf(directory, annotator);
  const oldPath = oldLabelPath(directory, annotator);
  // whoever takes an old file over removes it last, so it has to be looked at first
  const old = await parsedFile(oldPath, (text) => parseOldLabels(text, nextTurn));
  const now = await parsedFile(path, parseLabels);
  if (!now) return { entries: old ?? new Map(), path: old ? oldPath : path, canGrow: false, isTidy: false, torn: null };
  const { labels, rest, isTorn } = now;
  const entries = old ? checkedValue(oldPath, joinAnswers(old, labels.entries)) : labels.entries;
  return {
    entries,
    path,
    canGrow: rest === '' && !old,
    isTidy: !old && isSorted(labels),
    torn: isTorn ? rest : null,
    lineOf: labels.lineOf,
  };
}

async function parsedFile<T>(path: string, parse: (text: string) => Parsed<T> | Promise<Parsed<T>>): Promise<T | null> {
  const text = await readUtf8(path, 'labels').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw inputError(`Cannot read ${path} (${error.message}); allow reading it.`, error);
  });
  return text === null ? null : checkedValue(path, await parse(text));
}

const isSorted = ({ spokenOf }: LabelLines): boolean =>
  spokenOf.every((image, i) => i === 0 || spokenOf[i - 1]! < image);

/**
 * Images of which a damaged file speaks, as far as that can be told: whatever it says of them, nobody needs to be asked again.
 * Whether the dataset has them is another matter.
 */
export async function mentionedImages(directory: string, annotator: string): Promise<ReadonlySet<string>> {
  const images = new Set<string>();
  for (const path of [pathOf(directory, annotator), oldLabelPath(directory, annotator)]) {
    const text = await readUtf8(path, 'labels').catch(() => '');
    for (const [, inLine, asKey] of text.matchAll(
      /"image":\s*"((?:[^"\\\n]|\\.)*)"|^\s*"((?:[^"\\\n]|\\.)*)":\s*\{/gm,
    )) {
      const image = unquoted(inLine ?? asKey ?? '');
      if (image !== null) images.add(image);
    }
  }
  return images;
}

function unquoted(text: string): string | null {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return null; // an escape that is none
  }
}

/** One annotator's answers; a damaged file is an error. */
export const rawLabels = async (directory: string, annotator: string): Promise<ReadonlyMap<string, LabelEntry>> =>
  (await readRawLabels(directory, annotator)).entries;

/** Changes one annotator's answers in one step, under the file's lock; null takes an answer away. */
export async function changeRawLabels(
  directory: string,
  annotator: string,
  change: (entries: ReadonlyMap<string, LabelEntry>) => Promise<ReadonlyMap<string, LabelEntry | null>>,
): Promise<number> {
  return withFileLock(pathOf(directory, annotator), async () => {
    const entries = new Map(await rawLabels(directory, annotator));
    const changes = await change(entries);
    for (const [image, entry] of changes) {
      if (entry) entries.set(image, entry);
      else entries.delete(image);
    }
    if (changes.size > 0) await replaceLabels(directory, annotator, entries);
    return changes.size;
  });
}

/** Writes all answers into a tidy file, and then removes the one of an earlier version, whose answers are among them. */
export async function replaceLabels(
  directory: string,
  annotator: string,
  entries: ReadonlyMap<string, LabelEntry>,
): Promise<void> {
  await writeFileAtomic(pathOf(directory, annotator), serialiseLabels(entries));
  await rm(oldLabelPath(directory, annotator), { force: true });
}
