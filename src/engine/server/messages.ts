import type {
  DatasetAddress,
  DeviceReport,
  EngineErrorCode,
  EngineJobs,
  JobProgress,
} from '../../shared/protocol/engine';

/** What the server has done in a process of its own besides the client's jobs, and without waiting for them. */
export interface InternalJobs {
  /** Makes or checks the dataset's list of images in the cache. */
  prepare: { params: DatasetAddress; result: null };
  /** Loads native code, which may end the process. */
  devices: { params: Record<string, never>; result: { devices: readonly DeviceReport[] } };
}

export type Jobs = EngineJobs & InternalJobs;
export type JobName = keyof Jobs;

/** The hidden command of the command line that makes it the process of one job. */
export const JOB_COMMAND = 'engine-job';

export type ToJob =
  | { readonly kind: 'run'; readonly method: JobName; readonly params: unknown }
  | { readonly kind: 'stop' };

export type FromJob =
  | { readonly kind: 'progress'; readonly progress: JobProgress }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly code: EngineErrorCode; readonly message: string };
