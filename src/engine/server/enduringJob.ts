import { stat } from 'node:fs/promises';
import type { EngineJobs, JobProgress } from '../../shared/protocol/engine';
import { placeIn, places } from '../../shared/workspace/paths';
import { datasetDirectory } from '../data/dataset/folder';
import { NativeCrash } from '../process/ended';
import { CPU_DEVICE, DEVICE_VARIABLE } from '../runtime/device/device';
import { jobFailure, type RunningJob, startJob } from './jobChild';
import type { JobName, Jobs } from './jobTypes';

/** Jobs that compute on a device and may be run again: they go on from what they saved, or have saved nothing yet. */
const repeatable: ReadonlySet<JobName> = new Set<keyof EngineJobs>([
  'pretrain',
  'train',
  'query',
  'suggest',
  'benchmark',
  'export',
]);

/**
 * A job that outlives a crash of the native library under it (a driver that aborts): it goes on in a new process, the first
 * time on the same device, then on the CPU. A person is told so; only what crashes there too is an error.
 */
export function startEnduringJob<M extends JobName>(
  program: string,
  method: M,
  params: Jobs[M]['params'],
  report: (progress: JobProgress) => void,
): RunningJob<Jobs[M]['result']> {
  const begun = Date.now();
  let isStopped = false;
  let job = startJob(program, method, params, report);
  const untilDone = async (): Promise<Jobs[M]['result']> => {
    for (let crashes = 1; ; crashes++) {
      try {
        return await job.result;
      } catch (error) {
        const device = deviceAfter(crashes);
        if (!(error instanceof NativeCrash) || isStopped || !repeatable.has(method) || !device)
          throw jobFailure(method, error);
        await job.ended;
        const stage = `A native library crashed (${error.end.how}); going on from what is saved${crashes > 1 ? ', on the CPU' : ''}`;
        report({ stage, done: 0, total: 1 });
        console.error(`${stage}.`); // the log
        job = startJob(program, method, await resumed(method, params, begun), report, device);
        if (isStopped) job.stop(); // meanwhile
      }
    }
  };
  const result = untilDone();
  const ended = result.then(
    () => job.ended,
    () => job.ended,
  );
  return {
    result,
    ended,
    stop() {
      isStopped = true;
      job.stop();
    },
  };
}

/** Where a job goes on after so many crashes; null when nothing is left to try. */
function deviceAfter(crashes: number): string | null {
  const wanted = process.env[DEVICE_VARIABLE] || 'auto';
  if (crashes === 1) return wanted;
  return crashes === 2 && wanted !== CPU_DEVICE ? CPU_DEVICE : null;
}

/** What was asked for, without beginning again what this job has begun again already. */
async function resumed<M extends JobName>(
  method: M,
  params: Jobs[M]['params'],
  begun: number,
): Promise<Jobs[M]['params']> {
  if (method !== 'pretrain') return params;
  const { workspace, dataset, restart } = params as EngineJobs['pretrain']['params'];
  if (!restart) return params;
  const path = placeIn(datasetDirectory(workspace, dataset), places.checkpoint);
  const saved = await stat(path)
    .then(({ mtimeMs }) => mtimeMs >= begun)
    .catch(() => false);
  return saved ? { ...params, restart: false } : params;
}
