import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { folderNames } from './folders';

/** Folders that part a dataset instead of naming a class; as the engine knows them. */
const partNames = /^(train(ing)?|test(ing)?|val(id|idation)?|publictest|privatetest)$/i;
/** KDEF tells person and expression in the file's name. */
const kdefName = /^[AB][FM]\d\d(AF|AN|DI|HA|NE|SA|SU)(S|HL|HR|FL|FR)\.(jpe?g|png)$/i;
const RAF_DB_LIST = join('EmoLabel', 'list_patition_label.txt'); // its own spelling

/**
 * Whether whoever makes a dataset of this folder has to name the classes, because no folders, lists or file names do.
 * A guess from the upper two levels; the engine checks.
 */
export async function classesNeeded(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  if (names.some((name) => /\.csv$/i.test(name) || kdefName.test(name))) return false;
  if (['', 'basic'].some((above) => existsSync(join(folder, above, RAF_DB_LIST)))) return false;
  const folders = (await folderNames(folder)).filter((name) => name !== '__MACOSX');
  const parts = folders.filter((name) => partNames.test(name));
  if (parts.length === 0 && folders.length === 1) {
    // an archive may be unpacked to a folder that holds nothing but the one with the parts
    const inner = join(folder, folders[0]);
    return (await folderNames(inner)).some((name) => partNames.test(name)) ? classesNeeded(inner) : true;
  }
  const within = await Promise.all(parts.map((part) => folderNames(join(folder, part))));
  return new Set(parts.length > 0 ? within.flat() : folders).size < 2;
}
