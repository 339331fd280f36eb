import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { run, start, untilWritten } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { childrenOf, isAlive } from '../support/processes';
import { temporaryFolder } from '../support/temporaryFolder';
import { waitFor } from '../support/waitFor';

beforeAll(ensureBuilt);

async function study() {
  const folder = await temporaryFolder();
  await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 30, test: 4 });
  expect((await run(['--workspace', folder, 'import', join(folder, 'faces')])).code).toBe(0);
  const args = (learner: string) => [
    ...['--workspace', folder, '--json', 'benchmark', 'faces', '--strategies', 'random,coreset', '--pretrained', 'no'],
    ...['--initial', '4', '--budget', '4', '--cycles', '4', '--seeds', '2', '--learner', learner],
  ];
  return { args, out: join(folder, 'warmstart/faces/benchmarks/benchmark') };
}

describe.runIf(process.platform === 'linux')('a benchmark that is stopped', () => {
  it.each(['SIGINT', 'SIGKILL'] as const)('by %s leaves no process behind and keeps its rounds', async (signal) => {
    const { args, out } = await study();
    const stopped = start(args('finetune'));
    await untilWritten(join(out, 'cells'), stopped);
    const { child, ended } = stopped;
    const workers = childrenOf(child.pid!);
    expect(workers.length).toBeGreaterThan(0);
    child.kill(signal);
    const { code, stderr } = await ended;
    if (signal === 'SIGINT') {
      expect(code).toBe(130);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(existsSync(join(out, 'report.json'))).toBe(true);
    }
    await waitFor('its workers have ended', () => !workers.some(isAlive));
    const cells = await readdir(join(out, 'cells'));
    const rounds = await Promise.all(
      cells
        .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
        .map(async (name) => JSON.parse(await readFile(join(out, 'cells', name), 'utf8')).rounds.length as number),
    );
    expect(rounds.reduce((a, b) => a + b, 0)).toBeGreaterThan(0);
  });

  it('ends with the figures of one that was never stopped', async () => {
    const [whole, stopped] = [await study(), await study()];
    expect((await run(whole.args('probe'))).code).toBe(0);
    const first = start(stopped.args('probe'));
    await untilWritten(join(stopped.out, 'cells'), first);
    first.child.kill('SIGKILL');
    await first.ended;
    expect((await run(stopped.args('probe'))).code).toBe(0);
    const figures = async (out: string) => {
      const { cells } = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as { cells: Cell[] };
      return cells.map(({ points, ...cell }) => ({
        ...cell,
        points: points.map(({ selectionSeconds: _, trainingSeconds: __, ...point }) => point),
      }));
    };
    expect(await figures(stopped.out)).toEqual(await figures(whole.out));
  });
});

interface Cell {
  readonly points: readonly { readonly selectionSeconds: number; readonly trainingSeconds: number }[];
}
