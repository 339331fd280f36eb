import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../errors';
import { breathe, type Job, silentJob, throwIfCancelled } from '../job';
import { Random } from '../numeric/random';
import { strategyNamed } from '../strategies/registry';
import { runStrategy } from '../strategies/run';
import { SELECTION_COMMAND } from './commandName';
import {
  fer2013Size,
  makeSelectionData,
  readSelectionData,
  type SelectionSize,
  writeSelectionData,
} from './selectionData';

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
}

/** A strategy that arrays alone don't serve. */
export interface SelectionRefusal {
  readonly workload: 'select';
  readonly strategy: string;
  readonly refused: string;
}

type Usage = Pick<SelectionTime, 'seconds' | 'cpu_seconds' | 'peak_mb'>;
type Answer = { readonly usage: Usage } | { readonly refused: string } | { readonly defect: string };

/** Measures strategies one after another on the same arrays; by default at the size of FER2013. */
export async function measureSelections(
  strategies: Iterable<string>,
  threads: number,
  job: Job,
  size: SelectionSize = fer2013Size,
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
      const answer = await measureInProcess(strategy, folder, threads, size.budget, job);
      if ('defect' in answer) throw new Error(`Measuring ${strategy} failed. ${answer.defect}`);
      const about = { workload: 'select', strategy } as const;
      results.push('refused' in answer ? { ...about, ...answer } : { ...about, threads, ...size, ...answer.usage });
    }
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureInProcess(
  strategy: string,
  folder: string,
  threads: number,
  budget: number,
  job: Job,
): Promise<Answer> {
  const child = fork(join(__dirname, 'cli.js'), [SELECTION_COMMAND, strategy, folder, `${budget}`], {
    env: { ...process.env, WARMSTART_THREADS: `${threads}` },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  const stop = () => child.kill('SIGKILL');
  job.signal.addEventListener('abort', stop, { once: true });
  if (job.signal.aborted) stop();
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4_000);
  });
  const answer = await new Promise<Answer>((resolve) => {
    let told: Answer | undefined;
    child.on('message', (message: Answer) => {
      told = message;
    });
    child.on('error', (error) => resolve({ defect: error.message }));
    child.on('exit', (code, signal) =>
      resolve(told ?? { defect: `Its process ended early (${signal ?? `exit code ${code}`}). ${stderr.trim()}` }),
    );
  });
  job.signal.removeEventListener('abort', stop);
  throwIfCancelled(job);
  return answer;
}

/** The child's part: reads the arrays, selects, tells its parent what that took. It ends when the parent does. */
export async function selectionProcess([strategy, folder, budget]: readonly string[]): Promise<void> {
  process.on('disconnect', () => process.exit(1));
  process.on('SIGINT', () => {}); // the terminal sends it to both of us; the parent decides
  const answer = await measure(strategy, folder, Number(budget)).then(
    (usage): Answer => ({ usage }),
    (error: unknown): Answer => {
      if (error instanceof UserError) return { refused: error.message };
      return { defect: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    },
  );
  await new Promise((resolve) => process.send?.(answer, resolve));
}

async function measure(name: string, folder: string, budget: number): Promise<Usage> {
  const rule = strategyNamed(name).withOptions({});
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
  };
}

const rounded = (value: number): number => Number(value.toFixed(2));
