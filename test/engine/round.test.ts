import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RoundReport } from '../../src/engine/commands/round';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { labelsOnDisk } from '../support/labelsOnDisk';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

const classes = ['angry', 'happy', 'sad'];

beforeAll(ensureBuilt);

/** Real image files with or without a test split, and a labelled round of HOG's. */
async function trained({ test = 4, budget = 24 } = {}) {
  const workspace = await temporaryFolder();
  await writeImages(join(workspace, 'faces'), { classes, train: 20, test });
  const call = (...args: string[]) => run(['--workspace', workspace, ...args], { cwd: workspace });
  const warmstart = (...args: string[]) => call('--json', ...args);
  const { directory } = (await warmstart('import', 'faces', '--encoder', 'hog')).json<{ directory: string }>();
  for (const args of [
    ['query', 'faces', '--budget', String(budget), '--strategy', 'random'],
    ['label', 'faces', '--oracle'],
    ['train', 'faces'],
  ])
    expect(await warmstart(...args)).toMatchObject({ code: 0 });
  return { warmstart, call, workspace, directory };
}

/** Asks for every cell of the confusion matrix, and compares it with the figures. */
async function expectCells(warmstart: (...args: string[]) => ReturnType<typeof run>, report: RoundReport) {
  const seen: string[] = [];
  for (const [t, label] of classes.entries())
    for (const [p, predicted] of classes.entries()) {
      const ran = await warmstart('round', 'faces', '--label', label, '--predicted', predicted);
      const { images } = ran.json<{ images: string[] }>();
      expect(images).toHaveLength(report.confusion[t]![p]!);
      for (const image of images) expect(image).toContain(`/${label}/`);
      seen.push(...images);
    }
  expect(new Set(seen).size).toBe(report.count);
}

describe('round', () => {
  it('tells figures of each class on the test split, and the images of every cell', async () => {
    const { warmstart, call } = await trained();
    const report = (await warmstart('round', 'faces')).json<RoundReport & Record<string, unknown>>();
    expect(report).toMatchObject({ round: 1, labelled: 24, estimate: false, count: 12, missing: [] });
    expect(report.classes.map(({ name }) => name)).toEqual(classes);
    expect(report.classes.reduce((sum, { labels }) => sum + labels, 0)).toBe(24);
    expect(report.interval!.low).toBeLessThan(report.accuracy!);
    await expectCells(warmstart, report);
    const { stdout } = await call('round', 'faces', '--round', '1');
    expect(stdout).toMatch(/Round 1 of faces: trained on 24 labels/);
    expect(stdout).toMatch(/at 95 %\), macro-F1 [\d.]+ %: on 12 test images/);
  });

  it('does so by cross-validation where there is no test split, also after the images were lost', async () => {
    const { warmstart, directory } = await trained({ test: 0 });
    const report = (await warmstart('round', 'faces')).json<RoundReport & Record<string, unknown>>();
    expect(report).toMatchObject({ estimate: true, count: 24 });
    await expectCells(warmstart, report);
    await rm(join(directory, 'models/round-0001.scored.json'));
    const lost = await warmstart('round', 'faces', '--label', 'sad');
    expect(lost).toMatchObject({ code: 1 });
    expect(lost.stderr).toContain('train again');
    expect((await warmstart('train', 'faces')).json()).toMatchObject({ trained: true });
    expect((await warmstart('train', 'faces')).json()).toMatchObject({ trained: false });
    expect((await warmstart('round', 'faces')).json()).toEqual(report);
    await expectCells(warmstart, report);
  });

  it('warns of a class without a label, and names what it does not know', async () => {
    const { warmstart, call, directory, workspace } = await trained();
    const rows = Object.entries(await labelsOnDisk(directory, 'oracle')).filter(([, { label }]) => label !== 'sad');
    await rm(join(directory, 'labels/oracle.jsonl'));
    await writeFile(
      join(workspace, 'some.csv'),
      ['image,label', ...rows.map(([image, { label }]) => `${image},${label}`)].join('\n'),
    );
    expect(await warmstart('label', 'faces', '--from', 'some.csv', '--annotator', 'ana')).toMatchObject({ code: 0 });
    expect(await warmstart('train', 'faces')).toMatchObject({ code: 0 });
    const { stdout } = await call('round', 'faces');
    expect(stdout).toContain("No label of sad yet: a model can't answer what it has never been told.");
    expect((await call('round', 'faces', '--round', '7')).stderr).toContain('has no results of round 7');
    expect((await call('round', 'faces', '--label', 'bored')).stderr).toContain('no class "bored"');
    await writeFile(join(directory, 'models/round-0001.scored.json'), '{"schema":1,');
    expect((await call('round', 'faces', '--label', 'happy')).stderr).toContain('delete it and train again');
    expect(await warmstart('train', 'faces')).toMatchObject({ code: 0 });
    expect(await call('round', 'faces', '--label', 'happy')).toMatchObject({ code: 0 });
  });

  it('says so where nothing was trained', async () => {
    const workspace = await temporaryFolder();
    await writeImages(join(workspace, 'faces'), { classes, train: 3, test: 0 });
    const call = (...args: string[]) => run(['--workspace', workspace, ...args], { cwd: workspace });
    expect(await call('import', 'faces', '--encoder', 'hog')).toMatchObject({ code: 0 });
    const ran = await call('round', 'faces');
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stderr).toContain('has no results yet');
  });
});
