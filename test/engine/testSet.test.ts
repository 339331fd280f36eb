import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ResultsFile } from '../../src/shared/schema/results';
import type { RoundFile } from '../../src/shared/schema/round';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

async function photos(test: number) {
  const workspace = await temporaryFolder();
  await writeImages(join(workspace, 'faces'), { classes: ['a', 'b'], train: 40, test });
  const warmstart = async (...args: string[]) => run(['--workspace', workspace, ...args], { cwd: workspace });
  const done = async <T>(...args: string[]): Promise<T> => {
    const { code, stderr, json } = await warmstart('--json', ...args);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return json<T>();
  };
  expect(await warmstart('import', 'faces', '--encoder', 'hog')).toMatchObject({ code: 0 });
  return { workspace, warmstart, done };
}

const imagesOf = ({ picks }: RoundFile): string[] => picks.map(({ image }) => image);

describe('advice', () => {
  it('is given after one round without a test set, by models of shares of its labels', async () => {
    const { warmstart, done } = await photos(0);
    const round = async (budget: string) => {
      await done('query', 'faces', '--budget', budget, '--strategy', 'random');
      await done('label', 'faces', '--oracle');
      return done<{ results: ResultsFile }>('train', 'faces');
    };
    expect((await round('39')).results.curve).toBeUndefined();
    const { results } = await round('11');
    expect(results.curve).toMatchObject({
      count: 50,
      points: [{ labels: 10 }, { labels: 20 }, { labels: 30 }, { labels: 40 }],
    });
    const { stdout } = await warmstart('advice', 'faces', '--labels', '20');
    expect(stdout).toMatch(
      /By the curve of models that learnt from shares of the labels: accuracy \d+\.\d % with 50 labels/,
    );
    expect(stdout).toMatch(/20 more labels are likely to bring [+-]\d+\.\d ± \d+\.\d points\./);
  });
});

describe('test-set', () => {
  it('is drawn at random, measured on and never trained on, whoever labelled its images when', async () => {
    const { workspace, warmstart, done } = await photos(0);
    const first = await done<{ round: RoundFile }>('query', 'faces', '--budget', '20', '--strategy', 'random');
    await done('label', 'faces', '--oracle');
    const before = await done<{ results: ResultsFile }>('train', 'faces');
    expect(before.results).toMatchObject({ labelled: 20, estimate: true });

    const drawn = await done<{ round: RoundFile; labelled: number }>(
      'test-set',
      'faces',
      '--images',
      '32',
      '--seed',
      '1',
    );
    const test = imagesOf(drawn.round);
    const both = imagesOf(first.round).filter((image) => test.includes(image));
    expect(new Set(test).size).toBe(32);
    expect(both.length).toBeGreaterThan(0);
    expect(drawn.labelled).toBe(both.length);

    // its images wait for answers, and nobody has to wait for them to go on
    const next = await done<{ round: RoundFile }>('query', 'faces', '--budget', '8', '--strategy', 'random');
    expect(imagesOf(next.round).filter((image) => test.includes(image))).toEqual([]);
    expect(await done<{ results: ResultsFile }>('train', 'faces')).toMatchObject({
      results: { labelled: 20 - both.length, estimate: true },
    });

    await done('label', 'faces', '--oracle');
    const { results } = await done<{ results: ResultsFile }>('train', 'faces');
    expect(results).toMatchObject({ schema: 3, labelled: 28 - both.length, estimate: false, metrics: { count: 32 } });
    expect(results.testSet?.labels).toMatch(/^[0-9a-f]{64}$/);
    const again = await warmstart('train', 'faces');
    expect(again.stdout).toMatch(/Nothing new to train on/);
    expect(again.stdout).toMatch(
      /on 32 images drawn at random, which tell the accuracy from \d+\.\d % to \d+\.\d % at 95 %/,
    );

    const suggest = await warmstart('suggest', 'faces', '--round', String(drawn.round.round));
    expect(suggest).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is a test set: suggestions would make the model look better/),
    });
    await done('export', 'faces', '--format', 'json', '--out', join(workspace, 'all.json'));
    expect(JSON.parse(await readFile(join(workspace, 'all.json'), 'utf8')).testSet).toEqual([...test].sort());
  });

  it('that leaves nothing to learn from, or says nothing, is refused', async () => {
    const { warmstart } = await photos(0);
    expect(await warmstart('test-set', 'faces', '--images', '50')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/A test set of 50 is more than half of the 80 images .* take 40 at most\./),
    });
    expect(await warmstart('test-set', 'faces', '--images', '5')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/draw 20 images or more/),
    });
  });

  it('is not needed where there is a test split', async () => {
    const { warmstart } = await photos(3);
    expect(await warmstart('test-set', 'faces', '--images', '30')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/has a test split of 6 labelled images, on which accuracy is measured/),
    });
  });
});

describe('advice', () => {
  it('needs rounds first, then says what labels bring and how many a target takes', async () => {
    const { warmstart, done } = await photos(10);
    expect(await warmstart('advice', 'faces')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Nothing was measured on dataset faces yet/),
    });
    for (const round of [1, 2, 3, 4]) {
      await done('query', 'faces', '--budget', '6', '--strategy', 'random');
      await done('label', 'faces', '--oracle');
      await done('train', 'faces');
      if (round === 2)
        expect((await warmstart('advice', 'faces')).stdout).toMatch(/Too few rounds for advice: 2 were measured/);
    }
    const { stdout } = await warmstart('advice', 'faces', '--labels', '20', '--target', '99.9');
    expect(stdout).toMatch(/By the curve of 4 rounds: accuracy \d+\.\d % with 24 labels, on test images\./);
    expect(stdout).toMatch(/20 more labels are likely to bring [+-]\d+\.\d ± \d+\.\d points\./);
    expect(stdout).toMatch(/99\.9 % /);
    expect(await warmstart('advice', 'faces', '--target', '120')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/give per cent between 0 and 100/),
    });
  });
});
