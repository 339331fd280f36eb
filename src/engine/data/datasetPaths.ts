import { basename, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { datasetNameOf, isDatasetName, MAX_DATASET_NAME } from '../../shared/workspace/datasetName';
import { usageError } from '../errors';

/** Where all datasets of a workspace lie. */
export const warmstartFolder = (workspace: string): string => join(resolve(workspace), 'warmstart');

export const datasetDirectory = (workspace: string, name: string): string => join(warmstartFolder(workspace), name);

/** The name as given (usage error when impossible), else one made from the folder's. */
export function chooseName(path: string, name: string | undefined): string {
  if (name === undefined) {
    return datasetNameOf(basename(path, extname(path).toLowerCase() === '.csv' ? extname(path) : ''));
  }
  if (!isDatasetName(name))
    throw usageError(
      `"${name}" can't name a dataset; use at most ${MAX_DATASET_NAME} characters, none of < > : " / \\ | ? *, and no dot at either end.`,
    );
  return name;
}

/** How dataset.json names the root: relative to its own folder when the root lies in the workspace, else absolute. */
export function storedRoot(workspace: string, directory: string, root: string): string {
  const inside = relative(resolve(workspace), root);
  const isInside = inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
  return (isInside ? relative(directory, root) || '.' : root).split(sep).join('/');
}

/** Absolute path of the root that dataset.json names. */
export const resolveRoot = (directory: string, root: string): string => resolve(directory, root);
