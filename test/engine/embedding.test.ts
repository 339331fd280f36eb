import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { cp, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtInRecipe } from '../../src/engine/encoders/builtIn';
import { type EmbeddedDataset, embeddingsOf } from '../../src/engine/encoders/embedding/embed';
import { silentJob } from '../../src/engine/job';
import { type Matrix, row } from '../../src/engine/numeric/matrix';
import { readNpy } from '../../src/engine/store/npy';
import type { BuiltInName } from '../../src/shared/encoders';
import { cli, ensureBuilt } from '../support/built';
import { type Ran, run, startProgram } from '../support/commandLine';
import { projectFolder } from '../support/folders';
import { greyValues, picture, writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

/** A dataset of these files, without an import: embedding looks at nothing else. */
async function datasetOf(files: readonly Uint8Array[]): Promise<EmbeddedDataset> {
  const directory = await temporaryFolder();
  const images: EmbeddedDataset['images'][number][] = [];
  for (const [i, bytes] of files.entries()) {
    await writeFile(join(directory, `${i}.png`), bytes);
    const hash = createHash('sha256').update(bytes).digest('hex');
    images.push({ id: `${i}.png`, split: 'train', label: null, hash });
  }
  return {
    directory,
    cache: join(directory, '.cache'),
    images,
    pixels: { count: 0, channels: 1, height: 1, width: 1, read: () => {}, close: () => {} },
    sourceFile: (index) => join(directory, images[index]!.id),
  };
}

const faces = (count: number, seed = 1): Promise<Buffer[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => picture('a.png', { seed: seed + i, width: 48, height: 48 })));

const embed = (dataset: EmbeddedDataset, name: BuiltInName = 'faces', job = silentJob): Promise<Matrix<Float32Array>> =>
  embeddingsOf(
    dataset,
    { name, pretrained: false, recipe: builtInRecipe(name, ['happy', 'sad']), projection: null },
    job,
    cli,
  );

describe('embedding', () => {
  it.each(['faces', 'general'] as const)('by %s does not depend on what is looked at beside', async (name) => {
    const files = await faces(37);
    const all = await embed(await datasetOf(files), name);
    expect([all.rows, all.columns]).toEqual([37, builtInRecipe(name, ['happy', 'sad']).dimensions]);
    for (const chosen of [[36], [3, 30, 17, 4, 9, 22, 1, 2]]) {
      const few = await embed(await datasetOf(chosen.map((i) => files[i]!)), name);
      for (const [i, index] of chosen.entries()) expect(row(few, i)).toEqual(row(all, index));
    }
  });

  it('looks at the mirrored image too, unless a class names a side', async () => {
    const [file] = await faces(1);
    const mirrored = await sharp(file).flop().png().toBuffer();
    const rows = await embed(await datasetOf([file!, mirrored]));
    for (let j = 0; j < rows.columns; j += 7) expect(row(rows, 0)[j]).toBeCloseTo(row(rows, 1)[j]!, 4);
    expect(builtInRecipe('faces', ['looks left', 'looks right']).mirrored).toBe(false);
    expect(builtInRecipe('faces', ['happy', 'brightness']).mirrored).toBe(true);
  });

  it('goes on where it was stopped: what is there is not computed again, and the bytes are the same', async () => {
    const files = await faces(400);
    const whole = await embed(await datasetOf(files));
    const dataset = await datasetOf(files);
    const abort = new AbortController();
    const isKept = () => readdirSync(dataset.cache, { recursive: true }).some((file) => String(file).endsWith('.txt'));
    await expect(
      embed(dataset, 'faces', { signal: abort.signal, report: () => isKept() && abort.abort() }),
    ).rejects.toThrow(/Cancelled/);
    const seen: number[] = [];
    const rows = await embed(dataset, 'faces', { ...silentJob, report: ({ done }) => void seen.push(done) });
    expect(seen[0]).toBeGreaterThanOrEqual(128);
    expect(rows.data).toEqual(whole.data);
  });

  it('says which file has changed, or is gone', async () => {
    const dataset = await datasetOf(await faces(3));
    await writeFile(dataset.sourceFile(1)!, await picture('a.png', { seed: 99 }));
    await expect(embed(dataset)).rejects.toThrow(
      /1\.png is no longer the image that was imported; put the old one back/,
    );
    await rm(dataset.sourceFile(1)!);
    await expect(embed(dataset)).rejects.toThrow(/1\.png can't be read any more: the file is missing; put it back/);
  });
});

describe('a new dataset', () => {
  const folder = async (classes = ['angry', 'happy']) => {
    const workspace = await temporaryFolder();
    await writeImages(join(workspace, 'pictures'), { classes, train: 14, test: 4 });
    return workspace;
  };

  it('says which encoder it uses, chooses its first batch without pre-training, and learns on it', async () => {
    const workspace = await folder();
    const imported = await run(['import', 'pictures', '--json'], { cwd: workspace });
    expect(imported.json<{ features: object }>().features).toEqual({
      use: 'faces',
      why: 'the classes are expressions of faces (angry, happy)',
    });
    const written = JSON.parse(await readFile(join(workspace, 'warmstart/pictures/features.json'), 'utf8'));
    expect(written).toMatchObject({ schema: 1, use: 'faces', chosenBy: 'guess' });
    const asked = await run(['query', 'pictures', '--budget', '6', '--json'], { cwd: workspace });
    const { round } = asked.json<{ round: { encoder: object; picks: object[] } }>();
    expect(round.encoder).toMatchObject({ pretrained: false, descriptor: 'faces' });
    expect(round.picks).toHaveLength(6);
    await run(['label', 'pictures', '--oracle'], { cwd: workspace });
    const trained = await run(['train', 'pictures', '--json'], { cwd: workspace });
    expect(trained.json<{ results: object }>().results).toMatchObject({ learner: 'probe', encoder: round.encoder });
  });

  it('takes the encoder that is asked for, and keeps it when it is imported again', async () => {
    const workspace = await folder();
    await run(['import', 'pictures', '--encoder', 'hog'], { cwd: workspace });
    const again = await run(['import', 'pictures', '--json'], { cwd: workspace });
    expect(again.json<{ features: object }>().features).toMatchObject({ use: 'hog' });
    const wrong = await run(['import', 'pictures', '--encoder', 'eagle'], { cwd: workspace });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/Known are .*faces, general, continued, external:<name>/);
  });

  it('looks for faces where the classes tell nothing', async () => {
    const workspace = await folder(['left', 'right']);
    const imported = await run(['import', 'pictures', '--json'], { cwd: workspace });
    expect(imported.json<{ features: object }>().features).toEqual({
      use: 'general',
      why: 'only 0 of 28 images that were looked at show a face',
    });
  });

  it('works on the rows of a table, which have no files', async () => {
    const workspace = await temporaryFolder();
    const line = (seed: number, usage: string) => `${seed % 2},${[...greyValues(seed, 48, 48)].join(' ')},${usage}`;
    const lines = Array.from({ length: 12 }, (_, i) => line(i, i < 9 ? 'Training' : 'PublicTest'));
    await writeFile(join(workspace, 'fer.csv'), ['emotion,pixels,Usage', ...lines].join('\n'));
    await run(['import', 'fer.csv'], { cwd: workspace });
    const asked = await run(['query', 'fer', '--budget', '4', '--json'], { cwd: workspace });
    expect(asked.json<{ round: object }>().round).toMatchObject({ encoder: { descriptor: 'faces' } });
    await run(['export', 'fer', '--what', 'features', '--encoder', 'faces', '--out', 'rows.npy'], { cwd: workspace });
    const rows = await readNpy(join(workspace, 'rows.npy'));
    expect(rows.shape[0]).toBe(12);
    await run(['export', 'fer', '--what', 'features', '--out', 'inUse.npy'], { cwd: workspace });
    expect(await readNpy(join(workspace, 'inUse.npy'))).toEqual(rows);
  });
});

describe('a part of Warmstart', () => {
  /** The program in another place, so that its parts can be harmed. */
  async function copiedProgram(): Promise<string> {
    const copy = await temporaryFolder();
    await cp(join(projectFolder, 'dist'), join(copy, 'dist'), { recursive: true });
    await symlink(join(projectFolder, 'node_modules'), join(copy, 'node_modules'));
    return join(copy, 'dist');
  }

  it.each([
    [
      'damaged',
      (path: string) => truncate(path, 1000),
      /faceres\.bin is not the file that Warmstart was shipped with; install/,
    ],
    ['missing', (path: string) => rm(path), /faceres\.bin, a part of Warmstart, is missing; install Warmstart again/],
  ])('that is %s is named, and the dataset is as it was', async (_, harm, sentence) => {
    const program = await copiedProgram();
    await harm(join(program, 'encoders/faceres.bin'));
    const workspace = await temporaryFolder();
    await mkdir(workspace, { recursive: true });
    await writeImages(join(workspace, 'pictures'), { classes: ['angry', 'happy'], train: 4, test: 0 });
    const runThere = (...args: string[]): Promise<Ran> =>
      startProgram(process.execPath, [join(program, 'cli.js'), ...args], { cwd: workspace }).ended;
    expect((await runThere('import', 'pictures')).code).toBe(0);
    const asked = await runThere('query', 'pictures', '--budget', '2');
    expect(asked.code).toBe(1);
    expect(asked.stderr.trim().split('\n').at(-1)).toMatch(sentence);
    expect((await run(['query', 'pictures', '--budget', '2', '--quiet'], { cwd: workspace })).code).toBe(0);
  });
});
