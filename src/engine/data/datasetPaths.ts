import { basename, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { usageError } from '../errors';

/** Where all datasets of a workspace lie. */
export const warmstartFolder = (workspace: string): string => join(resolve(workspace), 'warmstart');

export const datasetDirectory = (workspace: string, name: string): string => join(warmstartFolder(workspace), name);

const MAX_NAME = 100;
// What a folder can't be called on one system or another.
const forbidden = /[<>:"/\\|?*\p{Cc}]/u;
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/** Whether a dataset can have that name: it is a folder's name on every system, and not hidden. */
export const isDatasetName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= MAX_NAME &&
  !forbidden.test(name) &&
  !reserved.test(name) &&
  !name.startsWith('.') &&
  !/[. ]$/.test(name);

/** The name as given (usage error when impossible), else one made from the folder's. */
export function chooseName(path: string, name: string | undefined): string {
  if (name === undefined) {
    const own = basename(path, extname(path).toLowerCase() === '.csv' ? extname(path) : '');
    const made = own
      .replace(new RegExp(forbidden, 'gu'), '-')
      .replace(/^\.+/, '')
      .slice(0, MAX_NAME)
      .replace(/[. ]+$/, '');
    return isDatasetName(made) ? made : 'dataset';
  }
  if (!isDatasetName(name))
    throw usageError(
      `"${name}" can't name a dataset; use at most ${MAX_NAME} characters, none of < > : " / \\ | ? *, and no dot at either end.`,
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
