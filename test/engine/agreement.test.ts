import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AgreementReport } from '../../src/shared/agreementReport';
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
  return { workspace, warmstart, answer };
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

  it('asks people some of their images again, and says how far they agree with themselves', async () => {
    const { workspace, warmstart, answer } = await photos();
    const query = async (...args: string[]) => {
      const asked = await warmstart('--json', 'query', 'faces', '--budget', '4', '--strategy', 'random', ...args);
      return asked.json<{ round: RoundFile }>().round;
    };
    await query();
    expect((await query('--again', '--repeats', '50')).repeats).toBeUndefined(); // nobody has answered anything
    await answer('ana', 'aaaaaabbbbbb');
    await answer('ben', 'bbbbbbbbbbbb');
    await writeImages(join(workspace, 'faces'), { classes: ['a', 'b'], train: 20, test: 1 });
    expect(await warmstart('import', 'faces')).toMatchObject({ code: 0 });
    const round = await query('--repeats', '50');
    const of = (name: string) => round.repeats!.filter(({ annotator }) => annotator === name).map(({ image }) => image);
    expect([round.schema, of('ana').length, of('ben').length]).toEqual([3, 2, 2]);
    const labels = () => readFile(join(workspace, 'warmstart/faces/labels/ana.jsonl'), 'utf8');
    const before = await labels();

    const say = async (annotator: string, ...rows: string[]) => {
      await writeFile(join(workspace, 'again.csv'), ['image,label', ...rows].join('\n'));
      return warmstart('label', 'faces', '--from', 'again.csv', '--annotator', annotator, '--again');
    };
    expect(await say('ana', ...of('ana').map((image) => `${image},a`))).toMatchObject({ code: 0 });
    expect(await say('ben', ...of('ben').map((image) => `${image},b`))).toMatchObject({ code: 0 });
    expect(await labels()).toBe(before);
    const report = (await warmstart('--json', 'agreement', 'faces')).json<AgreementReport>();
    const same = of('ana').filter((image) => image.includes('/a/')).length / 2;
    expect(report.consistency).toMatchObject([
      { annotator: 'ana', both: 2, agreed: same },
      { annotator: 'ben', both: 2, agreed: 1, kappa: null },
    ]);
    expect(report.annotators).toMatchObject([{ name: 'ana', perClass: { a: 6, b: 6 } }, { name: 'ben' }]);
    expect((await warmstart('agreement', 'faces')).stdout).toMatch(/the same person twice.*\n.*\n?.*ana\s+2/);
    expect((await warmstart('--json', 'train', 'faces')).json()).toMatchObject({ results: { labelled: 6 } });

    // nobody is asked the same a third time
    const more = await query('--again', '--repeats', '100');
    expect(more.repeats!.filter(({ annotator, image }) => of(annotator).includes(image))).toEqual([]);

    const wrong = await say('ana', 'train/a/train-19.png,a');
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/ana has not answered image "train\/a\/train-19/),
    });
  });

  it('keeps second answers with the classes as these change, and when a change is taken back', async () => {
    const { workspace, warmstart, answer } = await photos();
    await answer('ana', 'ab');
    const second = async (label: string) => {
      await writeFile(
        join(workspace, 'again.csv'),
        `image,label\ntrain/a/train-0.png,${label}\ntrain/a/train-1.png,a\n`,
      );
      return warmstart('label', 'faces', '--from', 'again.csv', '--annotator', 'ana', '--again', '--overwrite');
    };
    expect(await second('a')).toMatchObject({ code: 0 });
    const consistency = async () =>
      (await warmstart('--json', 'agreement', 'faces')).json<AgreementReport>().consistency.map(({ agreed }) => agreed);
    expect(await consistency()).toEqual([0.5]);
    expect(await warmstart('class', 'rename', 'faces', 'a', 'other')).toMatchObject({ code: 0 });
    expect(await consistency()).toEqual([0.5]);
    expect(await warmstart('class', 'merge', 'faces', 'b', '--into', 'other')).toMatchObject({ code: 0 });
    expect(await consistency()).toEqual([1]);
    expect(await warmstart('class', 'undo', 'faces')).toMatchObject({ code: 0 });
    expect(await consistency()).toEqual([0.5]);
    expect(await second('a')).toMatchObject({ code: 1, stderr: expect.stringMatching(/"a" is no class/) });
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
