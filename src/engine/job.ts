import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobProgress } from '../shared/protocol/engine';
import { cancelledError } from './errors';

/** One report of a running job. */
export type Progress = JobProgress;

/** What every long operation gets: somewhere to report to, and a signal that asks it to stop. */
export interface Job {
  readonly signal: AbortSignal;
  report(progress: Progress): void;
  /** Told, in a sentence, of what a person should know although the work goes on; absent where nobody is there to be told. */
  warn?(sentence: string): void;
}

/** A job that nobody watches and nobody cancels. */
export const silentJob: Job = { signal: new AbortController().signal, report: () => {} };

/** Throws if the job was cancelled. */
export function throwIfCancelled(job: Job): void {
  if (job.signal.aborted) throw cancelledError();
}

/** Lets signals, messages and timers through between two blocking steps, then throws if the job was cancelled. */
export async function breathe(job: Job): Promise<void> {
  await nextTurn();
  throwIfCancelled(job);
}
