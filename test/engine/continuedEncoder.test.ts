import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { imagesWithin, viewMapsOf } from '../../src/engine/encoders/continued/viewMaps';
import { continuedViews } from '../../src/engine/encoders/continued/views';
import { silentJob } from '../../src/engine/job';
import { sha256 } from '../../src/engine/store/digest';
import { readSafetensors } from '../../src/engine/store/safetensors';
import type { ContinuedFile } from '../../src/shared/schema/continued';
import { cli, ensureBuilt } from '../support/built';
import { onBusyMachine } from '../support/busy';
import { run, start, untilWritten } from '../support/commandLine';
import { testEngine } from '../support/forkedEngine';
import { importedFaces } from '../support/importedFaces';
import { writeFiles } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

const IMAGES = 20;

/** A dataset of the same images, whatever their classes. */
async function workspaceOf(classes: readonly string[] = ['happy', 'sad'], images = IMAGES) {
  const workspace = await temporaryFolder();
  const files = Array.from({ length: images }, (_, i) => [
    `pictures/train/${classes[i % classes.length]}/${i}.png`,
    { seed: i + 1, width: 48, height: 48 },
  ]);
  await writeFiles(workspace, Object.fromEntries(files));
  const warmstart = (...args: string[]) => run(['--workspace', workspace, ...args], { cwd: workspace });
  expect((await warmstart('import', 'pictures', '--encoder', 'faces')).code).toBe(0);
  const directory = join(workspace, 'warmstart/pictures');
  const weights = async () =>
    new Map(
      [...(await readSafetensors(join(directory, 'models/continued.safetensors'))).parameters].map(
        ([name, { data }]) => [name, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')],
      ),
    );
  const json = async <T>(file: string) => JSON.parse(await readFile(join(directory, file), 'utf8')) as T;
  return { workspace, directory, warmstart, weights, json };
}

const pretrain = ['pretrain', 'pictures', '--encoder', 'faces'] as const;

describe('a built-in encoder that goes on learning', () => {
  it('learns the same whatever the labels are, also where it was killed; rounds look through it, and it can be taken back', async () => {
    const straight = await workspaceOf();
    const ended = await straight.warmstart(...pretrain, '--epochs', '5');
    expect(ended.stdout).toMatch(/Without labels, before → after: alignment 0\.\d+ → 0\.\d+, uniformity/);
    expect(ended.stdout).toMatch(/Too few labels yet/);
    const info = await straight.json<ContinuedFile>('models/continued.json');
    expect(info).toMatchObject({ base: { name: 'faces' }, images: IMAGES, of: IMAGES, epochs: 5, steps: 5 });
    expect(info.history).toHaveLength(5);
    expect(info.history.at(-1)!.loss).toBeLessThan(info.history[0]!.loss);
    expect(await straight.json('features.json')).toMatchObject({ use: 'continued' });

    const killed = await workspaceOf(['sad', 'left', 'happy']);
    await killed.warmstart('encoder', 'use', 'pictures', 'general');
    const first = start(['--workspace', killed.workspace, ...pretrain, '--epochs', '5'], { cwd: killed.workspace });
    await untilWritten(join(killed.directory, '.cache/continued.safetensors'), first);
    first.child.kill('SIGKILL');
    await first.ended;
    expect((await killed.warmstart(...pretrain, '--epochs', '4')).stderr).toMatch(/unfinished pre-training/);
    expect((await killed.warmstart(...pretrain, '--epochs', '5')).code).toBe(0);
    // rounds looked through something else, and a class names a side, so no view is mirrored
    expect(await killed.json('features.json')).toMatchObject({ use: 'general' });
    expect((await killed.json<ContinuedFile>('models/continued.json')).options).toMatchObject({
      how: { flipProbability: 0 },
    });
    const again = await workspaceOf(['right', 'happy']);
    expect((await again.warmstart(...pretrain, '--epochs', '5')).code).toBe(0);
    expect(await again.weights()).toEqual(await killed.weights());
    expect(await again.weights()).not.toEqual(await straight.weights());

    const { warmstart } = straight;
    expect((await warmstart(...pretrain)).stdout).toMatch(/Continued already/);
    expect((await warmstart('encoder', 'list', 'pictures')).stdout).toMatch(/continued +in use/);
    expect((await warmstart('pretrain', 'pictures', '--encoder', 'general')).stderr).toMatch(
      /has an encoder already that was continued from faces; pass --restart/,
    );
    expect((await warmstart('encoder', 'remove', 'pictures', 'continued')).stderr).toMatch(/"continued" is in use/);
    await warmstart('query', 'pictures', '--budget', '2');
    const projections = async () =>
      (await readdir(join(straight.directory, 'models'))).filter((file) => file.startsWith('projection-'));
    expect(await projections()).toHaveLength(2); // its own, and that of the encoder that it was
    await warmstart('encoder', 'use', 'pictures', 'faces');
    expect((await warmstart('encoder', 'remove', 'pictures', 'continued')).code).toBe(0);
    expect(await projections()).toHaveLength(1);
    expect((await warmstart('encoder', 'use', 'pictures', 'continued')).stderr).toMatch(
      /has no pre-trained encoder, so it can't look through continued; run pretrain with --encoder faces/,
    );
  });

  it('says in a sentence what is wrong with its files, or with what is asked for', async () => {
    const { directory, warmstart, json } = await workspaceOf();
    expect((await warmstart(...pretrain, '--from', 'others', '--preset', 'paper')).stderr).toMatch(
      /--preset and --from are for encoders that learn from nothing but images; leave them out/,
    );
    expect((await warmstart(...pretrain, '--grid', '3')).stderr).toMatch(/--grid is for encoders that learn/);
    expect((await warmstart(...pretrain, '--epochs', '1')).code).toBe(0);
    const info = join(directory, 'models/continued.json');
    const query = ['query', 'pictures', '--budget', '2', '--quiet'];
    const written = await json<ContinuedFile>('models/continued.json');
    await writeFile(info, JSON.stringify({ ...written, base: { ...written.base, digest: 'a'.repeat(64) } }));
    expect((await warmstart(...query)).stderr).toMatch(/do not belong together; run pretrain with --encoder faces/);
    await writeFile(info, JSON.stringify(written));
    await writeFile(join(directory, 'models/continued.safetensors'), 'nothing');
    expect((await warmstart(...query)).stderr).toMatch(/continued\.safetensors is not a usable safetensors file/);
    await rm(join(directory, 'models/continued.safetensors'));
    expect((await warmstart(...query)).stderr).toMatch(/continued\.safetensors is missing/);
    await rm(info);
    expect((await warmstart(...query)).stderr).toMatch(
      /looks through continued, but its pre-trained encoder is not there; run pretrain with --encoder/,
    );
  });

  it('takes its place although it was stopped while labels were asked, and learns nothing twice', async () => {
    const { workspace, directory, warmstart, json } = await workspaceOf(['happy', 'sad'], 48);
    await warmstart('query', 'pictures', '--budget', '48', '--strategy', 'random');
    await warmstart('label', 'pictures', '--oracle');
    const first = start(['--workspace', workspace, ...pretrain, '--epochs', '1'], { cwd: workspace });
    const info = join(directory, 'models/continued.json');
    await untilWritten(info, first);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(await json('features.json')).toMatchObject({ use: 'faces' });
    const { mtimeMs } = await stat(info);
    const ended = await warmstart(...pretrain, '--epochs', '1');
    expect(ended.stdout).toMatch(
      /^Continued in .*[\s\S]*On 48 labels, by cross-validation[\s\S]*Rounds look through it/,
    );
    expect((await stat(info)).mtimeMs).toBe(mtimeMs);
    expect(await json('features.json')).toMatchObject({ use: 'continued' });
    expect((await warmstart(...pretrain, '--epochs', '1')).stdout).toMatch(/^Continued already/);
  });

  it('keeps its views and what it has learnt where it is asked for with other settings', async () => {
    const { workspace, directory, warmstart } = await workspaceOf();
    const first = start(['--workspace', workspace, ...pretrain, '--epochs', '9'], { cwd: workspace });
    await untilWritten(join(directory, '.cache/continued.safetensors'), first);
    first.child.kill('SIGKILL');
    await first.ended;
    const views = await readdir(join(directory, '.cache/views'));
    expect(views).toHaveLength(1);
    expect((await warmstart(...pretrain, '--epochs', '9', '--seed', '5')).stderr).toMatch(/unfinished pre-training/);
    expect(await readdir(join(directory, '.cache/views'))).toEqual(views);
    // nobody in the editor can pass --restart, and images may have come since
    const params = { workspace, dataset: 'pictures', base: 'faces', seed: 5 } as const;
    expect(await testEngine().engine.run('continueEncoder', params, {})).toMatchObject({
      trained: true,
      inUse: 'continued',
    });
  });

  it('refuses a handful of images', async () => {
    const workspace = await temporaryFolder();
    const few = Object.fromEntries([1, 2, 3].map((seed) => [`few/train/happy/${seed}.png`, { seed }]));
    await writeFiles(workspace, { ...few, 'few/train/sad/1.png': { seed: 9 } });
    await run(['import', 'few'], { cwd: workspace });
    const refused = await run(['pretrain', 'few', '--encoder', 'faces'], { cwd: workspace });
    expect(refused.stderr).toMatch(/needs at least 8 images, and there are 4/);
  });
});

describe('the views that it learns from', () => {
  const wish = { seed: 3, count: 2, how: continuedViews };
  /** What tells each view. */
  const digestsOf = (maps: Awaited<ReturnType<typeof viewMapsOf>>) =>
    Array.from({ length: maps.images * maps.views }, (_, i) => {
      const values = new Float32Array(maps.values);
      maps.read(Math.floor(i / maps.views), i % maps.views, values, 0);
      expect(values.some((value) => value > 0.1)).toBe(true);
      return sha256(new Uint8Array(values.buffer));
    });

  it.each(['faces', 'general'] as const)('of %s go on where they were stopped within a second', async (base) => {
    const dataset = await importedFaces({ classes: ['a', 'b'], train: 140, test: 0 });
    const indices = dataset.train;
    const abort = new AbortController();
    let stopped = 0;
    const job = {
      signal: abort.signal,
      report: ({ done }: { done: number }) => {
        if (done < 264 || stopped) return;
        stopped = performance.now();
        abort.abort();
      },
    };
    await expect(viewMapsOf(dataset, base, { ...wish, indices }, job, cli)).rejects.toThrow(/Cancelled/);
    const took = performance.now() - stopped;
    expect(took).toBeLessThan(onBusyMachine(1_000));
    const seen: number[] = [];
    const report = ({ done }: { done: number }) => void seen.push(done);
    const maps = await viewMapsOf(dataset, base, { ...wish, indices }, { ...silentJob, report }, cli);
    expect(seen[0]).toBeGreaterThanOrEqual(128);
    const resumed = digestsOf(maps);
    await maps.remove();
    const straight = await viewMapsOf(dataset, base, { ...wish, indices }, silentJob, cli);
    expect(digestsOf(straight)).toEqual(resumed);
    expect(resumed[0]).not.toEqual(resumed[1]);
    straight.close();
    const other = await viewMapsOf(dataset, base, { ...wish, seed: 4, indices: indices.slice(0, 3) }, silentJob, cli);
    expect(digestsOf(other)[0]).not.toEqual(resumed[0]);
    await other.remove();
  });

  it('are of a part of the images, the same for a seed, where there is no room for all', () => {
    const all = Int32Array.from({ length: 100 }, (_, i) => 2 * i);
    const room = 10 * 4 * 512 * 10 * 10;
    const some = imagesWithin('faces', all, 4, 1, room);
    expect(some).toHaveLength(10);
    expect(new Set(some).size).toBe(10);
    expect([...some].every((i) => i % 2 === 0)).toBe(true);
    expect(imagesWithin('faces', all, 4, 1, room)).toEqual(some);
    expect(imagesWithin('faces', all, 4, 2, room)).not.toEqual(some);
    expect(imagesWithin('faces', all, 4, 1, 10 * room)).toBe(all);
  });
});
