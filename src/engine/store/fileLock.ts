import { randomUUID } from 'node:crypto';
import { open, readFile, rmdir, stat, unlink, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cancelledError, UserError } from '../errors';
import { readUtf8 } from './door';
import { makeFolder } from './makeFolder';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the kernel's words; null where that can't be told. Makes a reused pid harmless. */
  readonly started: string | null;
  readonly token: string;
}

export interface LockOptions {
  /** How long to wait for another living process, in milliseconds. */
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

/** A lock holds a line (bytes). */
const LONGEST_LOCK = 1 << 16;
const POLL = 25;
const PATIENCE = 15_000;
/** A lock of another machine can't be asked whether its process lives; after this many milliseconds it counts as left over. */
const FOREIGN_AGE = 60_000;
const HEARTBEAT = 15_000;

/**
 * Runs `work` while holding `<path>.lock`, so that processes that read, change and rewrite one file take turns. A lock
 * whose process is dead is removed. Throws a UserError ('disk') when a living process does not let go.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const lock = `${path}.lock`;
  await makeFolder(dirname(lock)).catch(cannotLock(lock));
  const me = await acquire(lock, path, options);
  // shows other machines that the holder lives
  const heartbeat = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => {}), HEARTBEAT);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await holderOf(lock))?.token === me.token) await unlink(lock).catch(() => {});
  }
}

async function acquire(lock: string, path: string, options: LockOptions): Promise<Holder> {
  const me: Holder = { pid: process.pid, host: hostname(), started: await startOf('self'), token: randomUUID() };
  const end = Date.now() + (options.patience ?? PATIENCE);
  while (!(await create(lock, me))) {
    if (options.signal?.aborted) throw cancelledError();
    if (await isLeftOver(lock)) await removeLeftOver(lock);
    else if (Date.now() > end) {
      const holder = await holderOf(lock);
      const who = holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
      throw new UserError('disk', `${path} is being written by ${who}; wait for it, or delete ${lock} if it hangs.`);
    } else await sleep(POLL);
  }
  return me;
}

async function create(lock: string, holder: Holder): Promise<boolean> {
  try {
    const file = await open(lock, 'wx');
    await file.writeFile(JSON.stringify(holder)).finally(() => file.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    await unlink(lock).catch(() => {}); // created, but its content did not fit on the disk
    return cannotLock(lock)(error);
  }
}

const cannotLock = (lock: string) => (error: unknown) => {
  if (error instanceof UserError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  throw new UserError(
    'disk',
    `Cannot write ${lock} (${reason}); nothing was changed. Make room or allow writing there, then try again.`,
    { cause: error },
  );
};

async function holderOf(lock: string): Promise<Holder | null> {
  try {
    const holder = JSON.parse(await readUtf8(lock, LONGEST_LOCK)) as Partial<Holder> | null;
    const { pid, host } = holder ?? {};
    return typeof pid === 'number' && typeof host === 'string' ? (holder as Holder) : null;
  } catch {
    return null; // gone, or its process is just writing it, or no lock of ours
  }
}

async function isLeftOver(lock: string): Promise<boolean> {
  const holder = await holderOf(lock);
  const age = await stat(lock).then(
    // one of the future was made before a clock was set back; who holds it and lives gives it another time soon
    (s) => Math.abs(Date.now() - s.mtimeMs),
    () => null,
  );
  if (age === null) return false; // released meanwhile
  if (!holder) return age > 2_000; // killed between creating and writing
  if (holder.host !== hostname()) return age > FOREIGN_AGE;
  return !(await isAlive(holder));
}

async function isAlive({ pid, started }: Holder): Promise<boolean> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false; // the system takes these for groups of processes
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = await startOf(pid);
  return started === null || now === null || now === started;
}

/** Start time of a process in clock ticks after boot (field 22 of /proc/<pid>/stat); null outside Linux. */
async function startOf(pid: number | 'self'): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** Only one process at a time may remove a left-over lock, or the second would remove the first one's new lock. */
async function removeLeftOver(lock: string): Promise<void> {
  const guard = `${lock}.removal`;
  try {
    await (await open(guard, 'wx')).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') cannotLock(lock)(error);
    const age = await stat(guard).then(
      (s) => Date.now() - s.mtimeMs,
      () => 0,
    );
    if (age > 10_000) await unlink(guard).catch(() => {});
    await sleep(POLL);
    return;
  }
  try {
    if (await isLeftOver(lock)) await remove(lock);
  } finally {
    await unlink(guard).catch(() => {});
  }
}

/** A folder in the lock's place goes too, unless something is in it. */
async function remove(lock: string): Promise<void> {
  try {
    await unlink(lock);
  } catch (error) {
    if (!(await stat(lock).catch(() => null))?.isDirectory()) return cannotLock(lock)(error);
    await rmdir(lock).catch((cause: unknown) => {
      throw new UserError('disk', `${lock} is a folder and in the way of a lock; move it away and try again.`, {
        cause,
      });
    });
  }
}
