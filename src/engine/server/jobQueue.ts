import type { JobProgress } from '../../shared/protocol/engine';
import { cancelledError } from '../errors';
import { EnduringJob, resumed } from './enduringJob';
import type { RunningJob } from './jobChild';
import { type JobName, type Jobs, nameOf } from './jobTypes';

/** After a cancel the request waits so long (ms) for its job to end by itself, then it is answered all the same. */
const GRACE = 500;

/** Work ahead of any question: it goes on from what it has saved, and whatever somebody waits for comes first. */
const ahead: ReadonlySet<JobName> = new Set<JobName>(['embed', 'continueEncoder', 'lookAtForm', 'lookAtImages']);

/** A pre-training says so itself: whoever asks for one may wait for it, or label meanwhile. */
const isAhead = <M extends JobName>(method: M, params: Jobs[M]['params']): boolean =>
  ahead.has(method) || (typeof params === 'object' && params !== null && 'ahead' in params && params.ahead === true);

/**
 * Runs jobs one at a time, in the order in which they came: they share one device. Those that work ahead are stopped for
 * any other, and go on behind it.
 */
export class JobQueue {
  /** Stop those that work ahead, or wait to. */
  private readonly yielding = new Set<AbortController>();
  /** Resolves when the process of the last job has gone. */
  private last: Promise<void> = Promise.resolve();
  private current: JobName | null = null;

  constructor(private readonly program: string) {}

  /**
   * Cancelling rejects within GRACE; the process may then still finish its step and save its state, and the next job
   * begins when it has.
   */
  async run<M extends JobName>(
    method: M,
    params: Jobs[M]['params'],
    signal: AbortSignal,
    report: (progress: JobProgress) => void,
  ): Promise<Jobs[M]['result']> {
    if (isAhead(method, params)) return this.runAhead(method, params, signal, report);
    for (const turn of this.yielding) turn.abort();
    return this.runInTurn(method, params, signal, report);
  }

  private async runAhead<M extends JobName>(
    method: M,
    params: Jobs[M]['params'],
    signal: AbortSignal,
    report: (progress: JobProgress) => void,
  ): Promise<Jobs[M]['result']> {
    const begun = Date.now();
    for (;;) {
      const turn = new AbortController();
      this.yielding.add(turn);
      try {
        return await this.runInTurn(
          method,
          await resumed(method, params, begun),
          AbortSignal.any([signal, turn.signal]),
          report,
        );
      } catch (error) {
        if (signal.aborted || !turn.signal.aborted) throw error;
        report({ stage: 'Waiting: other work comes first', done: 0, total: 0 });
      } finally {
        this.yielding.delete(turn);
      }
    }
  }

  private async runInTurn<M extends JobName>(
    method: M,
    params: Jobs[M]['params'],
    signal: AbortSignal,
    report: (progress: JobProgress) => void,
  ): Promise<Jobs[M]['result']> {
    const reportWhileWanted = (progress: JobProgress) => void (signal.aborted || report(progress));
    const before = this.last;
    const { promise: freed, resolve: free } = deferred();
    this.last = freed;
    if (this.current && this.current !== method)
      reportWhileWanted({ stage: `Waiting: ${nameOf(this.current)} is running`, done: 0, total: 0 });
    try {
      await orCancelled(before, signal, 0);
    } catch (error) {
      void before.then(free); // never began: the next one waits for the one before
      throw error;
    }
    this.current = method;
    const job = new EnduringJob(this.program, method, params, reportWhileWanted);
    void job.ended.then(() => {
      this.current = null;
      free();
    });
    return stopWhenCancelled(job, signal);
  }
}

async function stopWhenCancelled<R>(job: RunningJob<R>, signal: AbortSignal): Promise<R> {
  const stop = () => job.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await orCancelled(job.result, signal, GRACE);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The outcome of some work, or, some time after a cancel, the error that says so. */
async function orCancelled<T>(work: Promise<T>, signal: AbortSignal, grace: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const cancelled = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(cancelledError()), grace);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    const outcome = await Promise.race([work, cancelled]);
    if (signal.aborted) throw cancelledError(); // finished in the same moment; its files tell so
    return outcome;
  } catch (error) {
    throw signal.aborted ? cancelledError() : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
