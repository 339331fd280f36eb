import type { JobProgress } from '../../shared/protocol/engine';
import { Child } from '../process/child';
import { lossFailure, ProcessLost } from '../process/ended';
import { PRIORITY_VARIABLE } from '../process/priority';
import { DEVICE_VARIABLE } from '../runtime/device/device';
import { type JobName, type JobOrder, type Jobs, nameOf } from './jobTypes';

/** Work of minutes beside which people go on with theirs. */
const background: ReadonlySet<JobName> = new Set<JobName>(['embed', 'pretrain', 'continueEncoder', 'benchmark']);

/** A job whose process hangs for so long (ms) after it was asked to stop is killed. */
const GRACE = 60_000;

/** A job in its process. */
export interface RunningJob<R> {
  /** @throws what the job threw; ProcessLost, which `jobFailure` puts into words. */
  readonly result: Promise<R>;
  /** Resolves when the process has gone and the machine is free again. */
  readonly ended: Promise<unknown>;
  /** Asks it to save its state and end. */
  stop(): void;
}

/** Starts a process for one job; `program` is the command line. `device`: another than this process is told to use. */
export function startJob<M extends JobName>(
  program: string,
  method: M,
  params: Jobs[M]['params'],
  report: (progress: JobProgress) => void = () => {},
  device?: string,
): RunningJob<Jobs[M]['result']> {
  const child = new Child<JobOrder, Jobs[M]['result'], JobProgress>({
    command: 'engine-job',
    program,
    grace: GRACE,
    onLine: (line) => void process.stderr.write(`${line}\n`), // the log
    env: {
      ...(background.has(method) ? {} : { [PRIORITY_VARIABLE]: 'normal' }),
      ...(device === undefined ? {} : { [DEVICE_VARIABLE]: device }),
    },
  });
  const result = child.ask({ method, params }, report).finally(() => child.release());
  result.catch(() => {}); // whoever waits for it may have been cancelled
  return { result, ended: child.ended, stop: () => child.stop() };
}

/** What to tell of a job that failed: where its process was lost, that in one sentence. */
export function jobFailure(method: JobName, error: unknown): unknown {
  if (!(error instanceof ProcessLost)) return error;
  return lossFailure(error.end, nameOf(method), 'what was finished is kept, try again');
}
