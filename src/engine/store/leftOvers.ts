import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Temporary files that nobody has written to for so long (ms) belong to a process that was killed. */
const STALE = 10 * 60_000;

/** How temporary files of ours end, whatever they were to become: process and some random digits. */
const TEMPORARY = /\.\d+-[0-9a-f]{8,}\.tmp$/;

/** Removes from a folder what writers left there that were killed. A folder that is not there, or can't be changed, is no failure. */
export async function removeLeftOvers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(folder, name);
    const info = await stat(path).catch(() => null);
    // a clock that was set back makes files of the future, which are as dead
    if (info?.isFile() && Math.abs(Date.now() - info.mtimeMs) > STALE) await rm(path, { force: true }).catch(() => {});
  }
}

/** The same for those below it too, all but some. Links are not followed. */
export async function removeLeftOversBelow(folder: string, but: ReadonlySet<string> = new Set()): Promise<void> {
  await removeLeftOvers(folder);
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !but.has(path)) await removeLeftOversBelow(path, but);
  }
}
