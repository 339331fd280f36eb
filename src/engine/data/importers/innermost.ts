import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isHiddenName, splitOf } from '../../../shared/workspace/layouts';

/** Folders in one another that are looked into. */
const DEEPEST = 8;

/** The folder inside that holds everything, where archives were unpacked into folders that hold nothing but one other; files have none. */
export async function innermost(folder: string): Promise<string> {
  let found = folder;
  for (let depth = 0; depth < DEEPEST; depth++) {
    // what can't be read is reported by whoever reads it
    const entries = (await readdir(found, { withFileTypes: true }).catch(() => [])).filter(
      ({ name }) => !isHiddenName(name),
    );
    const [only] = entries;
    if (entries.length !== 1 || !only.isDirectory() || splitOf(only.name) !== undefined) return found;
    const inside = await readdir(join(found, only.name), { withFileTypes: true }).catch(() => []);
    if (
      !inside.some((entry) => entry.isDirectory() && !isHiddenName(entry.name)) &&
      !inside.some(({ name }) => /\.csv$/i.test(name))
    )
      return found;
    found = join(found, only.name);
  }
  return found;
}
