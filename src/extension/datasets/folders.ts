import { readdir, stat } from 'node:fs/promises';
import type { DatasetAddress } from '../../shared/protocol/engine';
import { annotatorsOf } from '../../shared/workspace/labels';
import { datasetDirectory, placeIn, places } from '../../shared/workspace/paths';

/** Names of visible JSON files in a folder, sorted; none when there is no such folder. */
export const jsonNames = (folder: string): Promise<string[]> => readdir(folder).then(visibleJson, () => []);

/** Of the names in a folder those of visible JSON files, sorted. */
const visibleJson = (names: readonly string[]): string[] =>
  names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort();

/** Whoever has a label file in a dataset's folder, sorted. */
export const annotatorNames = (directory: string): Promise<string[]> =>
  readdir(placeIn(directory, places.labels)).then(annotatorsOf, () => []);

/** Names of visible folders in a folder, sorted; none when there is no such folder. */
export async function folderNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

/** Whether a dataset has a panel: not one that was removed since; one with a damaged file has, and says so. */
export const isDatasetThere = ({ workspace, dataset }: DatasetAddress): Promise<boolean> =>
  stat(datasetDirectory(workspace, dataset)).then(
    (found) => found.isDirectory(),
    () => false,
  );
