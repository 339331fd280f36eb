import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { run, start, untilWritten } from '../support/commandLine';
import { labelsOnDisk } from '../support/labelsOnDisk';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

const exitCancelled = 130;

async function place() {
  const folder = await temporaryFolder();
  await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 24, test: 4 });
  const args = (...rest: string[]) => ['--workspace', folder, ...rest];
  expect((await run(args('import', join(folder, 'faces')))).code).toBe(0);
  return { args, dataset: join(folder, 'warmstart/faces') };
}

/** Runs the command until it has written the file, kills it, and tells what it was ended by. */
async function killedOnceWritten(args: readonly string[], path: string): Promise<NodeJS.Signals | null> {
  const first = start(args);
  await untilWritten(path, first);
  first.child.kill('SIGKILL');
  return (await first.ended).signal;
}

const lossesOf = async (dataset: string) =>
  JSON.parse(await readFile(join(dataset, 'models/encoder.json'), 'utf8')).history as object[];

describe('pre-training', () => {
  const epochs = 400;

  it('killed in the middle goes on from its last epoch and ends with the same loss curve and weights', async () => {
    const straight = await place();
    const short = ['pretrain', 'faces', '--epochs', '30'];
    expect((await run(straight.args(...short))).code).toBe(0);

    const killed = await place();
    const checkpoint = join(killed.dataset, '.cache/pretrain.safetensors');
    expect(await killedOnceWritten(killed.args(...short), checkpoint)).toBe('SIGKILL');
    expect(existsSync(join(killed.dataset, 'models/encoder.json'))).toBe(false);
    expect((await run(killed.args(...short))).code).toBe(0);
    expect(await lossesOf(killed.dataset)).toEqual(await lossesOf(straight.dataset));
    const weights = (dataset: string) => readFile(join(dataset, 'models/encoder.safetensors'));
    expect((await weights(killed.dataset)).equals(await weights(straight.dataset))).toBe(true);
  });

  it('goes on with as many replicas as it began with, and learns the same as without the kill', async () => {
    const short = ['pretrain', 'faces', '--epochs', '20', '--replicas', '3'];
    const straight = await place();
    expect((await run(straight.args(...short))).code).toBe(0);
    const killed = await place();
    const checkpoint = join(killed.dataset, '.cache/pretrain.safetensors');
    await killedOnceWritten(killed.args(...short), checkpoint);
    expect((await run(killed.args('pretrain', 'faces', '--epochs', '20'))).stderr).toMatch(/unfinished pre-training/);
    expect((await run(killed.args(...short))).code).toBe(0);
    const read = (dataset: string, file: string) => readFile(join(dataset, 'models', file));
    const said = JSON.parse((await read(killed.dataset, 'encoder.json')).toString());
    expect(said.options.replicas).toBe(3);
    const [theirs, ours] = await Promise.all(
      [straight, killed].map(({ dataset }) => read(dataset, 'encoder.safetensors')),
    );
    expect(ours!.equals(theirs!)).toBe(true);
  });

  it('refuses more replicas than a batch has images', async () => {
    const { args } = await place();
    const { code, stderr } = await run(args('pretrain', 'faces', '--epochs', '1', '--replicas', '500'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/A batch of \d+ images can be shared out among \d+ replicas at most, not 500/);
  });

  it.runIf(process.platform !== 'win32')('goes on with saving where its terminal is closed', async () => {
    const { args, dataset } = await place();
    const { child, ended } = start(args('pretrain', 'faces', '--epochs', String(epochs)));
    await new Promise<void>((resolve) => child.stderr!.on('data', () => resolve()));
    child.kill('SIGHUP');
    expect(await ended).toMatchObject({ code: exitCancelled, signal: null });
    expect(existsSync(join(dataset, '.cache/pretrain.safetensors'))).toBe(true);
  });

  it('cancelled answers within a second, with exit code 130 and a checkpoint', async () => {
    const { args, dataset } = await place();
    const { child, ended } = start(args('pretrain', 'faces', '--epochs', String(epochs)));
    await new Promise<void>((resolve) => child.stderr!.on('data', () => resolve()));
    const asked = performance.now();
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(exitCancelled);
    expect(stderr.trim().split('\n').at(-1)).toMatch(/cancelled/i);
    expect(performance.now() - asked).toBeLessThan(5_000); // a second on a machine that does nothing else
    expect(existsSync(join(dataset, '.cache/pretrain.safetensors'))).toBe(true);
  });
});

describe('a training with unlabelled images', () => {
  it('killed in the middle goes on from its last targets and ends with the same model', async () => {
    const models: Buffer[] = [];
    for (const isKilled of [false, true]) {
      const { args, dataset } = await place();
      for (const before of [
        ['pretrain', 'faces', '--epochs', '1'],
        ['encoder', 'use', 'faces', 'combined'],
      ])
        expect((await run(args(...before))).code).toBe(0);
      const csv = join(dataset, 'in.csv');
      const rows = ['a', 'b'].flatMap((name) => [0, 1, 2, 3].map((i) => `train/${name}/train-${i}.png,${name}`));
      await writeFile(csv, `image,label\n${rows.join('\n')}\n`);
      expect((await run(args('label', 'faces', '--from', csv, '--annotator', 'ann'))).code).toBe(0);
      const training = args('train', 'faces', '--learner', 'semiFinetune', '--json');
      if (isKilled) {
        expect(await killedOnceWritten(training, join(dataset, '.cache/training.safetensors'))).toBe('SIGKILL');
        expect(existsSync(join(dataset, 'models/round-0.safetensors'))).toBe(false);
      }
      const ran = await run(training);
      expect(ran).toMatchObject({ code: 0 });
      const { results } = ran.json<{ results: { model: string } }>();
      models.push(await readFile(join(dataset, results.model)));
    }
    expect(models[1]!.equals(models[0]!)).toBe(true);
  }, 400_000);
});

describe('labels', () => {
  it('survive a kill at any moment of labelling, whole', async () => {
    const { args, dataset } = await place();
    const csv = join(dataset, 'in.csv');
    const rows = Array.from({ length: 24 }, (_, i) => `train/a/train-${i}.png,a`);
    await writeFile(csv, `image,label\n${rows.slice(0, 3).join('\n')}\n`);
    expect((await run(args('label', 'faces', '--from', csv, '--annotator', 'ann'))).code).toBe(0);
    await writeFile(csv, `image,label\n${rows.join('\n')}\n`);
    for (const delay of [50, 120, 200, 280, 360]) {
      const { child, ended } = start(args('label', 'faces', '--from', csv, '--annotator', 'ann'));
      setTimeout(() => child.kill('SIGKILL'), delay);
      await ended;
      const labels = await labelsOnDisk(dataset, 'ann');
      const count = Object.keys(labels).length;
      expect(count === 3 || count === 24).toBe(true);
      expect(Object.values(labels).every(({ label }) => label === 'a')).toBe(true);
    }
    const finished = await run(args('label', 'faces', '--from', csv, '--annotator', 'ann'));
    expect(finished.code).toBe(0);
    expect(Object.keys(await labelsOnDisk(dataset, 'ann'))).toHaveLength(24);
  });

  it('of two processes at a time are all kept', async () => {
    const { args, dataset } = await place();
    const rows = (label: string) => Array.from({ length: 24 }, (_, i) => `train/${label}/train-${i}.png,${label}`);
    const files = ['a', 'b'].map((label) => [join(dataset, `${label}.csv`), rows(label)] as const);
    for (const [path, lines] of files) await writeFile(path, `image,label\n${lines.join('\n')}\n`);
    const ran = await Promise.all(
      files.map(([path]) => run(args('label', 'faces', '--from', path, '--annotator', 'ann'))),
    );
    expect(ran.map(({ code }) => code)).toEqual([0, 0]);
    expect(Object.keys(await labelsOnDisk(dataset, 'ann'))).toHaveLength(48);
  });
});

describe('a benchmark', () => {
  it('killed in the middle goes on with the rounds that it had', async () => {
    const { args, dataset } = await place();
    const study = args(
      ...['benchmark', 'faces', '--strategies', 'random,coreset', '--pretrained', 'no', '--seeds', '2'],
      ...['--initial', '4', '--budget', '4', '--cycles', '3', '--learner', 'probe', '--json'],
    );
    await killedOnceWritten(study, join(dataset, 'benchmarks/benchmark/cells'));
    const outcome = (await run(study)).json<{ report: { cells: { points: object[] }[] } }>();
    expect(outcome.report.cells.map(({ points }) => points.length)).toEqual([3, 3, 3, 3]);
  });
});
