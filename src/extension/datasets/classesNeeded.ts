import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isHiddenName, parseKdefName, RAF_DB_FOLDERS, RAF_DB_LIST, splitOf } from '../../shared/workspace/layouts';
import { folderNames } from './folders';

/**
 * Whether whoever makes a dataset of this folder has to name the classes, because no folders, lists or file names do.
 * A guess from the upper two levels; the engine checks.
 */
export async function classesNeeded(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  if (names.some((name) => /\.csv$/i.test(name) || parseKdefName(name) !== null)) return false;
  if (RAF_DB_FOLDERS.some((below) => existsSync(join(folder, below, ...RAF_DB_LIST.split('/'))))) return false;
  const folders = (await folderNames(folder)).filter((name) => !isHiddenName(name));
  const parts = folders.filter(isPart);
  const [only, ...others] = folders;
  if (parts.length === 0 && only !== undefined && others.length === 0) {
    // an archive may be unpacked to a folder that holds nothing but the one with the parts
    const inner = join(folder, only);
    return (await folderNames(inner)).some(isPart) ? classesNeeded(inner) : true;
  }
  const within = await Promise.all(parts.map((part) => folderNames(join(folder, part))));
  return new Set(parts.length > 0 ? within.flat() : folders).size < 2;
}

const isPart = (name: string): boolean => splitOf(name) !== undefined;
