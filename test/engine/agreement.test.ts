import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RoundFile } from '../../src/shared/schema/round';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

async function photos() {
  const workspace = await temporaryFolder();
  await writeImages(join(workspace, 'faces'), { classes: ['a', 'b'], train: 6, test: 1 });
  const warmstart = (...args: string[]) => run(['--workspace', workspace, ...args], { cwd: workspace });
  expect(await warmstart('import', 'faces', '--encoder', 'hog')).toMatchObject({ code: 0 });
  const images = ['a', 'b'].flatMap((name) => Array.from({ length: 6 }, (_, i) => `train/${name}/train-${i}.png`));
  /** A character an image, a dot for none. */
  const answer = async (annotator: string, text: string) => {
    const rows = [...text].flatMap((label, i) => (label === '.' ? [] : [`${images[i]},${label}`]));
    await writeFile(join(workspace, 'labels.csv'), ['image,label', ...rows].join('\n'));
    const saved = await warmstart('label', 'faces', '--from', 'labels.csv', '--annotator', annotator);
    expect(saved).toMatchObject({ code: 0 });
  };
  return { warmstart, answer };
}

describe('agreement', () => {
  it('counts what each labelled, and says how far they agree where several did', async () => {
    const { warmstart, answer } = await photos();
    await answer('ana', 'aaaabbbb....');
    await answer('ben', 'aabbbbbb..ab');
    const report = (await warmstart('--json', 'agreement', 'faces')).json<object>();
    expect(report).toMatchObject({
      annotators: [
        { name: 'ana', perClass: { a: 4, b: 4 } },
        { name: 'ben', perClass: { a: 3, b: 7 } },
      ],
      // of eight images six alike; by chance 4/8 · 2/8 + 4/8 · 6/8 = 1/2
      pairs: [{ annotators: ['ana', 'ben'], both: 8, agreed: 0.75, kappa: 0.5 }],
      shared: 8,
      disputed: 2,
    });
    const { stdout } = await warmstart('agreement', 'faces');
    expect(stdout).toMatch(/ana\s+ben\s+8\s+75\.0 %\s+0\.50/);
    expect(stdout).toMatch(/Krippendorff's α 0\.\d\d, over 8 images that several labelled; they differ on 2\./);
  });

  it('has a share of each batch answered by everybody, where that is wanted', async () => {
    const { warmstart } = await photos();
    const asked = await warmstart(
      '--json',
      'query',
      'faces',
      '--budget',
      '8',
      '--strategy',
      'random',
      '--by-everybody',
      '25',
    );
    const { round } = asked.json<{ round: RoundFile }>();
    expect(round.schema).toBe(3);
    expect(round.picks.filter(({ everybody }) => everybody)).toHaveLength(2);
    const again = await warmstart(
      'query',
      'faces',
      '--budget',
      '2',
      '--strategy',
      'random',
      '--again',
      '--by-everybody',
      '1',
    );
    expect(again.stdout).toMatch(/1 image of them is for everybody to answer/);
    const plain = await warmstart('--json', 'query', 'faces', '--budget', '2', '--strategy', 'random', '--again');
    expect(plain.json<{ round: RoundFile }>().round.schema).toBe(2);
    const wrong = await warmstart('query', 'faces', '--by-everybody', '120');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/Expected per cent from 0 to 100/) });
  });

  it('says so where no image has two answers, or none at all', async () => {
    const { warmstart, answer } = await photos();
    const none = await warmstart('agreement', 'faces');
    expect(none.code).toBe(1);
    expect(none.stderr).toMatch(/Dataset faces has no labels yet; label a batch first\./);
    await answer('ana', 'ab');
    await answer('ben', '...ab');
    expect((await warmstart('agreement', 'faces')).stdout).toMatch(/No image was labelled by two people/);
  });
});
