import { breathe, type Job } from './job';

const INTERVAL = 50; // milliseconds; well below the second in which cancelling must answer

/**
 * For greedy loops: call it after every step. Now and then it reports progress and lets signals through, and it throws
 * once the job is cancelled. When it does so never changes a result.
 */
export function pacer(job: Job, stage: string, total: number, unit: string): (done: number) => Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  return async (done) => {
    const now = performance.now();
    if (now - last < INTERVAL && done < total) return;
    last = now;
    job.report({ stage, done, total, unit });
    await breathe(job);
  };
}
