import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BenchmarkTime } from '../../src/engine/commands/benchmarkTime';
import type { BenchmarkReport } from '../../src/shared/schema/report';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

const classes = ['a', 'b'];
const LABELLED = 20;

/** A folder whose sub-folders are no classes, and labels of some of its images. */
async function place() {
  const folder = await temporaryFolder();
  await writeImages(join(folder, 'photos'), { classes, train: 30, test: 0 });
  const of = (...args: string[]) => run(['--workspace', folder, '--json', ...args]);
  expect((await of('import', join(folder, 'photos'), '--classes', 'x,y', '--encoder', 'hog')).code).toBe(0);
  const label = async (from: number, to: number) => {
    const rows = classes.flatMap((name, c) =>
      Array.from({ length: to - from }, (_, i) => `train/${name}/train-${from + i}.png,${'xy'[c]}`),
    );
    await writeFile(join(folder, 'labels.csv'), ['image,label', ...rows].join('\n'));
    expect((await of('label', 'photos', '--from', join(folder, 'labels.csv'), '--annotator', 'anna')).code).toBe(0);
  };
  const quick = ['--features', 'hog', '--strategies', 'margin', '--budgets', '4,8,16', '--seeds', '2'];
  const benchmark = (...more: string[]) => of('benchmark', 'photos', ...quick, '--oracle', 'people', ...more);
  return { folder, of, label, quick, benchmark, benchmarks: join(folder, 'warmstart/photos/benchmarks') };
}

describe('a benchmark on the labels that people gave', () => {
  it('chooses among the labelled images alone and holds some of them out; labels that come later change nothing of it', async () => {
    const { of, label, quick, benchmark, benchmarks } = await place();
    expect((await of('benchmark', 'photos', ...quick)).stderr).toMatch(/no known labels.*--oracle people/);
    expect((await benchmark()).stderr).toMatch(/^Nobody has labelled images of dataset photos yet/);

    await label(0, LABELLED);
    const first = (await benchmark()).json<{ report: BenchmarkReport; reused: number }>();
    expect(first.report.dataset).toMatchObject({ train: 32, test: 8, classes: ['x', 'y'] });
    expect(first.report.notes.join('\n')).toMatch(/Answered by the 40 labels that people gave/);
    expect(first.report.notes.join('\n')).toMatch(/Measured on 8 test images: .* uncertain by 2\d points either way/);
    expect(first.report.cells).toHaveLength(4);
    for (const { points } of first.report.cells) {
      expect(points.map(({ labelled }) => labelled)).toEqual([4, 8, 16]);
      expect(points[2]!.accuracy).toBeGreaterThan(0.8); // the classes lie in the pictures, and so did the answers
    }
    const kept = join(benchmarks, 'benchmark/answers.json');
    const before = await readFile(kept, 'utf8');
    expect(Object.keys(JSON.parse(before).labels)).toHaveLength(2 * LABELLED);

    await label(LABELLED, LABELLED + 5);
    const again = (await benchmark()).json<typeof first>();
    expect(again.reused).toBe(4);
    expect(again.report.dataset.train).toBe(32);
    expect(again.report.notes.join('\n')).toMatch(/Labels have been given or changed since it began/);
    expect(await readFile(kept, 'utf8')).toBe(before);
    const anew = (await benchmark('--name', 'later')).json<typeof first>();
    expect(anew.report.dataset).toMatchObject({ train: 40, test: 10 });

    await writeFile(kept, '{');
    expect((await benchmark()).stderr).toMatch(
      /answers\.json is not valid JSON .*; delete it and run the benchmark again/,
    );
  });

  it('measures on a test set where one was drawn', async () => {
    const { of, label, benchmark } = await place();
    await of('test-set', 'photos', '--images', '24');
    await label(0, 30);
    const { report } = (await benchmark()).json<{ report: BenchmarkReport }>();
    expect(report.dataset).toMatchObject({ train: 36, test: 24 });
  });

  it('learns from reviewed predictions and never measures on them', async () => {
    const { of, label, benchmark, folder } = await place();
    await label(0, 2);
    expect((await of('train', 'photos')).code).toBe(0);
    const csv = join(folder, 'predictions.csv');
    expect((await of('predict', 'photos', '--out', csv)).code).toBe(0);
    const reviewed = ['label', 'photos', '--from', csv, '--reviewed', '--annotator', 'ben'];
    expect((await of(...reviewed)).json()).toMatchObject({ added: 56 });
    const { report } = (await benchmark('--budgets', '4,8')).json<{ report: BenchmarkReport }>();
    // a fifth of all would be 12, and only four are anna's
    expect(report.dataset).toMatchObject({ train: 56, test: 4 });
  });

  it('tells beforehand how many runs there are and about how long they take, once some were run here', async () => {
    const { label, benchmark } = await place();
    await label(0, LABELLED);
    const estimate = async (...more: string[]) =>
      (await benchmark('--estimate', ...more)).json<Record<string, unknown>>() as unknown as BenchmarkTime;
    expect(await estimate()).toMatchObject({ runs: 4, done: 0, seconds: null, untimed: [] });
    await benchmark('--seeds', '1');
    const two = await estimate();
    expect(two).toMatchObject({ runs: 4, done: 2, untimed: [] });
    const ten = await estimate('--seeds', '11');
    expect(ten).toMatchObject({ runs: 22, done: 2 });
    // as many a time or more, ten times the work
    expect(ten.seconds! * ten.atATime).toBeCloseTo(10 * two.seconds! * two.atATime, 6);
    expect(two.seconds).toBeGreaterThan(0);
    expect(await estimate('--strategies', 'entropy')).toMatchObject({ runs: 4, done: 1, untimed: ['entropy'] });
    expect((await benchmark('--estimate', '--features', 'scratch')).json()).toMatchObject({ seconds: null });
  });

  it('is made ready for Slurm without being submitted', async () => {
    const { label, benchmark, benchmarks } = await place();
    await label(0, LABELLED);
    const made = (await benchmark('--slurm', '--no-submit', '--sbatch', '--partition=cpu')).json();
    expect(made).toMatchObject({ cells: 4, written: true, jobs: null });
    const script = await readFile(join(benchmarks, 'benchmark/slurm.sh'), 'utf8');
    expect(script).toMatch(/#SBATCH --array=0-3\n/);
    expect(script).toMatch(/#SBATCH --partition=cpu\n/);
    expect(script).toMatch(/--oracle people/);
    expect(await readFile(join(benchmarks, 'benchmark/slurm-report.sh'), 'utf8')).toMatch(/--report/);
    expect(await readFile(join(benchmarks, 'benchmark/answers.json'), 'utf8')).toMatch(/"schema": 1/);
  });
});
