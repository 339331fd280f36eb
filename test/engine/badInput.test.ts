import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { type Ran, run } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

/** One clear line on stderr, no stack trace, nothing on stdout. */
function expectFailure(ran: Ran, code: number, message: RegExp): void {
  expect(ran.stderr.trim()).toMatch(message);
  expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  expect(ran.stderr).not.toMatch(/\n\s+at |Unexpected error/);
  expect(ran.stdout).toBe('');
  expect(ran.code).toBe(code);
}

async function place(): Promise<{ folder: string; warmstart: (...args: string[]) => Promise<Ran> }> {
  const folder = await temporaryFolder();
  return { folder, warmstart: (...args) => run(['--workspace', folder, '--quiet', ...args], { cwd: folder }) };
}

async function imported(): Promise<Awaited<ReturnType<typeof place>> & { dataset: string }> {
  const there = await place();
  await writeImages(join(there.folder, 'faces'), { classes: ['angry', 'happy'], train: 6, test: 3 });
  expect((await there.warmstart('import', 'faces')).code).toBe(0);
  return { ...there, dataset: join(there.folder, 'warmstart/faces') };
}

/** The same after a warning of an answer that does not count. */
function expectUncounted(ran: Ran, warning: RegExp): void {
  const [first = '', ...others] = ran.stderr.trim().split('\n');
  expect(first).toMatch(warning);
  expectFailure({ ...ran, stderr: others.join('\n') }, 1, /^Dataset faces has no labels to train on yet; .*\.$/);
}

describe('folders', () => {
  it('that are missing', async () => {
    const { warmstart } = await place();
    expectFailure(await warmstart('import', 'nowhere'), 1, /^There is no folder \S*nowhere; check the path\.$/);
  });

  it('that are empty', async () => {
    const { folder, warmstart } = await place();
    await mkdir(join(folder, 'empty'));
    expectFailure(
      await warmstart('import', 'empty'),
      1,
      /^There are no images in \S*empty; give a folder with PNG, JPEG, WebP, GIF, TIFF or AVIF files \(HEIC has to be converted to JPEG first\)\.$/,
    );
  });

  it('with one class only', async () => {
    const { folder, warmstart } = await place();
    await writeImages(join(folder, 'faces'), { classes: ['happy'], train: 3, test: 1 });
    expectFailure(
      await warmstart('import', 'faces'),
      1,
      /1 sub-folder with images \(happy\) that may not be classes: "happy" is the only one; .*--no-classes.*\.$/,
    );
  });

  it('with nothing but broken files', async () => {
    const { folder, warmstart } = await place();
    for (const name of ['a', 'b']) {
      await mkdir(join(folder, 'faces', name), { recursive: true });
      await writeFile(join(folder, 'faces', name, 'x.png'), 'no picture');
    }
    expectFailure(
      await warmstart('import', 'faces'),
      1,
      /^None of the 2 images in \S*faces can be used; the first is a\/x\.png: it is not an image, or of a kind that is not supported\.$/,
    );
  });
});

describe('files', () => {
  it('truncated, empty and not images are listed by name and skipped', async () => {
    const { folder, warmstart } = await place();
    await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 4, test: 2 });
    const train = join(folder, 'faces/train/a');
    await truncate(join(train, 'train-0.png'), 60);
    await writeFile(join(train, 'empty.png'), '');
    await writeFile(join(train, 'text.jpg'), 'hello');
    const { code, stdout } = await warmstart('import', 'faces', '--json');
    expect(code).toBe(0);
    const { broken, counts } = JSON.parse(stdout) as { broken: { id: string }[]; counts: { train: object } };
    expect(broken.map(({ id }) => id).sort()).toEqual(['train/a/empty.png', 'train/a/text.jpg', 'train/a/train-0.png']);
    expect(counts.train).toMatchObject({ images: 7 });
  });

  it('csv rows that are wrong are named by line', async () => {
    const { folder, warmstart } = await place();
    const pixels = (seed: number) => Array.from({ length: 2304 }, (_, i) => (i * seed) % 256).join(' ');
    const rows = Array.from({ length: 6 }, (_, i) => `${i % 2},${pixels(i + 1)},${i < 4 ? 'Training' : 'PublicTest'}`);
    rows.splice(2, 0, '3,1 2 3,Training');
    await writeFile(join(folder, 'fer2013.csv'), `emotion,pixels,Usage\n${rows.join('\n')}\n`);
    const { code, stdout } = await warmstart('import', 'fer2013.csv', '--json');
    expect(code).toBe(0);
    const { broken } = JSON.parse(stdout) as { broken: { id: string; problem: string }[] };
    expect(broken).toHaveLength(1);
    expect(JSON.stringify(broken[0])).toMatch(/line 4/);
  });

  it('csv without the columns', async () => {
    const { folder, warmstart } = await place();
    await writeFile(join(folder, 'fer2013.csv'), 'a,b\n1,2\n');
    expectFailure(
      await warmstart('import', 'fer2013.csv', '--layout', 'fer2013'),
      1,
      /^Line 1 of \S*fer2013\.csv lacks the column emotion and pixels and Usage; it must name emotion, pixels and Usage, and it has a, b, separated by commas\.$/,
    );
  });
});

describe('label files', () => {
  const write = (dataset: string, text: string) =>
    mkdir(join(dataset, 'labels'), { recursive: true }).then(() => writeFile(join(dataset, 'labels/ann.json'), text));
  const file = (labels: object) => JSON.stringify({ schema: 1, labels });
  const answer = (label: string) => ({ label, at: '2026-01-01T00:00:00.000Z', seconds: 1 });

  it('with an image that is not there', async () => {
    const { dataset, warmstart } = await imported();
    const text = file({ 'train/happy/gone.png': answer('happy') });
    await write(dataset, text);
    expectUncounted(
      await warmstart('train', 'faces'),
      /^Warning: \S*ann\.json: image "train\/happy\/gone\.png" is not in dataset faces; put the image back, or remove that line\. Until then what it says of that does not count\.$/,
    );
    expect(await readFile(join(dataset, 'labels/ann.json'), 'utf8')).toBe(text);
  });

  it('with a class that is not one', async () => {
    const { dataset, warmstart } = await imported();
    const text = file({ 'train/happy/train-0.png': answer('cheerful') });
    await write(dataset, text);
    expectUncounted(
      await warmstart('train', 'faces'),
      /^Warning: \S*ann\.json: image "train\/happy\/train-0\.png" has the unknown class "cheerful"; use one of angry, happy, or take it in with "class add"\. Until then what it says of that does not count\.$/,
    );
    expect(await readFile(join(dataset, 'labels/ann.json'), 'utf8')).toBe(text);
  });

  it('that are no JSON are neither read nor written over', async () => {
    const { dataset, warmstart } = await imported();
    await write(dataset, '{ "schema": 1, "labels": {');
    const noJson = /^\S*ann\.json is not valid JSON \(.*\); correct it, or restore it from version control\.$/;
    expectFailure(await warmstart('train', 'faces'), 1, noJson);
    const csv = join(dataset, 'in.csv');
    await writeFile(csv, 'image,label\ntrain/happy/train-0.png,happy\n');
    expectFailure(await warmstart('label', 'faces', '--from', csv, '--annotator', 'ann'), 1, noJson);
    expect(await readFile(join(dataset, 'labels/ann.json'), 'utf8')).toBe('{ "schema": 1, "labels": {');
  });

  it('given as csv with an unknown image or class: nothing of it is saved', async () => {
    const { dataset, warmstart } = await imported();
    const csv = join(dataset, 'in.csv');
    await writeFile(csv, 'image,label\ntrain/happy/train-0.png,happy\ntrain/happy/none.png,happy\n');
    expectFailure(
      await warmstart('label', 'faces', '--from', csv, '--annotator', 'ann'),
      1,
      /^\S*in\.csv line 3: image "train\/happy\/none\.png" is not in dataset faces; paths are relative to the dataset's folder\.$/,
    );
    await writeFile(csv, 'image,label\ntrain/happy/train-0.png,joy\n');
    expectFailure(
      await warmstart('label', 'faces', '--from', csv, '--annotator', 'ann'),
      1,
      /^\S*in\.csv line 2: "joy" is no class of dataset faces; use one of angry, happy\.$/,
    );
    await expect(readFile(join(dataset, 'labels/ann.json'))).rejects.toThrow();
  });
});

describe('our own files', () => {
  it('a damaged dataset.json', async () => {
    const { dataset, warmstart } = await imported();
    await writeFile(join(dataset, 'dataset.json'), '{"schema": 1, "name": 5}');
    expectFailure(
      await warmstart('query', 'faces'),
      1,
      /^\S*dataset\.json is damaged at "name": .*; correct it, or restore it from version control\.$/,
    );
  });

  it('a damaged round', async () => {
    const { dataset, warmstart } = await imported();
    await mkdir(join(dataset, 'rounds'));
    await writeFile(join(dataset, 'rounds/0001.json'), '{');
    expectFailure(
      await warmstart('query', 'faces'),
      1,
      /^\S*0001\.json is not valid JSON \(.*\); correct it, or restore it from version control\.$/,
    );
  });

  it('a damaged encoder and a damaged checkpoint', async () => {
    const { dataset, warmstart } = await imported();
    expect((await warmstart('pretrain', 'faces', '--epochs', '1')).code).toBe(0);
    expect((await warmstart('encoder', 'use', 'faces', 'pretrained')).code).toBe(0);
    await truncate(join(dataset, 'models/encoder.safetensors'), 5000);
    expectFailure(
      await warmstart('query', 'faces'),
      1,
      /^\S*encoder\.safetensors is not a usable safetensors file: tensor "[\w.]+" ends beyond the file, which is truncated; restore it or make it again\.$/,
    );
    await writeFile(join(dataset, '.cache/pretrain.safetensors'), 'rubbish');
    await writeFile(join(dataset, 'models/encoder.json'), '{');
    expectFailure(
      await warmstart('pretrain', 'faces', '--epochs', '1'),
      1,
      /^\S*pretrain\.safetensors is not a usable safetensors file: it has only 7 bytes; restore it or make it again\.$/,
    );
    expect((await warmstart('pretrain', 'faces', '--epochs', '1', '--restart')).code).toBe(0);
    expect((await warmstart('query', 'faces')).code).toBe(0);
  });
});

describe('disks', () => {
  it('where nothing can be written', async () => {
    const { folder, warmstart } = await imported();
    // a file where a folder has to be: no user, root included, can write below it
    await writeFile(join(folder, 'file'), '');
    const ran = await warmstart('export', 'faces', '--what', 'features', '--out', join(folder, 'file/features.npy'));
    expectFailure(
      ran,
      1,
      /^Cannot write \S*features\.npy: a part of that path is a file, not a folder; use another folder\.$/,
    );
  });
});

describe('calls', () => {
  it('of an unknown strategy list the known ones', async () => {
    const { warmstart } = await imported();
    expectFailure(
      await warmstart('query', 'faces', '--strategy', 'psychic'),
      2,
      /^There is no strategy "psychic"; known are random, .*maxHerding, .*\.$/,
    );
    expectFailure(
      await warmstart('benchmark', 'faces', '--strategies', 'psychic'),
      2,
      /^There is no strategy "psychic"; known are random, .*maxHerding, .*\.$/,
    );
  });

  it('of an unknown dataset list the known ones', async () => {
    const { warmstart } = await imported();
    expectFailure(
      await warmstart('train', 'nose'),
      1,
      /^There is no dataset "nose" in \S*warmstart; known are faces\.$/,
    );
  });

  it('without a needed argument, or with a wrong number', async () => {
    const { warmstart } = await place();
    expectFailure(await warmstart('query'), 2, /^error: missing required argument 'dataset'$/);
    expectFailure(
      await warmstart('pretrain', 'x', '--epochs', 'many'),
      2,
      /^error: option '--epochs <n>' argument 'many' is invalid\. Expected a whole number of at least 1\.$/,
    );
    expectFailure(
      await warmstart('pretrain', 'x', '--epochs', '2', '--minutes', '3'),
      2,
      /^Give either --minutes or --epochs, not both\.$/,
    );
    expectFailure(await warmstart('dance'), 2, /^error: unknown command 'dance'$/);
  });

  it('of a strategy that needs labels before there are any', async () => {
    const { warmstart } = await imported();
    expectFailure(
      await warmstart('query', 'faces', '--strategy', 'entropy'),
      1,
      /^Strategy entropy needs a model trained on labels and nothing is labelled yet; begin with random, .*\.$/,
    );
  });

  it('of train before anything is labelled', async () => {
    const { warmstart } = await imported();
    expectFailure(
      await warmstart('train', 'faces'),
      1,
      /^Dataset faces has no labels to train on yet; run query, answer its images, then train\.$/,
    );
  });
});
