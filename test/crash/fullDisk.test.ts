import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

/** Mounts a small disk; false where this user or system can't. */
function mountDisk(folder: string, options: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0) return false;
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return true;
}

async function labelledDataset(): Promise<{ folder: string; dataset: string; csv: (n: number) => Promise<string> }> {
  const folder = await temporaryFolder();
  await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 30, test: 2 });
  expect((await run(['--workspace', folder, 'import', join(folder, 'faces')])).code).toBe(0);
  const csv = async (n: number) => {
    const path = join(folder, `${n}.csv`);
    const rows = Array.from({ length: n }, (_, i) => `train/a/train-${i}.png,a`);
    await writeFile(path, `image,label\n${rows.join('\n')}\n`);
    return path;
  };
  return { folder, dataset: join(folder, 'warmstart/faces'), csv };
}

describe('a disk that takes no more', () => {
  it.for([
    ['full', /space/],
    ['read-only', /read-only/],
  ] as const)('(%s) costs no label: one sentence, the old file as it was', async ([kind, message], { skip }) => {
    const { folder, dataset, csv } = await labelledDataset();
    const labels = join(dataset, 'labels');
    const path = join(labels, 'ann.jsonl');
    const label = async (n: number) =>
      run(['--workspace', folder, 'label', 'faces', '--from', await csv(n), '--annotator', 'ann']);
    expect((await label(2)).code).toBe(0);
    const kept = join(folder, 'kept');
    await cp(labels, kept, { recursive: true });
    await mkdir(labels, { recursive: true });
    if (!mountDisk(labels, 'size=12k'))
      return skip(`Mounting a ${kind} disk needs root on Linux with the right to mount.`);
    await cp(kept, labels, { recursive: true });
    const before = await readFile(path, 'utf8');
    if (kind === 'full') await writeFile(join(labels, 'filling'), Buffer.alloc(1 << 20)).catch(() => {});
    else spawnSync('mount', ['-o', 'remount,ro', labels]);

    const { code, stderr, stdout } = await label(30);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([code, stdout]).toEqual([1, '']);
    expect(await readFile(path, 'utf8')).toBe(before);
    expect((await readdir(labels)).filter((name) => /tmp|lock/.test(name))).toEqual([]);
  });
});
