import { setImmediate as nextTurn } from 'node:timers/promises';
import { cancelledError } from './errors';

/** One report of a running job. Rates and times are derived by whoever shows them, unless the job knows better. */
export interface Progress {
  /** What is being done, in a few words ("Decoding images"). */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** What `done` counts ("images"). */
  readonly unit?: string;
  /** Units a second. */
  readonly rate?: number;
  readonly secondsLeft?: number;
  /** Anything worth reading beside the bar ("loss 4.21"). */
  readonly message?: string;
}

/** What every long operation gets: somewhere to report to, and a signal that asks it to stop. */
export interface Job {
  readonly signal: AbortSignal;
  report(progress: Progress): void;
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
