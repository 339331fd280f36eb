import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readSafetensors } from '../../src/engine/store/safetensors';
import type { ResultsFile } from '../../src/shared/schema/results';
import { ensureBuilt } from '../support/built';
import { onBusyMachine } from '../support/busy';
import { run, start } from '../support/commandLine';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

/** Drawn faces, looked at through the built-in encoder for faces. */
async function place() {
  const workspace = await temporaryFolder();
  const warmstart = (...args: string[]) => run(['--workspace', workspace, ...args], { cwd: workspace });
  expect((await warmstart('sample', 'drawn', '--faces', '60')).code).toBe(0);
  expect((await warmstart('encoder', 'use', 'drawn', 'faces')).code).toBe(0);
  const directory = join(workspace, 'warmstart/drawn');
  const read = async <T>(file: string) => JSON.parse(await readFile(join(directory, file), 'utf8')) as T;
  return {
    workspace,
    directory,
    warmstart,
    results: () => read<ResultsFile>('results/0000.json'),
    /** Answers the first images of these classes, so many of each. */
    async label(counts: Readonly<Record<string, number>>) {
      const lines = ['image,label'];
      for (const [name, count] of Object.entries(counts)) {
        const files = (await readdir(join(workspace, 'drawn/train', name))).sort().slice(0, count);
        expect(files).toHaveLength(count);
        lines.push(...files.map((file) => `train/${name}/${file},${name}`));
      }
      await writeFile(join(workspace, 'labels.csv'), lines.join('\n'));
      expect((await warmstart('label', 'drawn', '--from', 'labels.csv', '--overwrite')).code).toBe(0);
    },
  };
}

type Place = Awaited<ReturnType<typeof place>>;

const finetune = ['train', 'drawn', '--learner', 'finetune'] as const;

/** The weights of the round's model, by name. */
async function weightsOf({ directory }: Place): Promise<ReadonlyMap<string, string>> {
  const { parameters } = await readSafetensors(join(directory, 'models/round-0000.safetensors'));
  return new Map(
    [...parameters].map(([name, { data }]) => [
      name,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
    ]),
  );
}

describe('the last blocks of a built-in encoder, fine-tuned on labels', () => {
  it('learn; what they learnt is stored, asked and shown', async () => {
    const there = await place();
    const { warmstart, results } = there;
    await there.label({ happy: 6, sad: 6, surprise: 6 });
    const ended = await warmstart(...finetune);
    expect(ended.stdout).toMatch(/^Trained on 18 labels \(finetune, \d+ epochs\)\./);
    const { learner, epochs, metrics } = await results();
    expect(learner).toBe('finetune');
    expect(epochs).toBeGreaterThan(10);
    expect(metrics!.accuracy).toBeGreaterThan(0.3); // of seven classes, of which four have no label
    const learnt = await weightsOf(there);
    expect([...learnt.keys()].filter((name) => name.startsWith('encoder.block'))).not.toEqual([]);
    expect((await warmstart(...finetune)).stdout).toMatch(/^Nothing new to train on/);

    await warmstart('query', 'drawn', '--budget', '3', '--strategy', 'margin', '--learner', 'finetune');
    expect((await warmstart('suggest', 'drawn', '--round', '1')).stdout).toMatch(
      /From the model trained after round 0/,
    );
  });

  it('are the same with the same seed', async () => {
    const there = await place();
    await there.label({ happy: 3, sad: 3 });
    expect((await there.warmstart(...finetune)).stdout).toMatch(/^Trained on/);
    const once = await weightsOf(there);
    await rm(join(there.directory, 'results'), { recursive: true });
    expect((await there.warmstart(...finetune)).stdout).toMatch(/^Trained on/);
    expect(await weightsOf(there)).toEqual(once);
  });

  it.each([
    ['one class only', { happy: 3 }],
    ['two labels', { happy: 1, sad: 1 }],
    ['a class with one label', { happy: 4, sad: 4, fear: 1 }],
  ])('take %s', async (_, counts) => {
    const there = await place();
    await there.label(counts);
    expect(await there.warmstart(...finetune)).toMatchObject({ code: 0 });
    const { metrics } = await there.results();
    expect(metrics!.accuracy).toBeGreaterThan(0);
    const recall = metrics!.perClassRecall;
    expect(recall.filter((value) => value! > 0).length).toBeLessThanOrEqual(Object.keys(counts).length);
  });

  it('stop within a second, and keep what they have seen', async () => {
    const there = await place();
    const { workspace, directory } = there;
    await there.label({ happy: 6, sad: 6, surprise: 6, fear: 6 });
    const started = start(['--workspace', workspace, ...finetune], { cwd: workspace });
    let said = '';
    started.child.stderr!.on('data', (text: string) => {
      said += text;
    });
    await vi.waitUntil(() => said.includes('Training the last blocks'), { timeout: 60_000, interval: 10 });
    const asked = performance.now();
    started.child.kill('SIGINT');
    expect(await started.ended).toMatchObject({ code: 130 });
    expect(performance.now() - asked).toBeLessThan(onBusyMachine(1_000));
    await expect(there.results()).rejects.toThrow(/ENOENT/);
    const maps = join(directory, '.cache/maps');
    const files = await Promise.all((await readdir(maps)).map((folder) => readdir(join(maps, folder))));
    expect(files.map((kept) => kept.length)).toEqual([24, 24]);
  });
});
