import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listDatasets, readDatasetFile } from '../../../src/engine/data/dataset/folder';
import { importDataset, rebuildCache } from '../../../src/engine/data/dataset/import';
import { openDataset } from '../../../src/engine/data/dataset/open';
import type { Progress } from '../../../src/engine/job';
import { silentJob } from '../../../src/engine/job';
import { readJson } from '../../../src/engine/store/jsonFile';
import { datasetFile } from '../../../src/shared/schema/dataset';
import { importFaces, workspaceWith } from '../../support/facesWorkspace';
import { greyValues, picture, writeFiles } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

const small = {
  'train/happy/1.png': { seed: 1 },
  'train/happy/2.png': { seed: 2 },
  'train/sad/3.png': { seed: 3 },
  'train/sad/4.jpg': { seed: 4 },
  'test/happy/5.png': { seed: 5 },
  'test/sad/6.png': { seed: 6 },
};

/** All bytes below a folder, by path, but those that remember sizes and times. */
async function snapshot(root: string): Promise<Record<string, string>> {
  const names = (await readdir(root, { recursive: true })).filter((name) => basename(name) !== 'files.json');
  const content: Record<string, string> = {};
  for (const name of names.sort()) {
    const path = join(root, name);
    if ((await stat(path)).isFile()) content[name] = (await readFile(path)).toString('hex');
  }
  return content;
}

async function pixelsById(workspace: string): Promise<Map<string, Uint8Array>> {
  const dataset = await openDataset(workspace, 'faces', silentJob, rebuildCache);
  const { channels, height, width } = dataset.pixels;
  const read = dataset.images.map(({ id }, i): [string, Uint8Array] => {
    const target = new Uint8Array(channels * height * width + 3);
    dataset.pixels.read(i, target, 3);
    return [id, target.subarray(3)];
  });
  dataset.close();
  return new Map(read);
}

describe('importDataset', () => {
  it('makes a dataset that opens with the images, classes and parts of the folder', async () => {
    const workspace = await workspaceWith(small);
    const report = await importFaces(workspace);
    expect(report).toMatchObject({
      name: 'faces',
      directory: join(workspace, 'warmstart', 'faces'),
      layout: 'folders',
      alreadyImported: false,
      classes: ['happy', 'sad'],
      image: { channels: 1, height: 16, width: 16 },
      counts: {
        train: { images: 4, unlabelled: 0, perClass: [2, 2] },
        test: { images: 2, unlabelled: 0, perClass: [1, 1] },
      },
      broken: [],
    });
    const file = await readJson(join(report.directory, 'dataset.json'), datasetFile);
    expect(file).toMatchObject({ root: '../../faces', split: { train: 4, test: 2 }, classes: ['happy', 'sad'] });
    expect(await readFile(join(report.directory, '.cache', '.gitignore'), 'utf8')).toBe('*\n');

    const dataset = await openDataset(workspace, 'faces', silentJob, rebuildCache);
    expect(dataset.images.map(({ id }) => id).sort()).toEqual(Object.keys(small).sort());
    for (const [i, { id, split, label }] of dataset.images.entries()) {
      expect(id.split('/').slice(0, 2)).toEqual([split, dataset.file.classes[label!]]);
      expect(dataset.indexOf(id)).toBe(i);
      expect(dataset.sourceFile(i)).toBe(join(workspace, 'faces', id));
      expect([...(split === 'train' ? dataset.train : dataset.test)]).toContain(i);
    }
    expect(dataset.indexOf('train/happy/9.png')).toBeUndefined();
    expect([...dataset.train, ...dataset.test].sort()).toEqual([...dataset.images.keys()]);
    expect(() => dataset.pixels.read(6, new Uint8Array(256), 0)).toThrow(RangeError);
    expect(() => dataset.pixels.read(0, new Uint8Array(256), 1)).toThrow(RangeError);
    dataset.close();
    expect((await pixelsById(workspace)).get('train/sad/3.png')).toEqual(greyValues(3, 16, 16));
  });

  it('normalises by mean and deviation of the training images only', async () => {
    const files = Object.fromEntries(Object.entries(small).filter(([id]) => id.endsWith('.png')));
    const workspace = await workspaceWith(files);
    await importFaces(workspace);
    const values = [1, 2, 3].flatMap((seed) => [...greyValues(seed, 16, 16)].map((v) => v / 255));
    const mean = values.reduce((a, b) => a + b) / values.length;
    const std = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
    const { normalisation, close } = await openDataset(workspace, 'faces', silentJob, rebuildCache);
    expect(normalisation.mean[0]).toBeCloseTo(mean, 12);
    expect(normalisation.std[0]).toBeCloseTo(std, 12);
    close();
  });

  it('makes the same bytes of the same images, and an order that does not follow the classes', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const filesBy = (classOf: (i: number) => string) =>
      Object.fromEntries(names.map((name, i) => [`${classOf(i)}/${name}.png`, { seed: i }]));
    const one = await workspaceWith(filesBy((i) => (i < 4 ? 'happy' : 'sad')));
    const other = await workspaceWith(filesBy((i) => (i % 2 ? 'happy' : 'sad')));
    const again = await workspaceWith(
      Object.fromEntries(Object.entries(filesBy((i) => (i < 4 ? 'happy' : 'sad'))).reverse()),
    );
    const reads: string[][] = [];
    for (const workspace of [one, other, again]) {
      await importFaces(workspace);
      const dataset = await openDataset(workspace, 'faces', silentJob, rebuildCache);
      reads.push(dataset.images.map(({ id }) => id.split('/')[1]));
      dataset.close();
    }
    expect(reads[1]).toEqual(reads[0]);
    expect(reads[0]).not.toEqual(names.map((name) => `${name}.png`));
    expect(await snapshot(join(again, 'warmstart'))).toEqual(await snapshot(join(one, 'warmstart')));
  });

  it('lists broken files by name, skips them and goes on', async () => {
    const jpeg = await picture('x.jpg', { width: 64, height: 64 });
    const workspace = await workspaceWith({
      ...small,
      'train/sad/cut.jpg': jpeg.subarray(0, jpeg.length / 2),
      'train/sad/empty.png': '',
      'test/happy/text.png': 'this is no image',
    });
    const { broken, counts, directory } = await importFaces(workspace);
    expect(broken.map(({ id }) => id)).toEqual(['test/happy/text.png', 'train/sad/cut.jpg', 'train/sad/empty.png']);
    expect(broken.map(({ problem }) => problem).join()).toMatch(/not an image.*truncated.*empty/);
    expect(counts.train.images + counts.test.images).toBe(6);
    expect((await readJson(join(directory, 'dataset.json'), datasetFile)).broken).toEqual(broken);
    expect((await pixelsById(workspace)).size).toBe(6);
  });

  it('fails when every image is broken, or none is for training, and leaves nothing behind', async () => {
    const workspace = await workspaceWith({ 'a/1.png': 'x', 'b/2.png': '' });
    await expect(importFaces(workspace)).rejects.toThrow(/None of the 2 images .* a\/1\.png/);
    expect(await readdir(workspace)).toEqual(['faces']);
    const testOnly = await workspaceWith({ 'train/a/1.png': 'x', 'test/a/2.png': {}, 'test/b/3.png': { seed: 2 } });
    await expect(importFaces(testOnly)).rejects.toThrow('test images only');
    expect(await readdir(testOnly)).toEqual(['faces']);
  });

  it('reports duplicates, leaks and conflicts, and removes none', async () => {
    const workspace = await workspaceWith({
      ...small,
      'train/sad/copy of 1.png': { seed: 1 },
      'test/happy/leak of 2.png': { seed: 2 },
      'train/happy/other bytes.png': await picture('x.png', { seed: 3 }).then((b) =>
        Buffer.concat([b, Buffer.from('\n')]),
      ),
    });
    const { duplicates, counts, directory } = await importFaces(workspace);
    expect(duplicates).toEqual({
      groups: [
        { ids: ['test/happy/leak of 2.png', 'train/happy/2.png'], sameFile: true },
        { ids: ['train/happy/1.png', 'train/sad/copy of 1.png'], sameFile: true },
        { ids: ['train/happy/other bytes.png', 'train/sad/3.png'], sameFile: false },
      ],
      copies: 3,
      leaks: [{ test: 'test/happy/leak of 2.png', train: ['train/happy/2.png'] }],
      conflicts: [
        { ids: ['train/happy/1.png', 'train/sad/copy of 1.png'], labels: ['happy', 'sad'] },
        { ids: ['train/happy/other bytes.png', 'train/sad/3.png'], labels: ['happy', 'sad'] },
      ],
    });
    expect(counts.train.images + counts.test.images).toBe(9);
    expect((await readJson(join(directory, 'dataset.json'), datasetFile)).duplicates).toEqual({
      groups: 3,
      copies: 3,
      leaks: 1,
      conflicts: 2,
    });
  });

  it('takes an unlabelled folder with given classes, also the workspace itself', async () => {
    const workspace = await temporaryFolder();
    await writeFiles(workspace, { '1.png': { seed: 1 }, 'sub/2.png': { seed: 2 } });
    const options = { workspace, folder: workspace, name: 'all', classes: ['sad', 'happy'] };
    const report = await importDataset({ ...options, layout: 'auto' }, silentJob);
    expect(report.classes).toEqual(['sad', 'happy']);
    expect(report.counts.train).toEqual({ images: 2, unlabelled: 2, perClass: [0, 0] });
    await writeFiles(report.directory, { 'benchmarks/x/plot.png': { seed: 9 } });
    await rm(join(report.directory, '.cache'), { recursive: true });
    const dataset = await openDataset(workspace, 'all', silentJob, rebuildCache);
    expect(dataset.images.map(({ label }) => label)).toEqual([null, null]);
    expect(dataset.test).toHaveLength(0);
    dataset.close();
    const again = await importDataset({ ...options, classes: undefined, layout: 'folders' }, silentJob);
    expect(again.alreadyImported).toBe(true);
  });

  it('works with names that hurt elsewhere', async () => {
    const names = [`it's "quoted"`, '<script>alert(1)<', '🙂 smile', 'سعيد', '__proto__'];
    const workspace = await workspaceWith(Object.fromEntries(names.map((n, seed) => [`${n}/${n}.png`, { seed }])));
    const report = await importFaces(workspace, { name: `Ünïcode 🙂 it's سعيد` });
    const dataset = await openDataset(workspace, report.name, silentJob, rebuildCache);
    for (const [i, { label }] of dataset.images.entries()) {
      const name = dataset.file.classes[label!];
      expect(dataset.sourceFile(i)).toBe(join(workspace, 'faces', name, `${name}.png`));
    }
    dataset.close();
  });

  it.each(['', '..', '.hidden', 'a/b', 'a\\b', 'a:b', 'nul', 'end.', 'x'.repeat(101), 'a\nb'])(
    'refuses the name %j',
    async (name) => {
      const workspace = await workspaceWith(small);
      await expect(importFaces(workspace, { name })).rejects.toMatchObject({ code: 'usage' });
      expect(await readdir(workspace)).toEqual(['faces']);
    },
  );

  it.each([
    { imageSize: 7 },
    { imageSize: 10.5 },
    { imageSize: 9999 },
    { layout: 'kdef', classes: ['a', 'b'] } as const,
  ])('refuses %j', async (options) => {
    await expect(importFaces(await workspaceWith(small), options)).rejects.toMatchObject({ code: 'usage' });
  });

  it('reports progress for all images', async () => {
    const seen: Progress[] = [];
    await importFaces(await workspaceWith(small), {}, { ...silentJob, report: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toMatchObject({ stage: 'Decoding images', done: 6, total: 6, unit: 'images' });
  });

  it('stops soon when cancelled, and leaves no dataset behind', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, seed) => [`${seed % 2 ? 'a' : 'b'}/${seed}.png`, { seed }]),
    );
    const workspace = await workspaceWith(files);
    const controller = new AbortController();
    let decoded = 0;
    const report = ({ stage, done }: Progress) => {
      if (stage !== 'Decoding images') return;
      decoded = done;
      controller.abort();
    };
    await expect(importFaces(workspace, {}, { signal: controller.signal, report })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(decoded).toBeLessThan(100);
    expect(await readdir(workspace)).toEqual(['faces']);
    expect((await importFaces(workspace)).counts.train.images).toBe(200);
  });

  it('goes over what a killed import left, and removes its temporary files once they are old', async () => {
    const workspace = await workspaceWith(small);
    const cache = join(workspace, 'warmstart', 'faces', '.cache');
    const [old, fresh] = ['.pixels.u8.123-0123456789ab.tmp', '.pixels.u8.124-0123456789ab.tmp'];
    await writeFiles(cache, { [old]: 'half', [fresh]: 'half', 'index.json': '{"schema": 1, "im', 'pixels.u8': 'half' });
    await utimes(join(cache, old), 0, 0);
    expect(await listDatasets(workspace)).toEqual([]);
    await importFaces(workspace);
    expect((await readdir(cache)).sort()).toEqual([
      '.gitignore',
      fresh,
      'files.json',
      'index.checked',
      'index.json',
      'pixels.u8',
    ]);
    expect((await pixelsById(workspace)).get('train/sad/3.png')).toEqual(greyValues(3, 16, 16));
  });

  it('says that the disk can not be written to', async () => {
    const workspace = await workspaceWith(small);
    await writeFile(join(workspace, 'warmstart'), 'a file in the way');
    await expect(importFaces(workspace)).rejects.toMatchObject({ code: 'disk' });
    expect(await readFile(join(workspace, 'warmstart'), 'utf8')).toBe('a file in the way');
  });
});

describe('importing again', () => {
  it('reports the same and writes nothing', async () => {
    const workspace = await workspaceWith(small);
    const first = await importFaces(workspace);
    await writeFiles(first.directory, { 'labels/me.json': '{}', 'rounds/0001.json': '{}' });
    const before = await snapshot(workspace);
    expect(await importFaces(workspace)).toEqual({ ...first, alreadyImported: true, notes: [] });
    expect(await snapshot(workspace)).toEqual(before);
    await rm(join(first.directory, '.cache'), { recursive: true });
    expect(await importFaces(workspace)).toEqual({ ...first, alreadyImported: true, notes: [] });
    expect(existsSync(join(first.directory, '.cache'))).toBe(false);
  });

  it('refuses another folder, or other choices, under the same name', async () => {
    const workspace = await workspaceWith(small);
    const { directory } = await importFaces(workspace);
    const before = await snapshot(directory);
    await writeFiles(join(workspace, 'more', 'faces'), small);
    const other = importFaces(workspace, { folder: join(workspace, 'more', 'faces') });
    await expect(other).rejects.toMatchObject({ code: 'input', message: expect.stringContaining('--name') });
    await expect(importFaces(workspace, { imageSize: 32 })).rejects.toThrow('16 × 16');
    await expect(importFaces(workspace, { channels: 3 })).rejects.toThrow('grey');
    await expect(importFaces(workspace, { classes: ['happy', 'sad', 'bored'] })).rejects.toThrow('happy, sad');
    expect(await snapshot(directory)).toEqual(before);
  });

  it('takes in what has come, changed and gone: ids, labels and normalisation stay', async () => {
    const workspace = await workspaceWith(small);
    const { directory } = await importFaces(workspace);
    const before = await readDatasetFile(directory);
    const dataset = join(workspace, 'faces');
    await writeFiles(dataset, { 'train/sad/new.png': { seed: 40 }, 'train/happy/1.png': { seed: 41 } });
    await rm(join(dataset, 'train/sad/3.png'));
    const remembered = async () => new Set(['train/sad/3.png', 'train/happy/1.png']);
    const report = await importFaces(workspace, { remembered });
    expect(report).toMatchObject({
      alreadyImported: false,
      changes: {
        added: ['train/sad/new.png'],
        changed: ['train/happy/1.png'],
        missing: ['train/sad/3.png'],
        whole: true,
      },
    });
    const after = await readDatasetFile(directory);
    expect(after).toMatchObject({
      classes: before.classes,
      normalisation: before.normalisation,
      gone: ['train/sad/3.png'],
    });
    const opened = await openDataset(workspace, 'faces', silentJob, rebuildCache);
    expect(opened.has('train/sad/new.png')).toBe(true);
    expect(opened.has('train/sad/3.png')).toBe(false);
    opened.close();

    await writeFiles(dataset, { 'train/sad/3.png': small['train/sad/3.png'] });
    expect((await importFaces(workspace)).changes).toMatchObject({ added: ['train/sad/3.png'], missing: [] });
    expect((await readDatasetFile(directory)).gone).toBeUndefined();
  });

  it('says what is missing as far as it is remembered, where the earlier list is lost', async () => {
    const workspace = await workspaceWith(small);
    const { directory } = await importFaces(workspace);
    await rm(join(directory, '.cache'), { recursive: true });
    await rm(join(workspace, 'faces/train/sad/3.png'));
    const remembered = async () => new Set(['train/sad/3.png']);
    expect((await importFaces(workspace, { remembered })).changes).toEqual({
      added: [],
      changed: [],
      missing: ['train/sad/3.png'],
      whole: false,
    });
  });
});

describe('openDataset', () => {
  it.each<[string, (cache: string) => Promise<void>]>([
    ['deleted', (cache) => rm(cache, { recursive: true })],
    ['cut short', (cache) => truncate(join(cache, 'pixels.u8'), 100)],
    ['without its list', (cache) => rm(join(cache, 'index.json'))],
    [
      'of another dataset',
      async (cache) => {
        const text = await readFile(join(cache, 'index.json'), 'utf8');
        await writeFile(join(cache, 'index.json'), text.replace('1.png', '../../1.png'));
      },
    ],
    ['damaged', (cache) => writeFile(join(cache, 'index.json'), '{"schema": 1, "im')],
  ])('makes a cache again that is %s', async (_, harm) => {
    const workspace = await workspaceWith(small);
    const { directory } = await importFaces(workspace);
    const before = await snapshot(directory);
    const pixels = await pixelsById(workspace);
    await harm(join(directory, '.cache'));
    const seen: Progress[] = [];
    (await openDataset(workspace, 'faces', { ...silentJob, report: (p) => seen.push(p) }, rebuildCache)).close();
    expect(seen.at(-1)).toMatchObject({ done: 6, total: 6 });
    expect(await snapshot(directory)).toEqual(before);
    expect([...(await pixelsById(workspace))]).toEqual([...pixels]);
  });

  it('needs no image while the cache is there', async () => {
    const workspace = await workspaceWith(small);
    await importFaces(workspace);
    await rm(join(workspace, 'faces'), { recursive: true });
    expect((await pixelsById(workspace)).size).toBe(6);
  });

  it('says when images have changed or gone since the import', async () => {
    const workspace = await workspaceWith(small);
    const { directory } = await importFaces(workspace);
    const reopen = async () => {
      await rm(join(directory, '.cache'), { recursive: true, force: true });
      return openDataset(workspace, 'faces', silentJob, rebuildCache);
    };
    const faces = join(workspace, 'faces');
    await writeFiles(faces, { 'train/sad/3.png': { seed: 33 } });
    await expect(reopen()).rejects.toThrow(/not those that dataset "faces" was made of \(as many/);
    await writeFiles(faces, { 'train/sad/3.png': '' });
    await expect(reopen()).rejects.toThrow('train/sad/3.png: the file is empty');
    await writeFiles(faces, { 'train/sad/3.png': { seed: 3 }, 'train/bored/7.png': { seed: 7 } });
    await expect(reopen()).rejects.toThrow('7 usable, 6 then');
    await rename(faces, join(workspace, 'moved'));
    await expect(reopen()).rejects.toThrow(/no longer at .*"root"/);
    await rename(join(workspace, 'moved'), faces);
    await rm(join(faces, 'train', 'bored'), { recursive: true });
    const dataset = await reopen();
    expect(dataset.images).toHaveLength(6);
    dataset.close();
  });

  it('moves with its workspace when the images lie in it, and finds images outside by their absolute path', async () => {
    const workspace = await workspaceWith(small);
    const outside = join(await temporaryFolder(), 'outside');
    await writeFiles(outside, small);
    await importFaces(workspace);
    const { directory } = await importFaces(workspace, { folder: outside });
    expect((await readJson(join(directory, 'dataset.json'), datasetFile)).root).toBe(outside);
    const moved = join(await temporaryFolder(), 'moved');
    await rename(workspace, moved);
    for (const [name, root] of [
      ['faces', join(moved, 'faces')],
      ['outside', outside],
    ]) {
      const dataset = await openDataset(moved, name, silentJob, rebuildCache);
      const index = dataset.indexOf('train/happy/1.png')!;
      expect(dataset.sourceFile(index)).toBe(join(root, 'train', 'happy', '1.png'));
      dataset.close();
    }
  });

  it('lists the known datasets when the name is unknown', async () => {
    const workspace = await workspaceWith(small);
    await expect(openDataset(workspace, 'x', silentJob, rebuildCache)).rejects.toThrow(
      'import a folder of images first',
    );
    await importFaces(workspace);
    await importFaces(workspace, { name: 'second' });
    for (const name of ['x', '', '..', '../warmstart/faces'])
      await expect(openDataset(workspace, name, silentJob, rebuildCache)).rejects.toMatchObject({
        code: 'input',
        message: expect.stringContaining('known are faces, second'),
      });
  });

  it('says what is damaged in a dataset.json, and lists the dataset with that problem', async () => {
    const workspace = await workspaceWith(small);
    const { directory } = await importFaces(workspace);
    await mkdir(join(workspace, 'warmstart', 'no dataset'));
    const path = join(directory, 'dataset.json');
    const text = await readFile(path, 'utf8');
    expect(await listDatasets(workspace)).toMatchObject([{ name: 'faces', directory, problem: null }]);
    for (const [harmed, place] of [
      [text.replace('"happy"', '"sad"'), '"classes"'],
      [text.replace('"height": 16', '"height": "16"'), '"image.height"'],
      [text.replace('"schema": 1', '"schema": 2'), '"schema"'],
    ]) {
      expect(harmed).not.toBe(text);
      await writeFile(path, harmed);
      await expect(openDataset(workspace, 'faces', silentJob, rebuildCache)).rejects.toMatchObject({ code: 'damaged' });
      const [{ file, problem }] = await listDatasets(workspace);
      expect(file).toBeNull();
      expect(problem).toContain(`dataset.json is damaged at ${place}`);
    }
    expect(await listDatasets(await temporaryFolder())).toEqual([]);
  });
});
