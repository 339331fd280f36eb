import { cellsOfTask, cellsPerTask } from '../benchmark/arrayTask';
import { cellKey, cellPath } from '../benchmark/cell';
import {
  cellName,
  collect,
  type GridRequest,
  isComplete,
  largestCell,
  type PlannedCell,
  planCells,
  prepareCells,
  runCells,
} from '../benchmark/grid';
import { CellLooks } from '../benchmark/looks';
import { inputError, StoppedEarly, UserError, usageError } from '../errors';
import type { Job } from '../job';
import { withFileLock } from '../store/fileLock';
import { plural } from '../text/plural';
import { type BenchmarkOutcome, reportOn } from './benchmark';
import { type BenchmarkOptions, withStudy } from './benchmarkStudy';

/** A cell of a plan, and whether it is complete. */
export interface ListedCell {
  readonly number: number;
  readonly name: string;
  readonly done: boolean;
}

export interface BenchmarkPlan {
  readonly dataset: string;
  readonly folder: string;
  readonly cells: readonly ListedCell[];
  /** Megabytes that a task needs which runs one cell at a time. */
  readonly memory: number;
  /** Cells that a task should run so that an array holds them all. */
  readonly perTask: number;
}

/** Megabytes beside the cell itself: the process that starts it. */
const MEMORY_BESIDE = 400;

/** Makes everything that many tasks would make each for itself, and lists the cells by number. */
export const planBenchmark = (options: BenchmarkOptions, job: Job): Promise<BenchmarkPlan> =>
  withStudy(options, job, async ({ request }) => listed(request, await prepareCells(request, job), job));

/** The same without making anything. */
export const listCells = (options: BenchmarkOptions, job: Job): Promise<BenchmarkPlan> =>
  withStudy(
    options,
    job,
    async ({ request }) => listed(request, await planCells(request, new CellLooks(request.dataset, job)), job),
    { makes: false, keeps: false },
  );

async function listed(request: GridRequest, planned: readonly PlannedCell[], job: Job): Promise<BenchmarkPlan> {
  const cells: ListedCell[] = [];
  for (const [number, cell] of planned.entries())
    cells.push({ number, name: cellName(cell), done: await isComplete(request, cell) });
  const bytes = await largestCell(request, planned, new CellLooks(request.dataset, job));
  return {
    dataset: request.dataset.name,
    folder: request.folder,
    cells,
    memory: Math.ceil(bytes / 2 ** 20) + MEMORY_BESIDE,
    perTask: cellsPerTask(cells.length),
  };
}

export function describePlan({ folder, cells, memory, perTask }: BenchmarkPlan): string {
  const done = cells.filter((cell) => cell.done).length;
  return [
    ...cells.map(({ number, name, done }) => `${number}\t${name}${done ? '\tcomplete' : ''}`),
    `${plural(cells.length, 'cell')}, ${done} complete; about ${memory} MB each${perTask > 1 ? `; ${perTask} a task (--per-task ${perTask}) fit into one array` : ''}.`,
    `Run them by --cells, then --report; or all of it by --slurm. ${folder}`,
  ].join('\n');
}

/** Which cells to run. */
export interface CellsChoice {
  /** Their numbers; null for those of the task of an array that this is. */
  readonly numbers: readonly number[] | null;
  /** Cells that each task of an array runs. */
  readonly perTask: number;
}

export interface CellsOutcome {
  readonly ran: readonly string[];
  /** Complete before. */
  readonly complete: readonly string[];
}

/** How long a cell that another process runs is waited for: a process that is gone elsewhere counts as gone after a minute. */
const PATIENCE = 65_000;

/** Runs some cells of a planned benchmark; another task can't run them at the same time. */
export const runBenchmarkCells = (
  options: BenchmarkOptions,
  { numbers, perTask }: CellsChoice,
  job: Job,
): Promise<CellsOutcome> =>
  withStudy(
    options,
    job,
    async ({ request }) => {
      const planned = await planCells(request, new CellLooks(request.dataset, job));
      // the last task of an array may have fewer
      const wanted = numbers ?? cellsOfTask(perTask).filter((number, i) => i === 0 || number < planned.length);
      const unknown = wanted.find((number) => number >= planned.length);
      if (unknown !== undefined)
        throw usageError(
          `There is no cell ${unknown}: the benchmark has ${plural(planned.length, 'cell')}, numbered from 0 to ${planned.length - 1}.`,
        );
      const complete: PlannedCell[] = [];
      const open: PlannedCell[] = [];
      for (const number of wanted)
        ((await isComplete(request, planned[number]!)) ? complete : open).push(planned[number]!);
      await claimed(request, open, () => runSome(request, open, job), job);
      return { ran: open.map(cellName), complete: complete.map(cellName) };
    },
    { makes: false },
  );

/** @throws what a scheduler should take for "start me again", where it was asked to stop. */
async function runSome(request: GridRequest, cells: readonly PlannedCell[], job: Job): Promise<void> {
  try {
    await runCells(request, cells, job);
  } catch (error) {
    if (!job.signal.aborted) throw error;
    throw new StoppedEarly();
  }
}

/** Runs `work` while nobody else can run these cells. */
async function claimed(
  request: GridRequest,
  [first, ...others]: readonly PlannedCell[],
  work: () => Promise<void>,
  job: Job,
): Promise<void> {
  if (!first) return work();
  const path = cellPath(request.folder, cellKey(request.dataset, first.plan));
  let isMine = false;
  const run = () => {
    isMine = true;
    return claimed(request, others, work, job);
  };
  await withFileLock(path, run, { patience: PATIENCE, signal: job.signal }).catch((error: unknown) => {
    if (isMine || !(error instanceof UserError) || error.code !== 'disk') throw error;
    throw inputError(
      `The cell "${cellName(first)}" is being run by another task; let that one end, or delete ${path}.lock if it hangs.`,
      error,
    );
  });
}

export function describeCells({ ran, complete }: CellsOutcome): string {
  const lines = [
    ...complete.map((name) => `"${name}" was complete before: nothing to do.`),
    ...ran.map((name) => `"${name}" is complete.`),
  ];
  return lines.join('\n');
}

/** Writes the report of what there is. */
export const reportBenchmark = (options: BenchmarkOptions, job: Job): Promise<BenchmarkOutcome> =>
  withStudy(
    options,
    job,
    async (ready) => {
      const { request } = ready;
      const planned = await planCells(request, new CellLooks(request.dataset, job));
      const { cells, notes } = await collect(request, planned);
      const done = cells.filter((cell) => cell.points.length === request.budgets.length).length;
      if (cells.every((cell) => cell.points.length === 0))
        throw inputError(
          `No cell of the benchmark in ${request.folder} has begun yet; run them by --cells or --slurm.`,
        );
      const missing =
        done < cells.length ? [`${plural(cells.length - done, 'cell')} of ${cells.length} are not complete.`] : [];
      const report = await reportOn(ready, { cells, notes: [...notes, ...missing] });
      return { folder: request.folder, report, reused: done };
    },
    { makes: false },
  );
