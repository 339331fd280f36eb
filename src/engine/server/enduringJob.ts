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
  'embed',
  'pretrain',
  'continueEncoder',
  'train',
  'query',
  'suggest',
  'benchmark',
  'predict',
  'predictions',
  'suspicions',
  'export',
]);

/**
 * A job that outlives a crash of the native library under it (a driver that aborts): it goes on in a new process, the first
 * time on the same device, then on the CPU. A person is told so; only what crashes there too is an error.
 */
export class EnduringJob<M extends JobName> implements RunningJob<Jobs[M]['result']> {
  readonly result: Promise<Jobs[M]['result']>;
  readonly ended: Promise<unknown>;
  private readonly begun = Date.now();
  private job: RunningJob<Jobs[M]['result']>;
  private isStopped = false;

  /** `program` is the command line. */
  constructor(
    private readonly program: string,
    private readonly method: M,
    private readonly params: Jobs[M]['params'],
    private readonly report: (progress: JobProgress) => void,
  ) {
    this.job = startJob(program, method, params, report);
    this.result = this.untilDone();
    const last = () => this.job.ended;
    this.ended = this.result.then(last, last);
  }

  stop(): void {
    this.isStopped = true;
    this.job.stop();
  }

  private async untilDone(): Promise<Jobs[M]['result']> {
    for (let crashes = 1; ; crashes++)
      try {
        return await this.job.result;
      } catch (error) {
        await this.goOn(error, crashes);
      }
  }

  private async goOn(error: unknown, crashes: number): Promise<void> {
    const { program, method, params, report, begun } = this;
    const next = this.isStopped ? null : afterCrash(method, error, crashes);
    if (!next) throw jobFailure(method, error);
    await this.job.ended;
    report({ stage: next.stage, done: 0, total: 1 });
    console.error(`${next.stage}.`); // the log
    this.job = startJob(program, method, await resumed(method, params, begun), report, next.device);
    if (this.isStopped) this.job.stop(); // meanwhile
  }
}

/** Where a job goes on after so many crashes, and what a person is told; null when nothing is left to try. */
function afterCrash(method: JobName, error: unknown, crashes: number): { device: string; stage: string } | null {
  if (!(error instanceof NativeCrash) || !repeatable.has(method)) return null;
  const wanted = process.env[DEVICE_VARIABLE] || 'auto';
  const stage = `A native library crashed (${error.end.how}); going on from what is saved`;
  if (crashes === 1) return { device: wanted, stage };
  return crashes === 2 && wanted !== CPU_DEVICE ? { device: CPU_DEVICE, stage: `${stage}, on the CPU` } : null;
}

/** What was asked for, without beginning again what this job has begun again already. */
export async function resumed<M extends JobName>(
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
