import { type ChildProcess, fork } from 'node:child_process';
import { cancelledError, UserError } from '../errors';
import type { Job } from '../job';
import { CPU_DEVICE, DEVICE_VARIABLE } from '../runtime/device';
import type { CellTask, FromWorker, ToWorker } from './messages';

/** The hidden command of the command line that turns a process into a worker. */
export const WORKER_COMMAND = 'benchmark-worker';

/** After a stop, a worker has this many milliseconds to end by itself. */
const GRACE = 1_000;
const STDERR_KEPT = 4_000;

export interface PoolOptions {
  /** The command-line bundle. */
  readonly program: string;
  readonly workers: number;
  /** Told after every round: the task's position and its number of rounds on disk. */
  onRound(task: number, rounds: number): void;
  onMessage(task: number, text: string): void;
}

/**
 * Runs tasks in child processes of one thread each, as many at a time as there are workers. The first failure, or a
 * cancel, stops all of them; what they have written stays.
 */
export async function runTasks(tasks: readonly CellTask[], options: PoolOptions, job: Job): Promise<void> {
  if (job.signal.aborted) throw cancelledError();
  let next = 0;
  const children: ChildProcess[] = [];
  const stop = () => children.forEach(stopWorker);
  job.signal.addEventListener('abort', stop, { once: true });
  const take = () => (next < tasks.length && !job.signal.aborted ? next++ : null);
  try {
    const count = Math.min(options.workers, tasks.length);
    const runs = Array.from({ length: count }, () => runWorker(tasks, take, options, (child) => children.push(child)));
    const failed = Promise.all(runs);
    await failed.catch(async (error) => {
      stop();
      await Promise.allSettled(runs);
      throw job.signal.aborted ? cancelledError() : error;
    });
    if (job.signal.aborted) throw cancelledError();
  } finally {
    job.signal.removeEventListener('abort', stop);
  }
}

function stopWorker(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (child.connected) child.send({ kind: 'stop' } satisfies ToWorker, () => {});
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE);
  child.once('exit', () => clearTimeout(timer));
}

/** One child process that works until no task is left. */
function runWorker(
  tasks: readonly CellTask[],
  take: () => number | null,
  options: PoolOptions,
  onStart: (child: ChildProcess) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(options.program, [WORKER_COMMAND], {
      // cells run side by side, one a core
      env: { ...process.env, WARMSTART_THREADS: '1', [DEVICE_VARIABLE]: CPU_DEVICE },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    });
    onStart(child);
    let current: number | null = null;
    let failure: Error | null = null;
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_KEPT);
    });
    const advance = () => {
      current = take();
      if (current === null) child.disconnect();
      else child.send({ kind: 'run', task: tasks[current] } satisfies ToWorker, () => {});
    };
    child.on('message', (message: FromWorker) => {
      if (message.kind === 'ready' || message.kind === 'finished') advance();
      else if (message.kind === 'round') options.onRound(current!, message.rounds);
      else if (message.kind === 'message') options.onMessage(current!, message.text);
      else {
        failure = message.code === 'defect' ? new Error(message.message) : new UserError(message.code, message.message);
        if (child.connected) child.disconnect();
      }
    });
    child.on('error', (error) => {
      failure ??= error;
      if (child.pid === undefined) reject(error); // never started, so it never exits
    });
    // not 'close': Node does not emit that after the parent has disconnected the channel
    child.on('exit', (code, signal) => {
      if (failure) reject(failure);
      else if (current === null && code === 0) resolve();
      else reject(new Error(`A benchmark process ended early (${signal ?? `exit code ${code}`}). ${stderr.trim()}`));
    });
  });
}
