import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scoreAgainstVotes } from '../../../src/engine/benchmark/voteScore';
import { readVotes } from '../../../src/engine/benchmark/votes';
import { importDataset, rebuildCache } from '../../../src/engine/data/dataset/import';
import { openDataset } from '../../../src/engine/data/dataset/open';
import type { Dataset } from '../../../src/engine/data/dataset/type';
import { silentJob } from '../../../src/engine/job';
import { matrix } from '../../../src/engine/numeric/matrix';
import { voters } from '../../../src/engine/rounds/sources';
import { greyValues, writeImages } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

async function faces(votes?: string): Promise<{ dataset: Dataset; path: string }> {
  const workspace = await temporaryFolder();
  const folder = join(workspace, 'faces');
  await writeImages(folder, { classes: ['angry', 'happy'], train: 3, test: 1 });
  const path = join(folder, 'votes.csv');
  await mkdir(folder, { recursive: true });
  if (votes !== undefined) await writeFile(path, votes);
  await importDataset({ workspace, folder, layout: 'auto' }, silentJob);
  const dataset = await openDataset(workspace, 'faces', silentJob, rebuildCache);
  onTestFinished(() => dataset.close());
  return { dataset, path };
}

describe('the votes of FER+ as they were published', () => {
  const header = 'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF';
  const rows = [
    'Training,fer0000000.png,4,0,0,1,3,2,0,0,0,0',
    'Training,,0,0,0,0,0,0,0,0,0,10',
    'PublicTest,fer0000002.png,0,1,2,3,4,5,6,7,8,0',
  ];

  async function fer(votes: string, usage = ',Usage'): Promise<{ dataset: Dataset; path: string }> {
    const workspace = await temporaryFolder();
    const folder = join(workspace, 'fer2013.csv');
    const pixels = (seed: number) => greyValues(seed, 48, 48).join(' ');
    const parts = ['Training', 'Training', 'PublicTest'];
    const lines = parts.map((part, i) => `${i},${pixels(i)}${usage ? `,${part}` : ''}`);
    await writeFile(folder, `emotion,pixels${usage}\n${lines.join('\n')}\n`);
    const path = join(workspace, 'fer2013new.csv');
    await writeFile(path, votes);
    await importDataset({ workspace, folder, layout: 'auto' }, silentJob);
    const dataset = await openDataset(workspace, 'fer2013', silentJob, rebuildCache);
    onTestFinished(() => dataset.close());
    return { dataset, path };
  }

  it('belong to the rows of fer2013.csv, column by column', async () => {
    const { dataset, path } = await fer([header, ...rows].join('\r\n'));
    const votes = await readVotes(dataset, path, silentJob);
    const index = dataset.indexOf('PublicTest/000003')!;
    // angry, disgust, fear, happy, neutral, sad, surprise
    expect([...votes.shares.get(index)!]).toEqual([4, 5, 6, 1, 0, 3, 2].map((n) => n / 21));
    expect(votes.shares.size).toBe(2);
    expect(votes.ignored).toEqual(['Usage', 'contempt', 'unknown', 'NF']);
  });

  it('are found by the names of images where rows were left out', async () => {
    const { dataset, path } = await fer([header, rows[2]].join('\n'));
    expect((await readVotes(dataset, path, silentJob)).shares.has(dataset.indexOf('PublicTest/000003')!)).toBe(true);
  });

  it('are refused for rows that are not there, and without Usage', async () => {
    const { dataset, path } = await fer([header, 'Training,fer0000002.png,4,0,0,1,3,2,0,0,0,0'].join('\n'));
    await expect(readVotes(dataset, path, silentJob)).rejects.toThrow(
      'line 2: dataset fer2013 has no image Training/000003',
    );
    const other = await fer([header, ...rows].join('\n'), '');
    await expect(readVotes(other.dataset, other.path, silentJob)).rejects.toThrow('with the column Usage: import that');
  });
});

describe('readVotes', () => {
  it('makes shares of the votes for the classes, whatever the order of columns and rows', async () => {
    const { dataset, path } = await faces(
      'happy,image,unsure,angry\n3,train/happy/train-0.png,9,1\n\n0,.\\train\\angry\\train-1.png,0,0.5\n',
    );
    const votes = await readVotes(dataset, path, silentJob);
    const index = dataset.indexOf('train/happy/train-0.png')!;
    expect([...votes.shares.get(index)!]).toEqual([0.25, 0.75]);
    expect([...votes.shares.get(dataset.indexOf('train/angry/train-1.png')!)!]).toEqual([1, 0]);
    expect(votes.shares.size).toBe(2);
    expect(votes.ignored).toEqual(['unsure']);
    await writeFile(path, 'image,angry,happy\ntrain/angry/train-1.png,0.5,0\ntrain/happy/train-0.png,1,3\n');
    expect((await readVotes(dataset, path, silentJob)).digest).toBe(votes.digest);
    await writeFile(path, 'image,angry,happy\ntrain/angry/train-1.png,0.5,0\ntrain/happy/train-0.png,1,2\n');
    expect((await readVotes(dataset, path, silentJob)).digest).not.toBe(votes.digest);
  });

  it('leaves an image without a vote for any class out', async () => {
    const { dataset, path } = await faces(
      'image,angry,happy\ntrain/angry/train-0.png,0,0\ntrain/angry/train-1.png,2,0',
    );
    expect((await readVotes(dataset, path, silentJob)).shares.size).toBe(1);
  });

  it('is no part of an import: a votes file in the folder changes neither labels nor the dataset', async () => {
    const row = 'image,angry,happy\ntrain/angry/train-0.png,0,9\n';
    const [plain, voted] = [await faces(), await faces(row)];
    const labels = ({ images }: Dataset) => images.map(({ id, label }) => [id, label]);
    expect(labels(voted.dataset)).toEqual(labels(plain.dataset));
    expect(voted.dataset.file.labelDigest).toBe(plain.dataset.file.labelDigest);
    await readVotes(voted.dataset, voted.path, silentJob);
    await expect(readFile(join(voted.dataset.directory, 'labels'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('takes other separators, decimals with commas, and names in other case', async () => {
    const { dataset, path } = await faces(
      'Image;HAPPY;Angry;NF\nTrain/Angry/train-0.png;0,25;0,75;0\nTRAIN\\happy\\train-1.png;3;1;0\n',
    );
    const votes = await readVotes(dataset, path, silentJob);
    const shares = (id: string) => [...votes.shares.get(dataset.indexOf(id)!)!];
    expect(shares('train/angry/train-0.png')).toEqual([0.75, 0.25]);
    expect(shares('train/happy/train-1.png')).toEqual([0.25, 0.75]);
    expect(votes.ignored).toEqual(['NF']);
  });

  const head = 'image,angry,happy\ntrain/angry/train-0.png,1,2\n';
  it.each([
    ['image,angry\ntrain/angry/train-0.png,1\n', 'line 1: the column happy is missing'],
    ['path,angry,happy\n', 'line 1: the column image is missing'],
    ['image,angry,happy,angry\n', 'line 1: the column angry is there twice'],
    [`${head}train/angry/train-9.png,1,2\n`, 'line 3: image "train/angry/train-9.png" is not in dataset faces'],
    [`${head}train/angry/train-1.png,one,2\n`, 'line 3: the votes for angry are "one"; give a number from 0 on.'],
    [`${head}\ntrain/angry/train-1.png,1,-2\n`, 'line 4: the votes for happy are "-2"; give a number from 0 on.'],
    [`${head}train/angry/train-1.png,1\n`, 'line 3: the votes for happy are ""; give a number from 0 on.'],
    [`${head}train/angry/train-1.png,1,Infinity\n`, 'line 3: the votes for happy are "Infinity"'],
    [`${head}train/angry/train-0.png,1,2\n`, 'line 3: image "train/angry/train-0.png" has votes in line 2 already'],
    ['image,angry,happy\n', 'has no votes; expected the columns image and angry, happy'],
    ['', 'line 1: the column image, angry, happy is missing'],
    [`${head}train/angry/train-1.png,1,2,3\n`, 'line 3: it has 4 cells where the header has 3'],
    ['image;angry;happy\ntrain/angry/train-0.png;1,000;2\n', 'the votes for angry are "1,000"'],
  ])('refuses %j in one sentence', async (text, problem) => {
    const { dataset, path } = await faces(text);
    const failed = await readVotes(dataset, path, silentJob).catch((error: Error) => error);
    expect(failed).toMatchObject({ code: 'input' });
    expect((failed as Error).message).toContain(path);
    expect((failed as Error).message).toContain(problem);
    expect((failed as Error).message).not.toContain('\n');
  });

  it('says when there is no such file', async () => {
    const { dataset, path } = await faces();
    await expect(readVotes(dataset, path, silentJob)).rejects.toThrow(`There is no file ${path}; check the path.`);
  });
});

describe('voters', () => {
  const images = Array.from({ length: 4000 }, (_, i) => ({ id: `train/${i}.png`, split: 'train' as const, label: 0 }));
  const dataset = { name: 'faces', images } as unknown as Dataset;
  const all = Int32Array.from(images.keys());
  const shares = new Map(images.slice(0, 3000).map((_, i) => [i, [0.5, 0.2, 0, 0.3]]));

  it('draws each answer from the votes, and falls back on the known label', async () => {
    const answers = await voters(dataset, shares, 1).answer(all);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 3000; i++) counts[answers.get(i)!]++;
    for (const [c, share] of [0.5, 0.2, 0, 0.3].entries())
      expect(Math.abs(counts[c] / 3000 - share)).toBeLessThanOrEqual(4 * Math.sqrt((share * (1 - share)) / 3000));
    for (let i = 3000; i < 4000; i++) expect(answers.get(i)).toBe(0);
  });

  it('answers an image alike whenever and with whatever it is asked; another seed answers otherwise', async () => {
    const source = voters(dataset, shares, 1);
    const whole = await source.answer(all);
    const part = await voters(dataset, shares, 1).answer(Int32Array.of(2999, 7, 1500));
    for (const [i, answer] of part) expect(answer).toBe(whole.get(i));
    expect([...(await voters(dataset, shares, 2).answer(all)).values()]).not.toEqual([...whole.values()]);
  });

  it('takes a unanimous vote as it is, also where rounding leaves the shares below 1', async () => {
    const unanimous = new Map(images.map((_, i) => [i, [0, 0, 1 - 2 ** -53, 0]]));
    expect(new Set((await voters(dataset, unanimous, 1).answer(all)).values())).toEqual(new Set([2]));
  });
});

describe('scoreAgainstVotes', () => {
  it('gives cross-entropy, its bound, and agreement', () => {
    const probabilities = matrix(2, 2, Float64Array.of(0.9, 0.1, 0.4, 0.6));
    const score = scoreAgainstVotes(probabilities, [
      [0.75, 0.25],
      [0, 1],
    ]);
    // numpy 1.24.2: mean of -(v * log(p)).sum(1); entropy of (0.75, 0.25) is 0.562335, halved.
    expect(score?.logLoss).toBeCloseTo((-0.75 * Math.log(0.9) - 0.25 * Math.log(0.1) - Math.log(0.6)) / 2, 12);
    expect(score?.logLoss).toBeCloseTo(0.582746, 5);
    expect(score?.entropy).toBeCloseTo(0.2811676, 6);
    expect(score?.agreement).toBeCloseTo((0.75 + 1) / 2, 12);
    expect(score?.images).toBe(2);
  });

  it('reaches its bound when the probabilities are the votes, stays finite at 0, and is null without images', () => {
    const votes = [[0.2, 0.3, 0.5]];
    const perfect = scoreAgainstVotes(matrix(1, 3, Float64Array.of(0.2, 0.3, 0.5)), votes);
    expect(perfect?.logLoss).toBeCloseTo(perfect?.entropy ?? 0, 12);
    expect(scoreAgainstVotes(matrix(1, 3, Float64Array.of(1, 0, 0)), votes)?.logLoss).toBeCloseTo(
      0.8 * 52 * Math.LN2,
      9,
    );
    expect(scoreAgainstVotes(matrix(0, 3, new Float64Array(0)), [])).toBeNull();
  });
});
