import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/engine/errors';
import { type Progress, silentJob } from '../../../src/engine/job';
import type { SampleRequest } from '../../../src/sample/layout';
import { sampleFace } from '../../../src/sample/parameters';
import { renderFace } from '../../../src/sample/render';
import { writeSampleFaces } from '../../../src/sample/write';
import { onBusyMachine } from '../../support/busy';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'warmstart-sample-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const request = (changes: Partial<SampleRequest> = {}): SampleRequest => ({
  folder: join(root, 'faces'),
  train: 20,
  test: 6,
  seed: 1,
  size: 48,
  labelled: true,
  ...changes,
});

/** All PNG files below a folder, as sorted paths with '/' separators. */
async function images(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.png'))
    .sort();
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('writeSampleFaces', () => {
  it('writes class folders that agree with what it returns, all grey and of the right size', async () => {
    const reports: Progress[] = [];
    const wanted = request({ train: 70, test: 50 });
    const files = await writeSampleFaces(wanted, { ...silentJob, report: (p) => reports.push(p) });
    expect(files.map(({ path }) => path).sort()).toEqual(await images(wanted.folder));
    expect(files.filter(({ split }) => split === 'train')).toHaveLength(70);
    expect(files.filter(({ split }) => split === 'test')).toHaveLength(50);
    for (const split of ['train', 'test'])
      expect(new Set(files.filter((file) => file.split === split).map(({ expression }) => expression)).size).toBe(7);
    for (const { path, split, expression } of files) {
      expect(path).toMatch(new RegExp(`^${split}/${expression}/face\\d{5}\\.png$`));
      const { data, info } = await sharp(join(wanted.folder, path)).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([48, 48]);
      expect(new Set(data).size).toBeGreaterThan(20);
      expect((await sharp(join(wanted.folder, path)).metadata()).channels).toBe(1);
    }
    expect(reports.at(-1)).toEqual({ stage: 'Drawing', done: 120, total: 120, unit: 'faces' });
    expect(await readFile(join(wanted.folder, 'synthetic.json'), 'utf8')).toContain('synthetic faces');
  });

  it('writes the same bytes again, and a larger sample begins with the smaller one', async () => {
    const small = request({ folder: join(root, 'small') });
    const large = request({ folder: join(root, 'large'), train: 30, test: 9 });
    await writeSampleFaces(small, silentJob);
    await writeSampleFaces(large, silentJob);
    const paths = await images(small.folder);
    expect(paths).toHaveLength(26);
    for (const path of paths)
      expect(await readFile(join(large.folder, path))).toEqual(await readFile(join(small.folder, path)));
  });

  it('writes no picture twice and none into both splits', async () => {
    await writeSampleFaces(request(), silentJob);
    const paths = await images(request().folder);
    const contents = await Promise.all(
      paths.map(async (path) => (await readFile(join(request().folder, path))).toString('base64')),
    );
    expect(new Set(contents).size).toBe(paths.length);
  });

  it('writes a flat folder without labels, the same training faces', async () => {
    const flat = request({ folder: join(root, 'flat'), labelled: false, train: 12, test: 3 });
    const files = await writeSampleFaces(flat, silentJob);
    const expected = Array.from({ length: 15 }, (_, i) => `face${String(i + 1).padStart(5, '0')}.png`);
    expect(await images(flat.folder)).toEqual(expected);
    expect((await readdir(flat.folder)).sort()).toEqual([...expected, 'synthetic.json']);
    expect(files.map(({ path }) => path)).toEqual(expected);
    expect(await readFile(join(flat.folder, 'face00007.png'))).toEqual(
      await renderFace(sampleFace(1, 6), { size: 48, colour: false }),
    );
  });

  it('draws another look where it is asked for', async () => {
    const posed = request({ train: 1, test: 0, look: 'studio' });
    const [{ path }] = await writeSampleFaces(posed, silentJob);
    const faces = [sampleFace(1, 0, { look: 'studio' }), sampleFace(1, 0)];
    const [studio, met] = await Promise.all(faces.map((face) => renderFace(face, { size: 48, colour: false })));
    expect(await readFile(join(posed.folder, path))).toEqual(studio);
    expect(met).not.toEqual(studio);
  });

  it('writes colour in any size from 48 to 512', async () => {
    const colour = request({ train: 1, test: 0, size: 131, colour: true });
    const [{ path }] = await writeSampleFaces(colour, silentJob);
    const { channels, width, height } = await sharp(join(colour.folder, path)).metadata();
    expect([channels, width, height]).toEqual([3, 131, 131]);
  });

  it('adds what is missing to the beginning of the same sample and leaves the rest alone', async () => {
    const first = await writeSampleFaces(request({ train: 5, test: 2 }), silentJob);
    const kept = join(request().folder, first[0].path);
    const longAgo = new Date('2020-01-01T00:00:00Z');
    await utimes(kept, longAgo, longAgo);
    const files = await writeSampleFaces(request(), silentJob);
    expect(await images(request().folder)).toEqual(files.map(({ path }) => path).sort());
    expect((await stat(kept)).mtime).toEqual(longAgo);
  });

  it('stops when cancelled, leaves whole files only, and can be continued', async () => {
    const controller = new AbortController();
    const wanted = request({ train: 500, test: 0 });
    let stopped = 0;
    const error = await failure(
      writeSampleFaces(wanted, {
        signal: controller.signal,
        report: () => {
          stopped = Date.now();
          controller.abort();
        },
      }),
    );
    expect(error.code).toBe('cancelled');
    expect(Date.now() - stopped).toBeLessThan(onBusyMachine(1000));
    const written = await images(wanted.folder);
    expect(written.length).toBeGreaterThan(0);
    expect(written.length).toBeLessThan(500);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await images(wanted.folder)).toEqual(written);
    const names = await readdir(wanted.folder, { recursive: true });
    expect(names.filter((name) => name.endsWith('.partial'))).toEqual([]);
    for (const path of written) expect((await sharp(join(wanted.folder, path)).stats()).channels).toHaveLength(1);
    const last = Math.max(...written.map((path) => Number(/face(\d+)/.exec(path)?.[1])));
    const files = await writeSampleFaces(request({ train: last + 5, test: 0 }), silentJob);
    expect(await images(wanted.folder)).toEqual(files.map(({ path }) => path).sort());
  });

  it('writes nothing when it is cancelled before', async () => {
    const signal = AbortSignal.abort();
    expect((await failure(writeSampleFaces(request(), { ...silentJob, signal }))).code).toBe('cancelled');
    await expect(readdir(request().folder)).rejects.toThrow(/ENOENT/);
  });

  it('says clearly that a folder cannot be written', async () => {
    await writeFile(join(root, 'file'), 'not a folder');
    const folder = join(root, 'file', 'faces');
    const error = await failure(writeSampleFaces(request({ folder }), silentJob));
    expect(error.code).toBe('disk');
    expect(error.message).toContain(folder);
    expect(error.message).toContain('choose a folder that can be written');
  });

  it('leaves folders alone that hold something else', async () => {
    await writeFile(join(root, 'holiday.jpg'), 'mine');
    const foreign = await failure(writeSampleFaces(request({ folder: root }), silentJob));
    expect(foreign).toMatchObject({ code: 'input', message: expect.stringContaining('not empty') });
    expect(await readdir(root)).toEqual(['holiday.jpg']);

    await writeSampleFaces(request(), silentJob);
    const other = await failure(writeSampleFaces(request({ seed: 2 }), silentJob));
    expect(other).toMatchObject({ code: 'input', message: expect.stringContaining('another seed') });
    const posed = await failure(writeSampleFaces(request({ look: 'studio' }), silentJob));
    expect(posed).toMatchObject({ code: 'input', message: expect.stringContaining('another seed, size, look') });
    const fewer = await failure(writeSampleFaces(request({ train: 3 }), silentJob));
    expect(fewer).toMatchObject({ code: 'input', message: expect.stringContaining('more sample faces') });
  });

  it.each([
    [{ size: 47 }, 'size'],
    [{ size: 513 }, 'size'],
    [{ train: -1 }, 'training'],
    [{ test: 1.5 }, 'test'],
    [{ train: 0, test: 0 }, 'at least one'],
    [{ seed: Number.NaN }, 'seed'],
  ])('refuses %j', async (changes, word) => {
    const error = await failure(writeSampleFaces(request(changes), silentJob));
    expect(error.code).toBe('usage');
    expect(error.message).toContain(word);
  });
});
