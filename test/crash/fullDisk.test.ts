import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { addressOf, answer, importedDataset, testEngine } from '../support/forkedEngine';
import { labelsOnDisk } from '../support/labelsOnDisk';
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

/** A dataset, where its labels lie, and how many of them are given. */
async function labelledDataset() {
  const folder = await temporaryFolder();
  await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 30, test: 2 });
  expect((await run(['--workspace', folder, 'import', join(folder, 'faces')])).code).toBe(0);
  const csv = async (n: number) => {
    const path = join(folder, `${n}.csv`);
    const rows = Array.from({ length: n }, (_, i) => `train/a/train-${i}.png,a`);
    await writeFile(path, `image,label\n${rows.join('\n')}\n`);
    return path;
  };
  const dataset = join(folder, 'warmstart/faces');
  const labels = join(dataset, 'labels');
  const label = async (n: number) =>
    run(['--workspace', folder, 'label', 'faces', '--from', await csv(n), '--annotator', 'ann']);
  return { folder, dataset, labels, path: join(labels, 'ann.jsonl'), label };
}

describe('a disk that takes no more', () => {
  it.for([
    ['full', /space/],
    ['read-only', /read-only/],
  ] as const)('(%s) costs no label: one sentence, the old file as it was', async ([kind, message], { skip }) => {
    const { folder, labels, path, label } = await labelledDataset();
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

/** How long files of a process may become; the system takes of a write what still fits, and refuses the rest. */
const limitFiles = (pid: number, bytes: number | 'unlimited'): boolean =>
  spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]).status === 0;

describe('a disk that takes half of the lines that a press adds', () => {
  it('costs no answer that was saved, and the next one begins on a line of its own', async ({ skip }) => {
    const engine = testEngine();
    const dataset = await importedDataset(engine);
    const save = (images: readonly string[], label: string) =>
      engine.engine.request('labels/add', {
        ...addressOf(dataset),
        annotator: 'ann',
        additions: images.map((image) => ({ image, entry: answer(label) })),
        overwrite: true,
        exact: true,
      });
    const images = (name: string) => Array.from({ length: 8 }, (_, i) => `train/${name}/train-${i}.png`);
    await save(images('angry').slice(0, 2), 'angry');
    await save(images('angry').slice(2), 'angry');
    const path = join(dataset.directory, 'labels', 'ann.jsonl');
    const before = await readFile(path, 'utf8');
    const { pid: server } = engine.engine;
    if (process.platform !== 'linux' || !server || !limitFiles(server, before.length + 150))
      return skip('Limiting the files of a running process needs prlimit.');

    await expect(save(images('sad'), 'sad')).rejects.toThrow(/Cannot write .*ann\.jsonl: the disk does not take files/);
    expect(await readFile(path, 'utf8')).toBe(before);
    await expect(save(['train/sad/train-0.png', 'train/sad/train-1.png'], 'sad')).rejects.toThrow(/Cannot write/);
    expect(await readFile(path, 'utf8')).toBe(before);

    expect(limitFiles(server, 'unlimited')).toBe(true);
    expect(await save(images('sad'), 'sad')).toMatchObject({ added: 8, kept: [] });
    expect((await readFile(path, 'utf8')).startsWith(before)).toBe(true);
    const saved = await labelsOnDisk(dataset.directory, 'ann');
    expect(Object.keys(saved).sort()).toEqual([...images('angry'), ...images('sad')]);
  });

  it('leaves what a killed writer left half for the next one to remove', async ({ skip }) => {
    const { dataset, labels, path, label } = await labelledDataset();
    expect((await label(2)).code).toBe(0);
    const kept = await readFile(path, 'utf8');
    if (!mountDisk(labels, 'size=16k'))
      return skip('Mounting a small disk needs root on Linux with the right to mount.');
    await writeFile(path, `${kept}{ "image": "train/a/train-7.png", "lab`);
    await writeFile(join(labels, 'filling'), Buffer.alloc(1 << 20)).catch(() => {});
    const refused = await label(3);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/no space left/)]);
    expect(await readFile(path, 'utf8')).toBe(`${kept}{ "image": "train/a/train-7.png", "lab`);
    await rm(join(labels, 'filling'));
    expect((await label(3)).stdout).toMatch(/The last line of the file had been cut off/);
    expect(Object.keys(await labelsOnDisk(dataset, 'ann'))).toHaveLength(3);
  });
});

it('a read-only disk is named as the reason, whatever a command would write first', async ({ skip }) => {
  const disk = await temporaryFolder();
  if (!mountDisk(disk, 'size=4m')) return skip('Mounting a disk needs root on Linux with the right to mount.');
  await writeImages(join(disk, 'faces'), { classes: ['a', 'b'], train: 4, test: 2 });
  spawnSync('mount', ['-o', 'remount,ro', disk]);
  const { code, stderr } = await run(['--workspace', disk, '--quiet', 'import', join(disk, 'faces')]);
  expect(stderr.trim()).toMatch(/^Cannot write \S+: the disk is read-only; use a folder that can be written to\.$/);
  expect(code).toBe(1);
  expect(await readdir(disk)).toEqual(['faces']);
});
