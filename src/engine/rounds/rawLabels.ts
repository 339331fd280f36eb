import { readdir, readFile } from 'node:fs/promises';
import { type LabelEntry, serialiseLabels } from '../../shared/schema/labels';
import { annotatorsOf } from '../../shared/workspace/labels';
import { placeIn, places } from '../../shared/workspace/paths';
import { parseLabelFile } from '../../shared/workspace/problems';
import { inputError } from '../errors';
import { writeFileAtomic } from '../store/atomicFile';
import { withFileLock } from '../store/fileLock';
import { checkedValue } from '../store/jsonFile';

/** Label files as they are, whatever images and classes they speak of: for changing classes, and for images that are gone. */

/** Everybody who has a label file, sorted. */
export async function annotatorsIn(directory: string): Promise<string[]> {
  const folder = placeIn(directory, places.labels);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw inputError(`Cannot read ${folder} (${error.message}); allow reading it.`, error);
  });
  return annotatorsOf(names);
}

/** One annotator's answers; a damaged file is an error. */
export async function rawLabels(directory: string, annotator: string): Promise<ReadonlyMap<string, LabelEntry>> {
  const path = placeIn(directory, places.labelsOf(annotator));
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw inputError(`Cannot read ${path} (${error.message}); allow reading it.`, error);
  });
  return text === null ? new Map() : checkedValue(path, parseLabelFile(text));
}

/** Changes one annotator's answers in one step, under the file's lock; null takes an answer away. */
export async function changeRawLabels(
  directory: string,
  annotator: string,
  change: (entries: ReadonlyMap<string, LabelEntry>) => Promise<ReadonlyMap<string, LabelEntry | null>>,
): Promise<number> {
  const path = placeIn(directory, places.labelsOf(annotator));
  return withFileLock(path, async () => {
    const entries = new Map(await rawLabels(directory, annotator));
    const changes = await change(entries);
    for (const [image, entry] of changes) {
      if (entry) entries.set(image, entry);
      else entries.delete(image);
    }
    if (changes.size > 0) await writeFileAtomic(path, serialiseLabels(entries));
    return changes.size;
  });
}
