import { existsSync } from 'node:fs';
import { copyFile, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { GallerySession } from '../../src/extension/gallery/gallerySession';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { addressOf, answer, classes, endless, importedDataset, testEngine, watched } from '../support/forkedEngine';
import { labelsOnDisk } from '../support/labelsOnDisk';
import { writeFiles, writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

describe('the list of images', () => {
  it('names every image once, and says which are for testing', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there, { train: 4, test: 2 });
    const { images, test, digest } = await there.engine.request('images/list', addressOf(dataset));
    expect(new Set(images).size).toBe(classes.length * 6);
    expect(images.every((id) => existsSync(join(dataset.folder, id)))).toBe(true);
    expect(images.filter((id) => id.startsWith('test/'))).toEqual(test.map((i) => images[i]));
    expect(test).toHaveLength(classes.length * 2);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

/** Class folders with three large photographs and small pictures. */
async function photos(there: ReturnType<typeof testEngine>) {
  const workspace = await temporaryFolder();
  const folder = join(workspace, 'photos');
  const large = { width: 640, height: 400, colour: true };
  await writeFiles(folder, {
    'happy/large.jpg': { ...large, seed: 2 },
    'happy/photo.jpg': { ...large, seed: 3 },
    'sad/upright.jpg': { ...large, seed: 4, width: 300, height: 900 },
    'sad/small.png': { seed: 5, width: 24, height: 24 },
    ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`sad/more-${i}.png`, { seed: 6 + i }])),
  });
  const { name, directory } = await there.engine.run('import', { workspace, folder }, {});
  return { workspace, dataset: name, directory, folder };
}

describe('thumbnails', () => {
  it('show whole images, are made once, and made again when the file changes', async () => {
    const there = testEngine();
    const dataset = await photos(there);
    const images = ['happy/large.jpg', 'happy/photo.jpg', 'sad/upright.jpg', 'sad/small.png'];
    const ask = async () => (await there.engine.request('images/thumbnails', { ...addressOf(dataset), images })).files;
    const files = (await ask()).map(String);
    expect(files[3]).toBe(join(dataset.folder, 'sad/small.png'));
    const sizes = await Promise.all(files.map(async (file) => sharp(await readFile(file)).metadata()));
    expect(sizes.map(({ width, height }) => [width, height])).toEqual([
      [192, 120],
      [192, 120],
      [64, 192],
      [24, 24],
    ]);
    const written = (await stat(files[0])).mtimeMs;
    expect(await ask()).toEqual(files);
    expect((await stat(files[0])).mtimeMs).toBe(written);
    const later = new Date(Date.now() + 60_000);
    await copyFile(join(dataset.folder, 'sad/upright.jpg'), join(dataset.folder, 'happy/large.jpg'));
    await utimes(join(dataset.folder, 'happy/large.jpg'), new Date(), new Date(written + 1_000));
    await utimes(files[1], later, later);
    expect(await ask()).toEqual(files);
    const { width, height } = await sharp(await readFile(files[0])).metadata();
    expect([width, height]).toEqual([64, 192]);
  });

  it('are null for what is gone, damaged or no image of the dataset; the others are there all the same', async () => {
    const there = testEngine();
    const dataset = await photos(there);
    await rm(join(dataset.folder, 'happy/large.jpg'));
    await writeFile(join(dataset.folder, 'happy/photo.jpg'), 'x'.repeat(100_000));
    const images = ['happy/large.jpg', 'happy/photo.jpg', '../../etc/passwd', 'sad/upright.jpg'];
    const { files } = await there.engine.request('images/thumbnails', { ...addressOf(dataset), images });
    expect(files.slice(0, 3)).toEqual([null, null, null]);
    expect(existsSync(String(files[3]))).toBe(true);
  });

  it('do not wait for a training', async () => {
    const there = testEngine();
    const dataset = await photos(there);
    const work = watched();
    const training = there.engine.run('pretrain', { ...addressOf(dataset), ...endless }, work);
    await work.running;
    const ask = (image: string) =>
      there.engine.request('images/thumbnails', { ...addressOf(dataset), images: [image] });
    expect((await ask('happy/large.jpg')).files[0]).toMatch(/\.webp$/);
    expect((await ask('happy/photo.jpg')).files[0]).toMatch(/\.webp$/);
    work.cancel();
    await expect(training).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('of rows of a csv file are the pictures that are drawn of them', async () => {
    const there = testEngine();
    const workspace = await temporaryFolder();
    const pixels = (value: number) => Array.from({ length: 48 * 48 }, (_, i) => (i * value) % 256).join(' ');
    const rows = Array.from({ length: 14 }, (_, i) => `${i % 7},${pixels(i + 1)},Training`);
    await writeFile(join(workspace, 'fer2013.csv'), `emotion,pixels,Usage\n${rows.join('\n')}\n`);
    const folder = join(workspace, 'fer2013.csv');
    const { name } = await there.engine.run('import', { workspace, folder }, {});
    const at = { workspace, dataset: name };
    const { images } = await there.engine.request('images/list', at);
    const { files } = await there.engine.request('images/thumbnails', { ...at, images: images.slice(0, 2) });
    const { width, height } = await sharp(await readFile(String(files[1]))).metadata();
    expect([width, height]).toEqual([48, 48]);
  });
});

describe('columns of the model', () => {
  it('say of every image what the model answers, and of every label how suspicious it is', async () => {
    const there = testEngine();
    const workspace = await temporaryFolder();
    const folder = join(workspace, 'faces');
    await writeImages(folder, { classes, train: 8, test: 2 });
    const { name } = await there.engine.run('import', { workspace, folder }, {});
    const at = { workspace, dataset: name };
    await expect(there.engine.run('predictions', at, {})).rejects.toMatchObject({
      message: expect.stringMatching(/no trained model yet/),
    });
    const { images } = await there.engine.request('images/list', at);
    const classOf = (id: string) => id.split('/')[1];
    const train = images.filter((id) => id.startsWith('train/'));
    const additions = train.map((image) => ({ image, entry: answer(classOf(image)) }));
    await there.engine.request('labels/add', { ...at, annotator: 'ann', additions, overwrite: false });
    await there.engine.run('train', { ...at, learner: 'auto', seed: 0 }, {});
    const predictions = await there.engine.run('predictions', at, {});
    expect([predictions.predicted.length, predictions.probability.length]).toEqual([images.length, images.length]);
    const right = images.filter((id, i) => predictions.classes[predictions.predicted[i]] === classOf(id));
    expect(right.length / images.length).toBeGreaterThan(0.8);
    expect(Math.min(...predictions.probability)).toBeGreaterThanOrEqual(1 / classes.length - 0.001);
    const suspicions = await there.engine.run('suspicions', at, {});
    expect(suspicions.images).toHaveLength(train.length);
    const told = await run(['--workspace', workspace, '--json', 'suspicious', name, '--most', '100'], {
      cwd: workspace,
    });
    const { suspicious } = told.json<{ suspicious: { image: string; suspicion: number }[] }>();
    expect(suspicions.images.map((i) => images[i])).toEqual(suspicious.map(({ image }) => image));
    expect(suspicions.suspicion[0]).toBeCloseTo(suspicious[0].suspicion, 3);
    expect(suspicions.digest).toBe(predictions.digest);
  });
});

describe("the extension's side of the gallery", () => {
  it('lists, shows, labels and undoes with the real engine', async () => {
    const there = testEngine();
    const { workspace, dataset, directory, folder } = await importedDataset(there, { train: 4, test: 1 });
    const session = new GallerySession({ workspace, dataset }, directory, {
      engine: there.engine,
      annotator: () => 'ann',
      uriOf: (path) => path,
      whyHidden: () => null,
      changed: () => {},
    });
    onTestFinished(() => session.dispose());
    await session.refresh();
    const { ids, test } = await session.list();
    expect([ids.length, test.length]).toEqual([classes.length * 5, classes.length]);
    const pool = ids.filter((_, i) => !test.includes(i));
    expect((await session.thumbnails({ images: pool.slice(0, 2) })).uris).toEqual(
      pool.slice(0, 2).map((id) => join(folder, ...id.split('/'))),
    );
    const answers = pool.map((image) => ({ image, label: 'sad', flag: null, seconds: 1, replace: false }));
    const { entries } = await session.answer({ answers });
    expect(Object.keys(entries)).toHaveLength(pool.length);
    expect(Object.keys(await labelsOnDisk(directory, 'ann'))).toHaveLength(pool.length);
    expect(session.state().answers.own).toEqual(pool.map(() => classes.indexOf('sad')));
    expect(Object.keys((await session.undo()).removed)).toHaveLength(pool.length);
    expect(await labelsOnDisk(directory, 'ann')).toEqual({});
  });
});
