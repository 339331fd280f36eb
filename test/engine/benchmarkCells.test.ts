import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CellsOutcome } from '../../src/engine/commands/benchmarkParts';
import { ensureBuilt } from '../support/built';
import { run, start } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

const stoppedEarly = 75;
const quick = ['--features', 'hog', '--strategies', 'margin', '--budgets', '4,8', '--seeds', '1'];
const slow = [
  '--features',
  'scratch',
  '--strategies',
  'margin',
  '--budgets',
  '4,6,8,10,12,14',
  '--seeds',
  '1',
  '--name',
  'slow',
];

async function place() {
  const folder = await temporaryFolder();
  await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 24, test: 6 });
  const args = (...rest: string[]) => ['--workspace', folder, '--json', ...rest];
  expect((await run(args('import', join(folder, 'faces')))).code).toBe(0);
  return { args, benchmarks: join(folder, 'warmstart/faces/benchmarks') };
}

describe('a benchmark in parts', () => {
  it('runs the cells that are named or that a scheduler counts, each once, and reports what there is', async () => {
    const { args, benchmarks } = await place();
    const benchmark = (part: string[], env = {}) =>
      run(args('benchmark', 'faces', ...quick, ...part), { env: { ...process.env, ...env } });
    expect((await benchmark(['--plan'])).json()).toMatchObject({
      cells: [
        { number: 0, name: 'Random, hog, seed 0', done: false },
        { number: 1, name: 'Margin, hog, seed 0', done: false },
      ],
    });
    expect((await benchmark(['--report'])).stderr).toMatch(/^No cell of the benchmark in .* has begun yet/);
    expect((await benchmark(['--cells', '1'])).json()).toMatchObject({ ran: ['Margin, hog, seed 0'], complete: [] });
    expect((await benchmark(['--report'])).json<{ report: { notes: string[] } }>().report.notes.join()).toMatch(
      /1 cell of 2 are not complete/,
    );
    const task = await benchmark(['--cells', '--per-task', '5'], { JOB_COMPLETION_INDEX: '0' });
    expect(task.json<Record<string, unknown>>() as unknown as CellsOutcome).toEqual({
      ran: ['Random, hog, seed 0'],
      complete: ['Margin, hog, seed 0'],
    });
    expect((await benchmark(['--report'])).code).toBe(0);
    const cells = join(benchmarks, 'benchmark/cells');
    const files = (await readdir(cells)).filter((name) => name.endsWith('.json'));
    expect(files).toHaveLength(2);
    const machines = await Promise.all(
      files.map(async (name) => JSON.parse(await readFile(join(cells, name), 'utf8')).machine),
    );
    expect(machines).toEqual([machines[0], machines[0]]);
    expect(machines[0]).toEqual({ processor: expect.any(String), threads: 1 });
  });

  it.runIf(process.platform !== 'win32')(
    'stopped by a scheduler says "start me again" by its exit code, and goes on after its last round',
    async () => {
      const { args, benchmarks } = await place();
      const command = args('benchmark', 'faces', ...slow, '--cells', '1');
      const first = start(command);
      const cells = join(benchmarks, 'slow/cells');
      const roundsDone = async () => {
        const [name] = (await readdir(cells).catch(() => [])).filter((file) => file.endsWith('.json'));
        return name ? JSON.parse(await readFile(join(cells, name), 'utf8')).rounds.length : 0;
      };
      while ((await roundsDone()) === 0) await sleep(20);
      first.child.kill('SIGUSR1');
      const { code, stderr } = await first.ended;
      expect(code).toBe(stoppedEarly);
      expect(stderr.trim().split('\n').at(-1)).toMatch(/^Stopped early; what was finished is kept/);
      const before = await roundsDone();
      expect(before).toBeLessThan(6);
      expect((await run(command)).code).toBe(0);
      expect(await roundsDone()).toBe(6);
    },
  );

  it('refuses a cell that is not there, two parts at once, and a cell that another task runs', async () => {
    const { args, benchmarks } = await place();
    const benchmark = (...part: string[]) => run(args('benchmark', 'faces', ...quick, ...part));
    const outside = await benchmark('--cells', '2');
    expect(outside.code).toBe(2);
    expect(outside.stderr).toMatch('There is no cell 2: the benchmark has 2 cells, numbered from 0 to 1.');
    expect((await benchmark('--plan', '--report')).stderr).toMatch(/Give one of --plan, --cells/);

    expect((await benchmark('--cells', '0')).code).toBe(0);
    const cells = join(benchmarks, 'benchmark/cells');
    const [done] = await readdir(cells);
    await writeFile(
      join(cells, done!),
      JSON.stringify({ ...JSON.parse(await readFile(join(cells, done!), 'utf8')), done: false }),
    );
    const holder = { pid: process.pid, host: (await import('node:os')).hostname(), started: null, token: 'ours' };
    await writeFile(join(cells, `${done}.lock`), JSON.stringify(holder));
    const taken = await benchmark('--cells', '0');
    expect(taken.code).toBe(1);
    expect(taken.stderr.trim().split('\n').at(-1)).toMatch(
      /^The cell "Random, hog, seed 0" is being run by another task/,
    );
  }, 180_000);
});
