import { cancelledError } from '../errors';
import type { Job, Progress } from '../job';
import { RateMeter } from '../text/rate';
import { type EngineFailure, engineFailure } from './failure';
import { jobs } from './jobs';
import type { FromJob, JobName, Jobs, ToJob } from './messages';

/** How long (ms) a job may still save its state after the server has gone. */
const FAREWELL = 10_000;
const MILLISECONDS_BETWEEN_REPORTS = 100;

/**
 * The process of one job: runs what the server sends, reports, answers, ends. It works here and not in the server because
 * a training step blocks its thread for seconds. When the server goes away, however that came about, it ends too.
 */
export async function jobProcess(): Promise<void> {
  const abort = new AbortController();
  const job: Job = { signal: abort.signal, report: reporter() };
  process.stderr.on('error', () => {}); // nobody listens any more
  process.on('disconnect', () => {
    abort.abort(cancelledError());
    setTimeout(() => process.exit(1), FAREWELL);
  });
  const message = await new Promise<FromJob>((resolve) => {
    process.on('message', (asked: ToJob) => {
      if (asked.kind === 'stop') abort.abort(cancelledError());
      else
        run(asked.method, asked.params, job).then(
          (result) => resolve({ kind: 'done', result }),
          (error: unknown) => resolve({ kind: 'failed', ...failureOf(error, abort.signal) }),
        );
    });
  });
  await send(message);
}

/** The parameters were checked by the server. */
const run = <M extends JobName>(method: M, params: unknown, job: Job) => jobs[method](params as Jobs[M]['params'], job);

// whatever broke while stopping broke because of the stop
const failureOf = (error: unknown, signal: AbortSignal): EngineFailure =>
  engineFailure(signal.aborted ? cancelledError() : error);

/** Returns when the message has left the process, or nobody is there to take it. */
async function send(message: FromJob): Promise<void> {
  if (process.connected) await new Promise((resolve) => process.send?.(message, resolve));
}

/** Sends a report when a stage begins or ends, else ten a second at most. */
function reporter(): (progress: Progress) => void {
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
    void send({ kind: 'progress', progress: timed });
  };
}
