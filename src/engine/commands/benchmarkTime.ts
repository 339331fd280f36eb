import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { placeIn, places } from '../../shared/workspace/paths';
import { cellKey, readCell, timedRounds } from '../benchmark/cell';
import { type CellRound, expectedTime } from '../benchmark/expectedTime';
import { cellsAtATime, planCells } from '../benchmark/grid';
import { CellLooks } from '../benchmark/looks';
import type { Job } from '../job';
import { plural } from '../text/plural';
import { formatSeconds } from '../text/rate';
import { type BenchmarkOptions, type ReadyStudy, withStudy } from './benchmarkStudy';

export interface BenchmarkTime {
  readonly runs: number;
  /** Of these, how many are complete. */
  readonly done: number;
  /** Runs side by side. */
  readonly atATime: number;
  /** What the others take in all; null where nothing like them was ever run on this machine. */
  readonly seconds: number | null;
  /** Strategies that were never timed, for which others' times stand. */
  readonly untimed: readonly string[];
}

/** How many runs a benchmark has, and how long those that are left take, by what the dataset's benchmarks took on this machine. */
export const estimateBenchmark = (options: BenchmarkOptions, job: Job): Promise<BenchmarkTime> =>
  withStudy(options, job, (ready) => timeOf(ready, job), { makes: false, keeps: false });

async function timeOf({ request }: ReadyStudy, job: Job): Promise<BenchmarkTime> {
  const { dataset, folder, budgets } = request;
  const looks = new CellLooks(dataset, job);
  const planned = await planCells(request, looks);
  const left: CellRound[] = [];
  let done = 0;
  for (const { plan } of planned) {
    const file = await readCell(folder, cellKey(dataset, plan));
    if (file?.done) done++;
    else {
      const { strategy, features } = plan.policy;
      for (const labelled of budgets.slice(file?.rounds.length)) left.push({ strategy, features, labelled });
    }
  }
  const all = placeIn(dataset.directory, places.benchmarks);
  const earlier = (await readdir(all).catch(() => [])).map((name) => join(all, name));
  const expected = expectedTime(left, await timedRounds([...new Set([...earlier, folder])]));
  const atATime = Math.min(await cellsAtATime(request, planned, looks), Math.max(1, planned.length - done));
  return {
    runs: planned.length,
    done,
    atATime,
    seconds: expected && expected.seconds / atATime,
    untimed: expected?.untimed ?? [],
  };
}

export function describeEstimate({ runs, done, atATime, seconds, untimed }: BenchmarkTime): string {
  const count = `${plural(runs, 'run')}, ${done} already done`;
  if (done === runs) return `${count}: nothing is left to do.`;
  if (seconds === null)
    return `${count}. How long they take can't be told: no benchmark of this dataset was run on this machine with the same features; progress tells it once the first runs are done.`;
  const but =
    untimed.length > 0 ? ` ${untimed.join(', ')} was never timed here; it is taken to be as fast as the others.` : '';
  return `${count}. About ${formatSeconds(seconds)} more, ${atATime} at a time, by what earlier benchmarks took on this machine.${but}`;
}
