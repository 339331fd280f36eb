import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

/** A dataset of which two people labelled six images each, and a round that waits for none of them. */
async function team() {
  const workspace = await temporaryFolder();
  await writeImages(join(workspace, 'faces'), { classes: ['a', 'b'], train: 10, test: 2 });
  const warmstart = (...args: string[]) => run(['--workspace', workspace, '--quiet', ...args], { cwd: workspace });
  expect(await warmstart('import', 'faces', '--encoder', 'hog')).toMatchObject({ code: 0 });
  const csv = join(workspace, 'labels.csv');
  const answer = async (annotator: string, from: number, to: number) => {
    const rows = ['a', 'b'].flatMap((c) =>
      Array.from({ length: to - from }, (_, i) => `train/${c}/train-${from + i}.png,${c}`),
    );
    await writeFile(csv, ['image,label', ...rows].join('\n'));
    return warmstart('label', 'faces', '--from', csv, '--annotator', annotator);
  };
  expect(await answer('ana', 0, 3)).toMatchObject({ code: 0 });
  expect(await answer('bo', 3, 6)).toMatchObject({ code: 0 });
  const ana = join(workspace, 'warmstart/faces/labels/ana.jsonl');
  return { workspace, warmstart, answer, ana };
}

const SAID = { image: 'train/a/train-0.png', at: '2026-01-31T12:00:00Z', seconds: 1 };
const line = (said: object) => `${JSON.stringify({ ...SAID, ...said })}\n`;

/** What teams do to a file of labels, and what has to be said of it. Lines are those of the file of six answers and a head. */
const damages: readonly [string, (text: string) => string, RegExp][] = [
  [
    'a merge',
    (text) => `${text}<<<<<<< HEAD\n${line({ label: 'a' })}=======\n${line({ label: 'b' })}>>>>>>> b\n`,
    /has a conflict in lines 8–12: keep one side/,
  ],
  [
    'a merge of three',
    (text) => `${text}<<<<<<< HEAD\n||||||| base\n=======\n>>>>>>> b\n`,
    /has a conflict in lines 8–11: keep one side/,
  ],
  [
    'a merge on Windows',
    (text) => `${text}<<<<<<< HEAD\n=======\n>>>>>>> b\n`.replaceAll('\n', '\r\n'),
    /has a conflict in lines 8–10: keep one side/,
  ],
  [
    'an image twice',
    (text) => text + line({ label: 'b' }),
    /answers image "train\/a\/train-0\.png" twice, again in line 8/,
  ],
  [
    'an unknown image',
    (text) => text + line({ image: 'x.png', label: 'a' }),
    /ana\.jsonl, line 8: image "x\.png" is not in dataset/,
  ],
  [
    'an unknown class',
    (text) => text + line({ image: 'train/a/train-9.png', label: 'c' }),
    /ana\.jsonl, line 8: image .* has the unknown class "c"/,
  ],
  ['a line that is none', (text) => `${text}{ "image": \n`, /is not valid JSON \(line 8: /],
  ['no head', (text) => text.slice(text.indexOf('\n') + 1), /is damaged at "line 1: /],
  ['nothing in it', () => '', /it is empty/],
];

describe('a damaged file of one person', () => {
  it.each(damages)('(%s) is named with its line, and the others go on', async (_, damage, message) => {
    const { warmstart, answer, ana, workspace } = await team();
    const damaged = damage(await readFile(ana, 'utf8'));
    await writeFile(ana, damaged);
    const runs = [
      await warmstart('train', 'faces', '--learner', 'probe'),
      await warmstart('query', 'faces', '--budget', '2', '--strategy', 'random'),
      await answer('cy', 6, 8),
      await warmstart('export', 'faces', '--what', 'labels', '--format', 'csv', '--out', join(workspace, 'out.csv')),
      await warmstart('agreement', 'faces'),
      await warmstart('settle', 'faces'),
    ];
    for (const { code, stderr } of runs) {
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/^Warning: \S*ana\.jsonl.* Until then /);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(code).toBe(0);
    }
    const exported = await readFile(join(workspace, 'out.csv'), 'utf8');
    expect(exported.match(/train-[345]\.png/g)).toHaveLength(6);
    expect(await readFile(ana, 'utf8')).toBe(damaged);
  });

  it('takes no new answer before it is mended, and says so before anything is saved', async () => {
    const { answer, ana } = await team();
    const damaged = `${await readFile(ana, 'utf8')}<<<<<<< HEAD\n=======\n>>>>>>> b\n`;
    await writeFile(ana, damaged);
    const { code, stderr } = await answer('ana', 6, 8);
    expect(code).toBe(1);
    expect(stderr).toMatch(/conflict in lines 8–10/);
    expect(await readFile(ana, 'utf8')).toBe(damaged);
  });

  it('has its images taken for answered: nobody is asked for them again', async () => {
    const { warmstart, ana } = await team();
    await writeFile(ana, `${await readFile(ana, 'utf8')}<<<<<<< HEAD\n=======\n>>>>>>> b\n`);
    const asked = await warmstart('--json', 'query', 'faces', '--budget', '20', '--strategy', 'random');
    const { round, warnings } = asked.json<{ round: { picks: { image: string }[] }; warnings: string[] }>();
    expect(round.picks.map(({ image }) => image).sort()).toEqual(
      ['a', 'b'].flatMap((c) => [6, 7, 8, 9].map((i) => `train/${c}/train-${i}.png`)),
    );
    expect(warnings).toEqual([expect.stringMatching(/conflict in lines 8–10/)]);
  });

  it('stops whoever has no other labels', async () => {
    const { warmstart, ana } = await team();
    await writeFile(ana, '');
    await writeFile(ana.replace('ana', 'bo'), '');
    const { code, stderr } = await warmstart('train', 'faces');
    expect([code, stderr.trim()]).toEqual([
      1,
      expect.stringMatching(/^\S*ana\.jsonl is not valid JSON \(it is empty\)/),
    ]);
  });
});

it('what fails once labels are saved says that they are', async () => {
  const { workspace, warmstart } = await team();
  const label = async (annotator: string, ...rows: string[]) => {
    await writeFile(join(workspace, 'rows.csv'), ['image,label,settled', ...rows].join('\n'));
    return warmstart('label', 'faces', '--from', 'rows.csv', '--annotator', annotator);
  };
  expect(await label('cy', 'train/a/train-0.png,b,')).toMatchObject({ code: 0 }); // ana says a
  const settlements = join(workspace, 'warmstart/faces/settlements');
  await mkdir(settlements);
  await writeFile(join(settlements, 'cy.json'), '{');
  const { code, stderr } = await label('cy', 'train/a/train-7.png,a,', 'train/a/train-0.png,a,decision by bo');
  expect(code).toBe(1);
  expect(stderr.trim().split('\n').at(-1)).toMatch(
    /^Saved 1 label of cy in \S*cy\.jsonl\. What comes after that failed: \S*cy\.json is not valid JSON \(line 1: /,
  );
  expect(await readFile(join(workspace, 'warmstart/faces/labels/cy.jsonl'), 'utf8')).toContain('train/a/train-7.png');
});
