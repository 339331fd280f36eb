import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Submission } from '../../src/engine/commands/benchmarkCluster';
import type { BenchmarkReport } from '../../src/shared/schema/report';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { findSlurm } from '../support/machine/slurm';
import { findOrWhy } from '../support/machine/unavailable';
import { writeImages } from '../support/pictures';
import { SlurmCluster } from '../support/slurmCluster';
import { temporaryFolder } from '../support/temporaryFolder';

const slurm = findOrWhy(findSlurm);
if (slurm.why) console.warn(slurm.why);

/** Four quick cells on HOG and four that train a network. */
const grid = [
  '--features',
  'hog,scratch',
  '--strategies',
  'margin',
  '--budgets',
  '6,12,18',
  '--seeds',
  '2',
  '--first',
  'strategy',
];
const CELLS = 8;

describe.runIf(slurm.found)('a benchmark on a Slurm cluster of two nodes', () => {
  let cluster: SlurmCluster;

  beforeAll(async () => {
    await ensureBuilt();
    cluster = await SlurmCluster.start(slurm.found!);
  }, 120_000);
  afterAll(() => cluster.stop());

  it('reports the same as without one, and has nothing to do when it is submitted again', async () => {
    const folder = await temporaryFolder();
    await writeImages(join(folder, 'my faces'), { classes: ['a', 'b', 'c'], train: 40, test: 10 });
    const workspace = join(folder, 'work space');
    const warmstart = (...args: string[]) =>
      run(['--workspace', workspace, '--json', ...args], { env: cluster.environment });
    expect((await warmstart('import', join(folder, 'my faces'), '--name', 'faces')).code).toBe(0);

    const submitted = await warmstart('benchmark', 'faces', ...grid, '--name', 'on slurm', '--slurm', '--time', '30');
    expect(submitted.stderr).toBe('');
    const { jobs, cells } = submitted.json<Record<string, unknown>>() as unknown as Submission;
    expect(cells).toBe(CELLS);
    const benchmark = join(workspace, 'warmstart/faces/benchmarks/on slurm');

    await cluster.untilEnded([jobs!.cells, jobs!.report]);
    const readReport = async (name: string) =>
      JSON.parse(
        await readFile(join(workspace, 'warmstart/faces/benchmarks', name, 'report.json'), 'utf8'),
      ) as BenchmarkReport;
    const again = await warmstart('benchmark', 'faces', ...grid, '--name', 'on slurm', '--slurm');
    const { jobs: more } = again.json<Record<string, unknown>>() as unknown as Submission;
    await cluster.untilEnded([more!.cells, more!.report]);
    expect(await readFile(join(benchmark, 'slurm', `${more!.cells}_0.out`), 'utf8')).toContain('nothing to do');

    expect((await warmstart('benchmark', 'faces', ...grid, '--name', 'here')).code).toBe(0);
    expect(withoutTimes(await readReport('on slurm'))).toEqual(withoutTimes(await readReport('here')));
  }, 300_000);

  it('says what Slurm said where it takes no script', async () => {
    const folder = await temporaryFolder();
    await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 12, test: 4 });
    const args = [
      '--workspace',
      folder,
      'benchmark',
      join(folder, 'faces'),
      '--features',
      'hog',
      '--budgets',
      '4',
      '--slurm',
    ];
    const { code, stderr } = await run([...args, '--sbatch', '--partition=nowhere'], { env: cluster.environment });
    expect(code).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /^Slurm did not take .*slurm\.sh \(.*invalid partition.*\); change the options/,
    );
  }, 120_000);
});

/** A report without what differs from run to run. */
function withoutTimes({ name: _, ...report }: BenchmarkReport): unknown {
  return JSON.parse(JSON.stringify(report, (key, value) => (/Seconds$/.test(key) ? 0 : value)));
}
