import { readdir } from 'node:fs/promises';
import { isNamedAlike } from '../../shared/namesAlike';

/**
 * The name in a folder that differs from this one in upper and lower case, or in how letters with marks are written, alone:
 * on Windows and Macs both would be one file. Null where there is none, or where this very name is there already.
 */
export async function otherSpelling(folder: string, name: string): Promise<string | null> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.includes(name) ? null : (names.find((other) => isNamedAlike(other, name)) ?? null);
}
