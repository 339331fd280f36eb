import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

describe('settle', () => {
  it('gives disputed images a class that training, export and agreement know of, and takes it back', async () => {
    const workspace = await temporaryFolder();
    await writeImages(join(workspace, 'faces'), { classes: ['a', 'b'], train: 4, test: 1 });
    const warmstart = (...args: string[]) => run(['--workspace', workspace, ...args], { cwd: workspace });
    expect(await warmstart('import', 'faces', '--encoder', 'hog')).toMatchObject({ code: 0 });
    const image = (name: string, i: number) => `train/${name}/train-${i}.png`;
    for (const [annotator, classOfFirst] of [
      ['ana', 'a'],
      ['ben', 'b'],
      ['cleo', 'a'],
    ] as const) {
      const rows = [
        `${image('a', 0)},${classOfFirst}`,
        `${image('a', 1)},a`,
        `${image('b', 0)},b`,
        `${image('b', 1)},b`,
      ];
      if (annotator === 'ben') rows[1] = `${image('a', 1)},b`;
      if (annotator === 'cleo') rows[1] = `${image('b', 3)},b`;
      await writeFile(join(workspace, 'labels.csv'), ['image,label', ...rows].join('\n'));
      expect(await warmstart('label', 'faces', '--from', 'labels.csv', '--annotator', annotator)).toMatchObject({
        code: 0,
      });
    }
    const listed = await warmstart('settle', 'faces', '--annotator', 'dan');
    expect(listed.stdout).toMatch(/Disputed: 2 images\./);
    expect(listed.stdout).toMatch(/train\/a\/train-0\.png\s+ana: a, ben: b, cleo: a/);

    const settled = await warmstart('settle', 'faces', '--majority', '--annotator', 'dan');
    expect(settled.stdout).toMatch(/Settled 1 dispute; people's answers stay as they are\./);
    expect(settled.stdout).toMatch(/The rule gives no class for 1 image\.\nDisputed: 1 image\./);
    expect((await warmstart('--json', 'train', 'faces')).json()).toMatchObject({
      results: { labelled: 4 },
      conflicts: [{ image: image('a', 1) }],
    });
    expect(await warmstart('export', 'faces', '--out', join(workspace, 'all.csv'))).toMatchObject({ code: 0 });
    expect(await readFile(join(workspace, 'all.csv'), 'utf8')).toContain(
      `${image('a', 0)},a,ana + ben + cleo,,person,majority by dan\n`,
    );
    expect((await warmstart('agreement', 'faces')).stdout).toMatch(/they differ on 2, of which 1 are settled\./);

    const decided = await warmstart('settle', 'faces', '--label', 'b', '--image', image('a', 1), '--annotator', 'dan');
    expect(decided.stdout).toMatch(/Settled 1 dispute/);
    expect((await warmstart('--json', 'train', 'faces')).json()).toMatchObject({
      trained: true,
      results: { labelled: 5 },
      conflicts: [],
    });
    const seen = await warmstart('settle', 'faces', '--annotator', 'dan');
    expect(seen.stdout).toMatch(/No image is disputed\.\nSettled: 2 images\./);
    const back = await warmstart('settle', 'faces', '--withdraw', '--annotator', 'dan');
    expect(back.stdout).toMatch(/Took 2 settlements back\.\nDisputed: 2 images\./);

    // what was exported settles again, and does not become an answer of whoever reads it
    const read = await warmstart('--json', 'label', 'faces', '--from', 'all.csv', '--annotator', 'dan');
    expect(read.json()).toMatchObject({ added: 3, settled: 1, keptSettled: [], conflicts: 1 });
    const answers = await readFile(join(workspace, 'warmstart/faces/labels/dan.jsonl'), 'utf8');
    expect(answers).not.toContain(image('a', 0));
    const restored = await warmstart('--json', 'settle', 'faces', '--annotator', 'dan');
    expect(restored.json()).toMatchObject({
      settled: [{ image: image('a', 0), label: 'a', how: 'decision', by: 'dan' }],
    });
    const again = await warmstart('label', 'faces', '--from', 'all.csv', '--annotator', 'dan');
    expect(again.stdout).toMatch(/^Nothing to do/);

    const other = `image,label,settled\n${image('a', 0)},b,decision by eve\n`;
    await writeFile(join(workspace, 'other.csv'), other);
    const kept = await warmstart('label', 'faces', '--from', 'other.csv', '--annotator', 'dan');
    expect(kept.stdout).toMatch(/1 earlier settlement kept although the new one differs/);
    const replaced = await warmstart('label', 'faces', '--from', 'other.csv', '--annotator', 'dan', '--overwrite');
    expect(replaced.stdout).toMatch(/^Settled 1 dispute; people's answers stay as they are\./);

    await rm(join(workspace, 'warmstart/faces/labels'), { recursive: true });
    await rm(join(workspace, 'warmstart/faces/settlements'), { recursive: true });
    const alone = await warmstart('--json', 'label', 'faces', '--from', 'all.csv', '--annotator', 'eve');
    expect(alone.json()).toMatchObject({ added: 4, settled: 0 });
  });

  it('refuses two rules at once, and a class without an image', async () => {
    const both = await run(['settle', 'faces', '--majority', '--label', 'a']);
    expect(both).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Give one of --majority, --answer-of, --label and --withdraw\./),
    });
    const all = await run(['settle', 'faces', '--label', 'a']);
    expect(all).toMatchObject({ code: 2, stderr: expect.stringMatching(/name them with --image/) });
  });
});
