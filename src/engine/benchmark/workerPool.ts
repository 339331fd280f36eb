import { cancelledError } from '../errors';
import type { Job } from '../job';
import { Child } from '../process/child';
import { lossFailure, NativeCrash, ProcessLost } from '../process/ended';
import { CPU_DEVICE, DEVICE_VARIABLE } from '../runtime/device/device';
import type { CellReport, CellTask } from './cellTask';

/** After a stop, a process has this many milliseconds to end by itself. */
const GRACE = 1_000;
/** How often a cell is run that native code crashes: once again, as a job on the CPU is. */
const TRIES = 2;

export interface PoolOptions {
  /** The command-line bundle. */
  readonly program: string;
  readonly workers: number;
  /** A task in a sentence. */
  nameOf(task: number): string;
  /** Told after every round: the task's position and its number of rounds on disk. */
  onRound(task: number, rounds: number): void;
  onMessage(task: number, text: string): void;
}

/**
 * Runs tasks in child processes of one thread each, as many at a time as there are workers. A crash of native code repeats
 * the task in a new process, where it goes on after its last round. The first failure, or a cancel, stops all of them; what
 * they have written stays.
 */
export async function runTasks(tasks: readonly CellTask[], options: PoolOptions, job: Job): Promise<void> {
  if (job.signal.aborted) throw cancelledError();
  const pool = new WorkerPool(tasks, options);
  const stop = () => pool.stop();
  job.signal.addEventListener('abort', stop, { once: true });
  try {
    await pool.run();
  } catch (error) {
    throw job.signal.aborted ? cancelledError() : error;
  } finally {
    job.signal.removeEventListener('abort', stop);
  }
  if (job.signal.aborted) throw cancelledError();
}

type CellProcess = Child<CellTask, null, CellReport>;

class WorkerPool {
  private readonly running = new Set<CellProcess>();
  private next = 0;
  private isStopped = false;

  constructor(
    private readonly tasks: readonly CellTask[],
    private readonly options: PoolOptions,
  ) {}

  /** Returns, or throws, when the last process has gone. */
  async run(): Promise<void> {
    const workers = Math.min(this.options.workers, this.tasks.length);
    const runs = Array.from({ length: workers }, () => this.work());
    try {
      await Promise.all(runs);
    } catch (error) {
      this.stop();
      await Promise.allSettled(runs);
      throw error;
    }
  }

  stop(): void {
    this.isStopped = true;
    for (const child of this.running) child.stop();
  }

  /** Takes tasks until none is left. */
  private async work(): Promise<void> {
    let child: CellProcess | null = null;
    try {
      for (let task = this.take(); task !== null; task = this.take()) {
        child ??= this.start();
        child = await this.perform(task, child);
      }
    } finally {
      if (child) await this.letGo(child);
    }
  }

  private take(): number | null {
    return this.next < this.tasks.length && !this.isStopped ? this.next++ : null;
  }

  /** Runs a task; returns the process that it ended in. */
  private async perform(task: number, first: CellProcess): Promise<CellProcess> {
    for (let [child, tries] = [first, 1]; ; tries++)
      try {
        await child.ask(this.tasks[task]!, (report) => this.tell(task, report));
        return child;
      } catch (error) {
        await this.letGo(child);
        if (!(error instanceof NativeCrash) || tries === TRIES || this.isStopped)
          throw this.failureOf(task, tries, error);
        const text = `a native library crashed (${error.end.how}); going on after the last round`;
        console.error(`${this.options.nameOf(task)}: ${text}.`); // the log
        this.options.onMessage(task, text);
        child = this.start();
      }
  }

  private tell(task: number, report: CellReport): void {
    if ('rounds' in report) this.options.onRound(task, report.rounds);
    else this.options.onMessage(task, report.text);
  }

  private failureOf(task: number, tries: number, error: unknown): unknown {
    if (!(error instanceof ProcessLost)) return error;
    const advice = `what was finished is kept, run the benchmark again`;
    const who = `The cell "${this.options.nameOf(task)}"`;
    return lossFailure(error.end, who, tries > 1 ? `so it did when it was tried before; ${advice}` : advice);
  }

  private start(): CellProcess {
    const child: CellProcess = new Child({
      command: 'benchmark-worker',
      program: this.options.program,
      grace: GRACE,
      // cells run side by side, one a core
      env: { WARMSTART_THREADS: '1', [DEVICE_VARIABLE]: CPU_DEVICE },
    });
    this.running.add(child);
    return child;
  }

  private async letGo(child: CellProcess): Promise<void> {
    child.release();
    await child.ended;
    this.running.delete(child);
  }
}
