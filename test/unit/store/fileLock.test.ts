import { spawnSync } from 'node:child_process';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withFileLock } from '../../../src/engine/store/fileLock';
import { temporaryFolder } from '../../support/temporaryFolder';

const lockText = (holder: object) =>
  JSON.stringify({ pid: process.pid, host: hostname(), started: null, token: 'x', ...holder });
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('withFileLock', () => {
  it('lets one in at a time, also where a dead process left its lock', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(`${path}.lock`, lockText({ pid: deadPid() }));
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await sleep(2);
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, () => withFileLock(path, work)));
    expect(most).toBe(1);
  });

  it('lets go after a failure and leaves nothing behind', async () => {
    const folder = await temporaryFolder();
    const failing = withFileLock(join(folder, 'file'), () => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not take the lock of a living process; says whose it is', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(`${path}.lock`, lockText({}));
    const waiting = withFileLock(path, async () => 'in', { patience: 60 });
    await expect(waiting).rejects.toThrow(`is being written by process ${process.pid}`);
  });

  it.runIf(process.platform === 'linux')('knows a reused process id by its start time', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(`${path}.lock`, lockText({ started: '1' }));
    expect(await withFileLock(path, async () => 'in', { patience: 60 })).toBe('in');
  });

  it('waits for a lock of another machine until it is old', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(`${path}.lock`, lockText({ host: 'elsewhere' }));
    await expect(withFileLock(path, async () => 'in', { patience: 60 })).rejects.toThrow('on elsewhere');
    const old = new Date(Date.now() - 120_000);
    await utimes(`${path}.lock`, old, old);
    expect(await withFileLock(path, async () => 'in', { patience: 60 })).toBe('in');
  });

  it.each([
    ['process 0', { pid: 0 }],
    ['all processes', { pid: -1 }],
    ['no process', { pid: 1.5 }],
  ])('takes over a lock that names %s', async (_, holder) => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(`${path}.lock`, lockText(holder));
    expect(await withFileLock(path, async () => 'in', { patience: 60 })).toBe('in');
  });

  it('takes over a lock of another machine that was made before the clock was set back', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(`${path}.lock`, lockText({ host: 'elsewhere' }));
    const future = new Date(Date.now() + 3 * 365 * 24 * 3_600_000);
    await utimes(`${path}.lock`, future, future);
    expect(await withFileLock(path, async () => 'in', { patience: 60 })).toBe('in');
  });

  it.each(['null', '[]', '{ "pid": "1" }', 'garbage'])(
    'takes over a lock that says %j, once it is old',
    async (text) => {
      const path = join(await temporaryFolder(), 'file');
      await writeFile(`${path}.lock`, text);
      const old = new Date(Date.now() - 5_000);
      await utimes(`${path}.lock`, old, old);
      expect(await withFileLock(path, async () => 'in', { patience: 60 })).toBe('in');
    },
  );

  it('takes over a folder in the place of a lock, unless something is in it', async () => {
    const path = join(await temporaryFolder(), 'file');
    const old = new Date(Date.now() - 5_000);
    await mkdir(`${path}.lock`);
    await utimes(`${path}.lock`, old, old);
    expect(await withFileLock(path, async () => 'in', { patience: 60 })).toBe('in');
    await mkdir(join(`${path}.lock`, 'kept'), { recursive: true });
    await utimes(`${path}.lock`, old, old);
    await expect(withFileLock(path, async () => 'in', { patience: 60 })).rejects.toMatchObject({
      code: 'disk',
      message: `${path}.lock is a folder and in the way of a lock; move it away and try again.`,
    });
    expect(await readdir(`${path}.lock`)).toEqual(['kept']);
  });

  it('stops waiting when cancelled', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(`${path}.lock`, lockText({}));
    const abort = new AbortController();
    const waiting = withFileLock(path, async () => 'in', { signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  });
});
