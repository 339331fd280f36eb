import type { Job, Progress } from '../job';
import { serveParent } from '../process/parent';
import { RateMeter } from '../text/rate';
import { jobs } from './jobs';
import type { JobName, JobOrder, Jobs } from './jobTypes';

/** How long (ms) a job may still save its state after the server has gone. */
const FAREWELL = 10_000;
const MILLISECONDS_BETWEEN_REPORTS = 100;

/**
 * The process of one job: runs what the server sends, reports, answers. It works here and not in the server because a
 * training step blocks its thread for seconds.
 */
export const jobProcess = (): Promise<void> =>
  serveParent<JobOrder, unknown, Progress>(
    ({ method, params }, { signal, report }) => run(method, params, { signal, report: throttled(report) }),
    { farewell: FAREWELL },
  );

const run = <M extends JobName>(method: M, params: unknown, job: Job) => jobs[method](params as Jobs[M]['params'], job);

/** Reports with a rate, when a stage begins or ends, else ten times a second at most. */
function throttled(report: (progress: Progress) => void): (progress: Progress) => void {
  const meter = new RateMeter();
  let stage = '';
  let last = 0;
  return (progress) => {
    const now = performance.now();
    const timed = meter.update(progress, now);
    const isEdge = progress.stage !== stage || progress.done >= progress.total;
    if (!isEdge && now - last < MILLISECONDS_BETWEEN_REPORTS) return;
    stage = progress.stage;
    last = now;
    report(timed);
  };
}
