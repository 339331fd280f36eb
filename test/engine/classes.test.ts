import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

const classes = ['angry', 'happy', 'sad'];

async function place() {
  const workspace = await temporaryFolder();
  await writeImages(join(workspace, 'faces'), { classes, train: 10, test: 4 });
  const warmstart = (...args: string[]) => run(['--workspace', workspace, '--json', ...args], { cwd: workspace });
  const directory = join(workspace, 'warmstart', 'faces');
  const json = async (file: string) => JSON.parse(await readFile(join(directory, file), 'utf8'));
  return { workspace, warmstart, directory, json };
}

type Place = Awaited<ReturnType<typeof place>>;

async function trained(): Promise<Place> {
  const made = await place();
  for (const args of [
    ['import', 'faces', '--encoder', 'hog'],
    ['query', 'faces', '--budget', '18', '--strategy', 'random'],
    ['label', 'faces', '--oracle'],
    ['train', 'faces'],
  ])
    expect(await made.warmstart(...args)).toMatchObject({ code: 0 });
  return made;
}

interface Predicted {
  readonly image: string;
  readonly predicted: string;
  readonly probabilities: Readonly<Record<string, number>>;
}

/** What the model says of every image, with probabilities to two digits: training anew changes later ones. */
async function predictions({ warmstart, workspace }: Place): Promise<readonly unknown[]> {
  const out = join(workspace, 'predictions.json');
  const ran = await warmstart('predict', 'faces', '--format', 'json', '--split', 'all', '--out', out);
  expect(ran).toMatchObject({ code: 0 });
  const { images } = JSON.parse(await readFile(out, 'utf8')) as { images: Predicted[] };
  return images.map(({ image, predicted, probabilities }) => [
    image,
    predicted,
    classes.map((name) => probabilities[name]?.toFixed(2)),
  ]);
}

const accuracyOf = async ({ json }: Place) => (await json('results/0001.json')).metrics.accuracy;

describe('a dataset without classes', () => {
  it('is imported and listed; a round says what to do, and goes on once there are two', async () => {
    const { warmstart, json } = await place();
    expect((await warmstart('import', 'faces', '--no-classes', '--encoder', 'hog')).json()).toMatchObject({
      classes: [],
    });
    for (const [names, reason] of [
      [null, /no classes yet.*class add faces/],
      ['zoo', /only the class "zoo"/],
    ] as const) {
      if (names) expect(await warmstart('class', 'add', 'faces', names)).toMatchObject({ code: 0 });
      for (const command of ['query', 'train']) {
        const { code, stderr } = await warmstart(command, 'faces');
        expect([code, reason.test(stderr)], `${command}: ${stderr}`).toEqual([1, true]);
      }
    }
    expect((await warmstart('class', 'add', 'faces', ' apple')).json()).toMatchObject({ classes: ['zoo', 'apple'] });
    expect(await warmstart('query', 'faces', '--budget', '4')).toMatchObject({ code: 0 });
    expect(await json('dataset.json')).toMatchObject({ classes: ['zoo', 'apple'], layoutClasses: [] });
  });
});

describe('changed classes', () => {
  it('are trained on anew by whoever asks, and no index of the old ones is taken for another class', async () => {
    const made = await trained();
    const before = await predictions(made);
    const accuracy = await accuracyOf(made);
    const old = await readFile(join(made.directory, 'models/round-0001.safetensors'));
    expect(await made.warmstart('class', 'order', 'faces', 'sad', 'angry')).toMatchObject({ code: 0 });
    expect(await predictions(made)).toEqual(before);
    expect(await made.json('results/0001.json')).toMatchObject({ classes: ['sad', 'angry', 'happy'] });
    expect(await accuracyOf(made)).toBe(accuracy);
    expect((await readFile(join(made.directory, 'models/round-0001.safetensors'))).equals(old)).toBe(false);

    // the same by hand or by `git pull`: the list alone says other classes than the model was trained on
    const file = await made.json('dataset.json');
    await writeFile(
      join(made.directory, 'dataset.json'),
      JSON.stringify({ ...file, classes: ['happy', 'sad', 'angry'] }),
    );
    expect(await predictions(made)).toEqual(before);
    const { suggestions } = (await made.warmstart('suggest', 'faces', '--round', '1')).json<{
      suggestions: { image: string; label: string }[];
    }>();
    const said = new Map(before.map((one) => (one as [string, string]).slice(0, 2) as [string, string]));
    expect(suggestions.every(({ image, label }) => said.get(image) === label)).toBe(true);
  });

  it('rename, merge and remove go through labels, rounds, test images and predictions, and back', async () => {
    const made = await trained();
    const before = await predictions(made);
    expect((await made.warmstart('class', 'rename', 'faces', 'happy', 'joy')).json()).toMatchObject({
      classes: ['angry', 'joy', 'sad'],
    });
    expect(await made.warmstart('query', 'faces', '--budget', '4')).toMatchObject({ code: 0 });
    expect(await made.warmstart('class', 'merge', 'faces', 'angry', '--into', 'sad')).toMatchObject({ code: 0 });
    const merged = (await made.warmstart('train', 'faces')).json<{
      results: { classes: string[]; metrics: { count: number } };
    }>();
    expect(merged.results).toMatchObject({ classes: ['joy', 'sad'], metrics: { count: 12 } }); // all test images
    const refused = await made.warmstart('class', 'remove', 'faces', 'joy');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--drop-labels')]);
    for (const _ of [1, 2]) expect(await made.warmstart('class', 'undo', 'faces')).toMatchObject({ code: 0 });
    expect((await made.json('dataset.json')).classes).toEqual(classes);
    expect(await predictions(made)).toEqual(before);
  });
});

describe('importing again', () => {
  it('takes in what has come and keeps labels and rounds when images are gone for a while', async () => {
    const { workspace, warmstart, json } = await trained();
    const [pick] = (await json('rounds/0001.json')).picks as { image: string }[];
    const path = join(workspace, 'faces', pick!.image);
    const bytes = await readFile(path);
    await rm(path);
    await writeFile(join(workspace, 'faces/train/happy/new.png'), bytes);
    expect((await warmstart('import', 'faces')).json()).toMatchObject({
      changes: { added: ['train/happy/new.png'], missing: [pick!.image] },
    });
    const labels = async () =>
      (await warmstart('train', 'faces')).json<{ results: { labelled: number } }>().results.labelled;
    expect(await labels()).toBe(17);
    expect((await json('dataset.json')).gone).toEqual([pick!.image]);
    expect((await warmstart('query', 'faces', '--budget', '2')).code).toBe(0); // nobody waits for the one that is gone
    await writeFile(path, bytes);
    expect((await warmstart('import', 'faces')).json()).toMatchObject({
      changes: { added: [pick!.image], missing: [] },
    });
    expect(await labels()).toBe(18);
  });
});
