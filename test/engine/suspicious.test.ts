import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/engine/numeric/random';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

interface Report {
  readonly labels: number;
  readonly suspicious: readonly {
    image: string;
    label: string;
    annotators: string[];
    suspicion: number;
    expected: string;
  }[];
}

/** The sample faces, all labelled, some on purpose wrongly. */
async function mislabelledFaces(faces: number, share: number) {
  const workspace = await temporaryFolder();
  const warmstart = (...args: string[]) => run(['--workspace', workspace, '--json', ...args], { cwd: workspace });
  expect(await warmstart('sample', 'faces', '--faces', String(faces))).toMatchObject({ code: 0 });
  const { path } = (await warmstart('export', 'faces', '--what', 'features', '--encoder', 'hog'))
    .json<{
      files: [string, string];
    }>()
    .files.reduce((found, file) => (file.endsWith('.csv') ? { path: file } : found), { path: '' });
  const images = (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .filter(([, , split]) => split === 'train')
    .map(([, image]) => image!);
  const classes = [...new Set(images.map((image) => image.split('/')[1]!))].sort();
  const random = Random.stream(3, 'mislabelled');
  const wrong = new Set(
    Array.from(random.permutation(images.length).slice(0, share * images.length), (i) => images[i]!),
  );
  const labels = images.map((image) => {
    const right = classes.indexOf(image.split('/')[1]!);
    const label = wrong.has(image) ? (right + 1 + random.integer(classes.length - 1)) % classes.length : right;
    return `${image},${classes[label]}`;
  });
  await writeFile(join(workspace, 'labels.csv'), ['image,label', ...labels].join('\n'));
  expect(await warmstart('label', 'faces', '--from', 'labels.csv', '--annotator', 'ana')).toMatchObject({ code: 0 });
  return { warmstart, workspace, images, wrong };
}

describe('suspicious', () => {
  it('puts labels that are wrong first: of 5 % of the sample faces more than 60 % into the first 5 %', async () => {
    const { warmstart, workspace, images, wrong } = await mislabelledFaces(400, 0.05);
    expect(wrong.size).toBe(20);
    const before = await readFile(join(workspace, 'warmstart/faces/labels/ana.jsonl'), 'utf8');
    const { labels, suspicious } = (await warmstart('suspicious', 'faces', '--most', '20')).json<Report>();
    expect(labels).toBe(images.length);
    expect(suspicious).toHaveLength(20);
    const found = suspicious.filter(({ image }) => wrong.has(image));
    expect(found.length / wrong.size).toBeGreaterThan(0.6);
    // and says what they are instead
    const righted = found.filter(({ image, expected }) => image.split('/')[1] === expected);
    expect(righted.length / found.length).toBeGreaterThan(0.6);
    const order = suspicious.map(({ suspicion }) => suspicion);
    expect(order).toEqual([...order].sort((a, b) => b - a));
    for (const { annotators } of suspicious) expect(annotators).toEqual(['ana']);
    expect(await readFile(join(workspace, 'warmstart/faces/labels/ana.jsonl'), 'utf8')).toBe(before);
  });

  it.each([
    ['few labels', 4],
    ['labels of one class', 12],
  ])('says that %s are too few', async (_, count) => {
    const workspace = await temporaryFolder();
    await writeImages(join(workspace, 'faces'), { classes: ['a', 'b'], train: 12, test: 1 });
    const warmstart = (...args: string[]) => run(['--workspace', workspace, ...args], { cwd: workspace });
    await warmstart('import', 'faces', '--encoder', 'hog');
    const none = await warmstart('suspicious', 'faces');
    expect(none.stderr).toMatch(/Dataset faces has 0 labels, too few/);
    await warmstart('query', 'faces', '--budget', String(count), '--strategy', 'random');
    const { picks } = JSON.parse(await readFile(join(workspace, 'warmstart/faces/rounds/0001.json'), 'utf8')) as {
      picks: { image: string }[];
    };
    const rows = picks.map(({ image }) => `${image},a`);
    await writeFile(join(workspace, 'labels.csv'), ['image,label', ...rows].join('\n'));
    await warmstart('label', 'faces', '--from', 'labels.csv');
    const refused = await warmstart('suspicious', 'faces');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/too few to tell which are suspicious; label at least 10 images of two classes\./);
  });
});
