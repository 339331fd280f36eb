import { join } from 'node:path';
import { version } from '../../../../package.json';
import { writeFileAtomic } from '../../store/atomicFile';
import { readUtf8 } from '../../store/door';
import { userFolder } from '../../store/userFolder';
import { threadCount } from '../threads';
import { type DeviceName, PACKAGES_VARIABLE } from './device';
import type { Presence } from './find';

/** A measurement is trusted for so long (ms), and what was found of a device for so long: drivers change. */
const RATE_KEPT = 7 * 24 * 3600 * 1000;
const PRESENCE_KEPT = 3600 * 1000;

interface Memory {
  readonly at: number;
  /** Images a second. */
  readonly rate?: number;
  readonly presence?: Presence;
}

const memoryFile = (): string => join(userFolder(), 'devices.json');

// what a rate depends on, besides what the caller names
const fullKey = (key: object) => JSON.stringify([version, process.version, process.arch, threadCount(), key]);

/** Images a second that were measured here not long ago; null when they were not. */
export async function rememberedRate(key: object, now = Date.now()): Promise<number | null> {
  const { rate, at } = (await read())[fullKey(key)] ?? {};
  return typeof rate === 'number' && isFresh(at, RATE_KEPT, now) ? rate : null;
}

export const rememberRate = (key: object, rate: number, now = Date.now()): Promise<void> =>
  remember([[fullKey(key), { rate, at: now }]], now);

// where drivers and packages are looked for
const variables = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'LD_LIBRARY_PATH', PACKAGES_VARIABLE];
const presenceKey = (device: DeviceName) => fullKey({ found: device, in: variables.map((name) => process.env[name]) });

/** What was found of a device not long ago: looking again takes seconds, and minutes where a driver hangs. */
export async function rememberedPresence(device: DeviceName, now = Date.now()): Promise<Presence | null> {
  const { presence, at } = (await read())[presenceKey(device)] ?? {};
  return typeof presence?.usable === 'boolean' && isFresh(at, PRESENCE_KEPT, now) ? presence : null;
}

export const rememberPresences = (found: ReadonlyMap<DeviceName, Presence>, now = Date.now()): Promise<void> =>
  remember(
    [...found].map(([device, presence]) => [presenceKey(device), { presence, at: now }]),
    now,
  );

const isFresh = (at: unknown, kept: number, now: number) => typeof at === 'number' && now - at >= 0 && now - at < kept;

/** Best effort: without the file, devices are only looked at again. */
async function remember(entries: readonly (readonly [key: string, memory: Memory])[], now: number): Promise<void> {
  if (entries.length === 0) return;
  const before = Object.entries(await read()).filter(([, { at }]) => isFresh(at, RATE_KEPT, now));
  const all = Object.fromEntries([...before, ...entries]);
  try {
    await writeFileAtomic(memoryFile(), `${JSON.stringify(all, null, 2)}\n`);
  } catch {
    // a home that can't be written
  }
}

async function read(): Promise<Record<string, Memory>> {
  try {
    const parsed: unknown = JSON.parse(await readUtf8(memoryFile(), 'json'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, Memory>) : {};
  } catch {
    return {};
  }
}
