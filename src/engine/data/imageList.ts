import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DatasetFile } from '../../shared/schema/dataset';
import { fileVersion } from '../store/fileVersion';
import { datasetFilePath, findDataset, readDatasetFile } from './datasetFiles';
import { resolveRoot } from './datasetPaths';
import { indexPath } from './imageCache';
import { isProven } from './indexProof';

/** A dataset without pixels and labels: all that is needed to save answers and to show images. Opens in milliseconds. */
export interface ImageList {
  readonly name: string;
  /** Absolute path of `warmstart/<name>`. */
  readonly directory: string;
  /** Absolute path of its `.cache`. */
  readonly cache: string;
  /** Absolute path of the images. */
  readonly root: string;
  readonly file: DatasetFile;
  /** Position of an image's record in the pixel file (not its number in `Dataset.images`); undefined for no image of this dataset. */
  indexOf(id: string): number | undefined;
}

export type DatasetHead = Omit<ImageList, 'indexOf'>;

/** What dataset.json alone says. An unknown name is an input error. */
export async function openHead(workspace: string, name: string): Promise<DatasetHead> {
  const directory = await findDataset(workspace, name);
  const file = await readDatasetFile(directory);
  return { name, directory, cache: join(directory, '.cache'), root: resolveRoot(directory, file.root), file };
}

/** The list of images; null when the cache has none that was checked: opening the whole dataset makes or checks it. */
export async function openImageList(head: DatasetHead): Promise<ImageList | null> {
  const path = indexPath(head.cache);
  const bytes = await readFile(path).catch(() => null);
  if (!bytes || !(await isProven(path, bytes, head.file))) return null;
  const records = await recordsOf(bytes.toString('utf8'));
  return { ...head, indexOf: (id) => records.get(id) };
}

/** Changes when dataset.json or the list of images is replaced or edited. */
export async function stampOf({ directory, cache }: Pick<DatasetHead, 'directory' | 'cache'>): Promise<string> {
  const stamps = [datasetFilePath(directory), indexPath(cache)].map(fileVersion);
  return (await Promise.all(stamps)).join(' ');
}

const LINES_AT_ONCE = 5_000;

/** The ids in order; the file has one image a line. Lets other requests through in between. */
async function recordsOf(text: string): Promise<Map<string, number>> {
  const records = new Map<string, number>();
  for (let from = text.indexOf('\n') + 1, to = 0; ; from = to + 1) {
    to = text.indexOf('\n', from);
    if (to < 0 || text[from] !== '[') return records; // the line that closes the list
    records.set(idOf(text.slice(from, to)), records.size);
    if (records.size % LINES_AT_ONCE === 0) await nextTurn();
  }
}

/** The id in `["id","train",3,"hash"],`. */
function idOf(line: string): string {
  if (line.includes('\\')) return (JSON.parse(line.replace(/,$/, '')) as [string])[0];
  return line.slice(2, line.indexOf('"', 2));
}
