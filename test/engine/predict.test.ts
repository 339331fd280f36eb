import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { labelsOnDisk } from '../support/labelsOnDisk';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

const classes = ['angry', 'happy', 'sad'];
const TRAIN = 20; // of each class

beforeAll(ensureBuilt);

type Warmstart = (...args: string[]) => ReturnType<typeof run>;

interface Place {
  readonly warmstart: Warmstart;
  readonly workspace: string;
  readonly directory: string;
}

/** Real image files, a labelled round of HOG's and a model. */
async function trained(): Promise<Place> {
  const place = await imported();
  for (const args of [
    ['query', 'faces', '--budget', '24', '--strategy', 'random'],
    ['label', 'faces', '--oracle'],
    ['train', 'faces'],
  ])
    expect(await place.warmstart(...args)).toMatchObject({ code: 0 });
  return place;
}

async function imported(): Promise<Place> {
  const workspace = await temporaryFolder();
  await writeImages(join(workspace, 'faces'), { classes, train: TRAIN, test: 4 });
  const warmstart: Warmstart = (...args) => run(['--workspace', workspace, '--json', ...args], { cwd: workspace });
  const { directory } = (await warmstart('import', 'faces', '--encoder', 'hog')).json<{ directory: string }>();
  return { warmstart, workspace, directory };
}

interface Entry {
  readonly image: string;
  readonly label: string;
  readonly source: string;
  readonly probability: number;
  readonly predicted: string;
  readonly note: string;
  readonly probabilities: Readonly<Record<string, number>>;
}

async function entries({ warmstart, workspace }: Place, ...args: string[]): Promise<readonly Entry[]> {
  const out = join(workspace, 'predictions.json');
  expect(await warmstart('predict', 'faces', '--format', 'json', '--out', out, ...args)).toMatchObject({ code: 0 });
  return (JSON.parse(await readFile(out, 'utf8')) as { images: Entry[] }).images;
}

const cacheOf = ({ directory }: Place) => join(directory, '.cache', 'predictions');

describe('predict', () => {
  it('gives every image a label: by people where they answered, by the model elsewhere, which counts nowhere', async () => {
    const place = await trained();
    const { warmstart, directory } = place;
    const images = await entries(place);
    expect(images).toHaveLength(TRAIN * classes.length);
    expect(images.map(({ image }) => image)).toEqual(images.map(({ image }) => image).sort());
    const given = await labelsOnDisk(directory, 'oracle');
    const answered = images.filter(({ source }) => source !== 'model');
    expect(new Set(answered.map(({ image }) => image))).toEqual(new Set(Object.keys(given)));
    for (const { image, label, source, predicted, probability, probabilities } of images) {
      const answer = given[image]?.label;
      expect(label).toBe(answer ?? predicted);
      expect(source).toBe(answer === undefined ? 'model' : answer === predicted ? 'both' : 'person');
      expect(probability).toBe(probabilities[label]);
      expect(probabilities[predicted]).toBe(Math.max(...Object.values(probabilities)));
      expect(Object.values(probabilities).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 3);
    }
    // nothing of it became an answer, or was trained on
    expect(await readdir(join(directory, 'labels'))).toEqual(['oracle.jsonl']);
    expect((await warmstart('train', 'faces')).json()).toMatchObject({ trained: false, results: { labelled: 24 } });
  });

  it('says of an image what suggest says of it', async () => {
    const place = await trained();
    await place.warmstart('query', 'faces', '--budget', '8', '--strategy', 'random');
    const { suggestions } = (await place.warmstart('suggest', 'faces', '--round', '2')).json<{
      suggestions: { image: string; label: string; probability: number }[];
    }>();
    const all = new Map((await entries(place)).map((entry) => [entry.image, entry]));
    expect(suggestions).toHaveLength(8);
    for (const { image, label, probability } of suggestions) {
      expect(all.get(image)).toMatchObject({ source: 'model', label });
      expect(all.get(image)!.probability).toBeCloseTo(probability, 3);
    }
  });

  it('writes a csv with a row an image and a column a class', async () => {
    const { warmstart, directory } = await trained();
    const { path, written } = (await warmstart('predict', 'faces')).json<{
      path: string;
      written: { person: number; model: number; both: number };
    }>();
    expect(path).toBe(join(directory, 'exports/predictions.csv'));
    expect(written.model).toBe(TRAIN * classes.length - 24);
    expect(written.person + written.both).toBe(24);
    const [header, ...rows] = (await readFile(path, 'utf8')).trim().split('\n');
    expect(header).toBe('image,split,label,source,probability,predicted,note,p(angry),p(happy),p(sad)');
    expect(rows).toHaveLength(TRAIN * classes.length);
  });

  it('writes COCO with score and source', async () => {
    const { warmstart, workspace } = await trained();
    const out = join(workspace, 'all.coco.json');
    await warmstart('predict', 'faces', '--format', 'coco', '--out', out, '--split', 'all');
    const coco = JSON.parse(await readFile(out, 'utf8')) as {
      images: { id: number; file_name: string }[];
      annotations: { image_id: number; category_id: number; score: number; source: string }[];
    };
    expect(coco.images).toHaveLength((TRAIN + 4) * classes.length);
    expect(coco.annotations.map(({ image_id }) => image_id)).toEqual(coco.images.map(({ id }) => id));
    for (const { category_id, score, source } of coco.annotations) {
      expect([1, 2, 3]).toContain(category_id);
      expect(score).toBeGreaterThan(0);
      expect(['person', 'model', 'both']).toContain(source);
    }
  });

  it.each([
    ['copies', [], false],
    ['links', ['--links'], true],
  ] as const)('puts %s into class folders, with the bytes of the images', async (_, flags, linked) => {
    const place = await trained();
    const { warmstart, workspace } = place;
    const out = join(workspace, 'sorted');
    expect(await warmstart('predict', 'faces', '--format', 'folders', '--out', out, ...flags)).toMatchObject({
      code: 0,
    });
    expect(readdirSync(out).sort()).toEqual(classes);
    for (const { image, label } of await entries(place)) {
      const there = join(out, label, image);
      expect(lstatSync(there).isSymbolicLink()).toBe(linked);
      expect(await readFile(there)).toEqual(await readFile(join(workspace, 'faces', image)));
    }
    const again = await warmstart('predict', 'faces', '--format', 'folders', '--out', out);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/sorted holds files already; pass an empty or a new folder/);
    expect((await readdir(workspace)).filter((name) => name.includes('.part-'))).toEqual([]);
  });

  it('leaves out what the model is not sure of, and never what people answered', async () => {
    const place = await trained();
    const all = await entries(place);
    const sure = await entries(place, '--at-least', '0.6');
    expect(sure).toEqual(all.filter(({ source, probability }) => source !== 'model' || probability >= 0.6));
    expect(sure.length).toBeLessThan(all.length);
    expect(await place.warmstart('predict', 'faces', '--at-least', '60')).toMatchObject({ code: 2 });
  });

  it('keeps one file in the cache, makes a damaged one anew, and a new model another', async () => {
    const place = await trained();
    const before = await entries(place);
    const [name, ...others] = await readdir(cacheOf(place));
    expect(others).toEqual([]);
    const { mtimeMs } = await stat(join(cacheOf(place), name!));
    expect(await entries(place)).toEqual(before);
    expect((await stat(join(cacheOf(place), name!))).mtimeMs).toBe(mtimeMs);

    await writeFile(join(cacheOf(place), name!), 'nonsense');
    expect(await entries(place)).toEqual(before);

    await place.warmstart('query', 'faces', '--budget', '12', '--strategy', 'random');
    await place.warmstart('label', 'faces', '--oracle');
    await place.warmstart('train', 'faces');
    const after = await entries(place);
    expect(after.filter(({ source }) => source !== 'model')).toHaveLength(36);
    expect(after.map(({ probability }) => probability)).not.toEqual(before.map(({ probability }) => probability));
    const now = await readdir(cacheOf(place));
    expect(now).toHaveLength(1);
    expect(now).not.toContain(name);
  });

  it('notes what people disagree on or skipped, and has the model label it', async () => {
    const place = await trained();
    const [first, second] = (await entries(place)).filter(({ source }) => source === 'model');
    const other = classes.find((name) => name !== first!.predicted)!;
    const at = '2026-01-31T12:00:00.000Z';
    const saved = (label: object) => JSON.stringify({ schema: 1, labels: label });
    const file = (annotator: string) => join(place.directory, 'labels', `${annotator}.json`);
    await writeFile(file('ana'), saved({ [first!.image]: { label: other, at, seconds: 1 } }));
    await writeFile(
      file('ben'),
      saved(
        Object.fromEntries(
          [
            [first!.image, { label: first!.predicted, at, seconds: 1 }] as const,
            [second!.image, { skipped: true, at, seconds: 1 }] as const,
          ].sort(([a], [b]) => (a < b ? -1 : 1)),
        ),
      ),
    );
    const now = new Map((await entries(place)).map((entry) => [entry.image, entry]));
    expect(now.get(first!.image)).toMatchObject({ source: 'model', label: first!.predicted, note: 'disputed' });
    expect(now.get(second!.image)).toMatchObject({ source: 'model', label: second!.predicted, note: 'skipped' });
  });

  it('is never read back as answers', async () => {
    const { warmstart, directory } = await trained();
    const { path } = (await warmstart('predict', 'faces')).json<{ path: string }>();
    const refused = await warmstart('label', 'faces', '--from', path, '--annotator', 'eve');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/predictions\.csv line \d+: this row is a model's prediction/);
    expect(existsSync(join(directory, 'labels/eve.jsonl'))).toBe(false);
  });

  it('is read back as reviewed predictions where a person has looked it over, corrections included', async () => {
    const place = await trained();
    const { warmstart, directory, workspace } = place;
    const { path } = (await warmstart('predict', 'faces')).json<{ path: string }>();
    const [header, ...rows] = (await readFile(path, 'utf8')).trim().split('\n');
    const ofModel = rows.filter((row) => row.split(',')[3] === 'model');
    const [image, , predicted] = ofModel[0]!.split(',');
    const other = classes.find((name) => name !== predicted)!;
    const corrected = ofModel[0]!.replace(`,${predicted},model`, `,${other},model`);
    const kept = [corrected, ...ofModel.slice(1, 5), ...rows.filter((row) => !ofModel.includes(row))];
    const looked = join(workspace, 'looked.csv');
    await writeFile(looked, [header, ...kept].join('\n'));
    const label = (...args: string[]) => warmstart('label', 'faces', '--from', looked, '--annotator', 'eve', ...args);
    expect((await label('--reviewed')).json()).toMatchObject({ added: 5, ofPeople: 24 });
    const labels = await labelsOnDisk(directory, 'eve');
    expect(Object.keys(labels)).toHaveLength(5);
    for (const entry of Object.values(labels)) expect(entry).toMatchObject({ source: 'reviewed', seconds: 0 });
    expect(labels).toHaveProperty([image, 'label'], other);
    expect((await warmstart('train', 'faces')).json()).toMatchObject({ results: { labelled: 29, reviewed: 5 } });
    const again = (await warmstart('predict', 'faces')).json();
    expect(again).toMatchObject({ written: { reviewed: 5 } });
    // what is exported stays what it is
    const out = join(workspace, 'labels.csv');
    await warmstart('export', 'faces', '--what', 'labels', '--out', out);
    await rm(join(directory, 'labels/eve.jsonl'));
    await warmstart('label', 'faces', '--from', out, '--annotator', 'eve');
    const back = await labelsOnDisk(directory, 'eve');
    expect(Object.values(back).filter((entry) => 'source' in entry)).toHaveLength(5);
    expect(back).toHaveProperty([image, 'source'], 'reviewed');
  });

  it('refuses --reviewed for what is no file of predictions', async () => {
    const { warmstart, workspace } = await trained();
    const path = join(workspace, 'mine.csv');
    await writeFile(path, 'image,label\na.png,sad\n');
    const refused = await warmstart('label', 'faces', '--from', path, '--reviewed');
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toMatch(/mine\.csv line 1: there is no column source.*leave --reviewed out/);
    expect(await warmstart('label', 'faces', '--oracle', '--reviewed')).toMatchObject({ code: 2 });
  });

  it('says that the model is an older one where rounds look through another encoder, and changes no label', async () => {
    const { warmstart, directory } = await trained();
    const before = await readFile(join(directory, 'labels/oracle.jsonl'), 'utf8');
    await writeFile(
      join(directory, 'features.json'),
      JSON.stringify({ schema: 1, use: 'general', chosenBy: 'person', why: 'a test' }),
    );
    const results = join(directory, 'results/0001.json');
    const file = JSON.parse(await readFile(results, 'utf8'));
    await writeFile(results, JSON.stringify({ ...file, encoder: { ...file.encoder, digest: 'f'.repeat(64) } }));
    const older = await warmstart('predict', 'faces');
    expect(older.code).toBe(1);
    expect(older.stderr).toMatch(/The newest model of faces was trained on an earlier encoder.*train again/);
    expect(await readFile(join(directory, 'labels/oracle.jsonl'), 'utf8')).toBe(before);
  });

  it('says what is missing, and refuses what makes no sense', async () => {
    const place = await imported();
    const none = await place.warmstart('predict', 'faces');
    expect(none.code).toBe(1);
    expect(none.stderr).toMatch(/Dataset faces has no trained model yet: label a batch, then train/);
    expect((await place.warmstart('predict', 'faces', '--links')).stderr).toMatch(/--links is for class folders/);
    expect(await place.warmstart('predict', 'faces', '--format', 'xml')).toMatchObject({ code: 2 });
  });

  it('copies no rows of a table, and leaves nothing behind', async () => {
    const workspace = await temporaryFolder();
    const pixels = (seed: number) =>
      Array.from({ length: 48 * 48 }, (_, i) => (i * seed + 7 * (i % 48)) % 256).join(' ');
    const rows = Array.from(
      { length: 24 },
      (_, i) => `${i % 7},${pixels(i + 1)},${i < 20 ? 'Training' : 'PublicTest'}`,
    );
    await writeFile(join(workspace, 'fer2013.csv'), ['emotion,pixels,Usage', ...rows].join('\n'));
    const warmstart: Warmstart = (...args) => run(['--workspace', workspace, ...args], { cwd: workspace });
    for (const args of [
      ['import', 'fer2013.csv', '--name', 'fer', '--encoder', 'hog'],
      ['query', 'fer', '--budget', '14', '--strategy', 'random'],
      ['label', 'fer', '--oracle'],
      ['train', 'fer'],
    ])
      expect(await warmstart(...args)).toMatchObject({ code: 0 });
    await mkdir(join(workspace, 'empty'));
    const refused = await warmstart('predict', 'fer', '--format', 'folders', '--out', 'empty');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/rows of a table, not files.*--format csv/);
    expect(await readdir(join(workspace, 'empty'))).toEqual([]);
    expect(await warmstart('predict', 'fer')).toMatchObject({ code: 0 });
  });
});
