import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Disk, wayOut } from '../../shared/workspace/inside';
import { UserError } from '../errors';
import { exists } from './exists';

export const disk: Disk = { realpath: (path) => realpath(path).catch(() => null), exists, dirname };

/** Throws where a folder of a dataset leads out of it. Every write below a dataset asks this first. */
export async function requireFolderInside(folder: string): Promise<void> {
  const way = await wayOut(resolve(folder), disk);
  if (way)
    throw new UserError(
      'disk',
      `Nothing is written to ${folder}: a link leads out of the dataset's folder ${way.directory}, to ${way.real}; replace the link by a folder.`,
    );
}

/** The same for the folder that a file is in. */
export const requireInside = (path: string): Promise<void> => requireFolderInside(dirname(path));
