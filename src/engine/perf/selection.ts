import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../errors';
import { breathe, type Job, silentJob, throwIfCancelled } from '../job';
import { Random } from '../numeric/random';
import { Child } from '../process/child';
import { lossFailure, ProcessLost } from '../process/ended';
import { serveParent } from '../process/parent';
import { strategyNamed } from '../strategies/registry';
import { runStrategy } from '../strategies/run';
import { makeSelectionData, readSelectionData, type SelectionSize, writeSelectionData } from './selectionData';

/** Time and memory of one selection, in a process of its own. */
export interface SelectionTime extends SelectionSize {
  readonly workload: 'select';
  readonly strategy: string;
  readonly threads: number;
  readonly seconds: number;
  /** Processor time of all threads; on a busy machine the better figure of the two. */
  readonly cpu_seconds: number;
  /** Largest resident memory above that before the selection, when the arrays had been read, in MB. */
  readonly peak_mb: number;
  /** Largest resident memory of the process, arrays and all, in MB. */
  readonly process_mb: number;
}

/** A strategy that arrays alone don't serve. */
export interface SelectionRefusal {
  readonly workload: 'select';
  readonly strategy: string;
  readonly refused: string;
}

type Usage = Pick<SelectionTime, 'seconds' | 'cpu_seconds' | 'peak_mb' | 'process_mb'>;

/** What a process of its own measures: a strategy on the arrays in a folder. */
interface SelectionOrder {
  readonly strategy: string;
  readonly folder: string;
  readonly budget: number;
}

/** Measures strategies one after another on the same arrays; of such a size. */
export async function measureSelections(
  strategies: Iterable<string>,
  threads: number,
  job: Job,
  size: SelectionSize,
): Promise<(SelectionTime | SelectionRefusal)[]> {
  const names = [...strategies];
  for (const name of names) strategyNamed(name); // before any work
  const folder = await mkdtemp(join(tmpdir(), 'warmstart-perf-'));
  try {
    job.report({ stage: 'Making features', done: 0, total: names.length, unit: 'strategies' });
    await breathe(job);
    await writeSelectionData(folder, await makeSelectionData(size));
    const results: (SelectionTime | SelectionRefusal)[] = [];
    for (const [done, strategy] of names.entries()) {
      job.report({ stage: `Selecting with ${strategy}`, done, total: names.length, unit: 'strategies' });
      const answer = await measureInProcess({ strategy, folder, budget: size.budget }, threads, job);
      const about = { workload: 'select', strategy } as const;
      results.push('refused' in answer ? { ...about, ...answer } : { ...about, threads, ...size, ...answer });
    }
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureInProcess(
  order: SelectionOrder,
  threads: number,
  job: Job,
): Promise<Usage | Pick<SelectionRefusal, 'refused'>> {
  throwIfCancelled(job);
  const child = new Child<SelectionOrder, Usage>({
    command: 'perf-selection',
    grace: 0,
    env: { WARMSTART_THREADS: `${threads}` },
  });
  const stop = () => child.stop();
  job.signal.addEventListener('abort', stop, { once: true });
  try {
    return await child.ask(order);
  } catch (error) {
    throwIfCancelled(job);
    if (error instanceof UserError) return { refused: error.message };
    throw error instanceof ProcessLost ? lossFailure(error.end, `Measuring ${order.strategy}`, 'try again') : error;
  } finally {
    job.signal.removeEventListener('abort', stop);
    child.release();
    await child.ended; // measurements follow each other
  }
}

/** The child's part: reads the arrays, selects, tells its parent what that took. */
export const selectionProcess = (): Promise<void> => serveParent<SelectionOrder, Usage>(measure);

async function measure({ strategy, folder, budget }: SelectionOrder): Promise<Usage> {
  const rule = strategyNamed(strategy).withOptions({});
  const context = await readSelectionData(folder);
  const before = process.memoryUsage().rss;
  const cpu = process.cpuUsage();
  const started = performance.now();
  await runStrategy(rule, context, budget, Random.stream(0, 'select'), silentJob);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const { maxRSS } = process.resourceUsage(); // in KiB
  return {
    seconds: rounded(seconds),
    cpu_seconds: rounded((user + system) / 1e6),
    peak_mb: Math.max(0, Math.round((1024 * maxRSS - before) / 1e6)),
    process_mb: Math.round((1024 * maxRSS) / 1e6),
  };
}

const rounded = (value: number): number => Number(value.toFixed(2));
