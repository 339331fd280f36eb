import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/engine/data/decode';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { addressOf, testEngine } from '../support/forkedEngine';
import { writeFiles, writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

/** Noisy images, and copies of two of them: one a little brighter, one darker. */
async function withCopies() {
  const workspace = await temporaryFolder();
  const folder = join(workspace, 'faces');
  await writeImages(folder, { classes: ['happy', 'sad'], train: 12, test: 2 });
  const [first, second] = ['train/happy/train-3.png', 'train/sad/train-5.png'];
  const bright = await sharp(join(folder, first!)).linear(1.1, 4).png().toBuffer();
  const dark = await sharp(join(folder, second!)).linear(0.85).png().toBuffer();
  await writeFiles(folder, { 'test/happy/bright.png': bright, 'train/sad/dark.png': dark });
  const warmstart = (...args: string[]) => run(['--workspace', workspace, '--json', ...args], { cwd: workspace });
  expect(await warmstart('import', 'faces', '--encoder', 'hog')).toMatchObject({ code: 0 });
  return { workspace, folder, warmstart, dataset: 'faces', directory: join(workspace, 'warmstart/faces') };
}

interface Duplicates {
  readonly groups: readonly { images: { image: string; split: string }[]; likeness: number }[];
  readonly images: number;
  readonly leaks: number;
}

describe('duplicates', () => {
  it('finds images that are nearly the same, tells which leak into the test split, and removes nothing', async () => {
    const place = await withCopies();
    const { groups, images, leaks } = (await place.warmstart('duplicates', 'faces')).json<Duplicates>();
    expect(groups.map((group) => group.images)).toEqual([
      [
        { image: 'test/happy/bright.png', split: 'test' },
        { image: 'train/happy/train-3.png', split: 'train' },
      ],
      [
        { image: 'train/sad/dark.png', split: 'train' },
        { image: 'train/sad/train-5.png', split: 'train' },
      ],
    ]);
    expect([images, leaks]).toEqual([4, 1]);
    const all = (await place.warmstart('duplicates', 'faces', '--at-least', '0')).json<Duplicates>();
    expect(all.images).toBeGreaterThan(10);
    expect(await place.warmstart('duplicates', 'faces', '--at-least', '2')).toMatchObject({ code: 2 });
  });

  it('is the same for the editor, by the numbers of its list', async () => {
    const place = await withCopies();
    const there = testEngine();
    const { images } = await there.engine.request('images/list', addressOf(place));
    const { groups, atLeast } = await there.engine.run('nearDuplicates', addressOf(place), {});
    expect(atLeast).toBe(0.9);
    expect(groups.map((group) => group.map((i) => images[i]).sort()).sort()).toEqual([
      ['test/happy/bright.png', 'train/happy/train-3.png'],
      ['train/sad/dark.png', 'train/sad/train-5.png'],
    ]);
  });
});

describe('similar', () => {
  it('lists what looks most like an image first, and says when there is no such image', async () => {
    const place = await withCopies();
    const image = 'train/sad/train-5.png';
    const { similar } = (await place.warmstart('similar', 'faces', image, '--most', '3')).json<{
      similar: { image: string; likeness: number }[];
    }>();
    expect(similar).toHaveLength(3);
    expect(similar[0]!.image).toBe('train/sad/dark.png');
    expect(similar[0]!.likeness).toBeGreaterThan(0.9);
    expect(similar[0]!.likeness).toBeGreaterThan(similar[1]!.likeness);
    const refused = await place.warmstart('similar', 'faces', 'sad/nobody.png');
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toMatch(/Image "sad\/nobody\.png" is not in dataset faces; paths are relative/);
    const there = testEngine();
    const { images } = await there.engine.request('images/list', addressOf(place));
    const { likeness } = await there.engine.run('similar', { ...addressOf(place), image }, {});
    expect(likeness[images.indexOf(image)]).toBe(1);
    expect(likeness[images.indexOf('train/sad/dark.png')]).toBeCloseTo(similar[0]!.likeness, 3);
  });
});

describe('seen', () => {
  it('writes the pixels that HOG is fed of a picture that is not square', async () => {
    const workspace = await temporaryFolder();
    await writeFiles(join(workspace, 'photos'), {
      ...Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`sad/p${i}.png`, { seed: i, width: 48, height: 48 }])),
      'happy/wide.jpg': { seed: 9, width: 200, height: 90, colour: true },
    });
    const warmstart = (...args: string[]) => run(['--workspace', workspace, '--json', ...args], { cwd: workspace });
    await warmstart('import', 'photos', '--encoder', 'hog', '--image-size', '32');
    const out = join(workspace, 'seen.png');
    const { pictures } = (await warmstart('seen', 'photos', 'happy/wide.jpg', '--out', out)).json<{
      pictures: { path: string; by: string[]; width: number; height: number; isGrey: boolean }[];
    }>();
    expect(pictures).toMatchObject([{ path: out, by: ['hog'], width: 32, height: 32 }]);
    const { data, info } = await sharp(out).raw().toBuffer({ resolveWithObject: true });
    const file = await readFile(join(workspace, 'photos/happy/wide.jpg'));
    const shape = { channels: info.channels as 1 | 3, height: 32, width: 32 };
    const planes = await decodeImage(file, shape, { fit: 'pad' }); // whole: cropping would hide more than half of it
    const area = 32 * 32;
    expect([...data]).toEqual(
      Array.from(data, (_, i) => planes[(i % info.channels) * area + Math.floor(i / info.channels)]),
    );
  });

  it('shows what each encoder sees where there are several, and names a file that is gone', async () => {
    const place = await withCopies();
    await place.warmstart('encoder', 'use', 'faces', 'faces+hog');
    const out = join(place.workspace, 'seen.png');
    const ask = () => place.warmstart('seen', 'faces', 'train/sad/train-5.png', '--out', out);
    const { pictures } = (await ask()).json<{ pictures: { path: string; by: string[]; width: number }[] }>();
    expect(pictures).toMatchObject([
      { path: out, by: ['faces'] },
      { path: join(place.workspace, 'seen-hog.png'), by: ['hog'] },
    ]);
    for (const { path, width } of pictures) expect((await sharp(path).metadata()).width).toBe(width);
    await rm(join(place.folder, 'train/sad/train-5.png'));
    const gone = await ask();
    expect(gone).toMatchObject({ code: 1 });
    expect(gone.stderr).toMatch(/train-5\.png can't be read any more: the file is missing; put it back as it was\./);
    await writeFile(join(place.folder, 'train/sad/train-5.png'), 'nonsense');
    expect((await ask()).stderr).toMatch(/train-5\.png can't be read any more: it is not an image/);
  });
});
