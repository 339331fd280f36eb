import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { version } from '../../../package.json';
import { writeFileAtomic } from '../store/atomicFile';
import { threadCount } from './threads';

/** A measurement is trusted for so long (ms): drivers change. */
const KEPT = 7 * 24 * 3600 * 1000;

interface Measurement {
  readonly rate: number;
  readonly at: number;
}

/** Where this user's caches lie on this platform. */
function memoryFile(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const base =
    process.platform === 'win32'
      ? (LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Caches')
        : XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'warmstart', 'device-rates.json');
}

// what a rate depends on, besides what the caller names
const fullKey = (key: object) => JSON.stringify([version, process.version, process.arch, threadCount(), key]);

/** Images a second that were measured here not long ago; null when they were not. */
export async function rememberedRate(key: object, now = Date.now()): Promise<number | null> {
  const { rate, at } = (await read())[fullKey(key)] ?? {};
  return typeof rate === 'number' && typeof at === 'number' && now - at >= 0 && now - at < KEPT ? rate : null;
}

/** Best effort: without the file, devices are only measured again. */
export async function rememberRate(key: object, rate: number, now = Date.now()): Promise<void> {
  const file = memoryFile();
  const fresh = Object.entries(await read()).filter(([, { at }]) => now - at < KEPT);
  const all = { ...Object.fromEntries(fresh), [fullKey(key)]: { rate, at: now } };
  try {
    await writeFileAtomic(file, `${JSON.stringify(all, null, 2)}\n`);
  } catch {
    // a home that can't be written
  }
}

async function read(): Promise<Record<string, Measurement>> {
  try {
    const parsed: unknown = JSON.parse(await readFile(memoryFile(), 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, Measurement>) : {};
  } catch {
    return {};
  }
}
