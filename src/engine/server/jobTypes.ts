import type { DatasetAddress, DeviceReport, EngineJobs } from '../../shared/protocol/engine';

/** What the server has done in a process of its own besides the client's jobs, and without waiting for them. */
export interface InternalJobs {
  /** Makes or checks the dataset's list of images in the cache. */
  prepare: { params: DatasetAddress; result: null };
  /** Loads native code, which may end the process. */
  devices: { params: Record<string, never>; result: { devices: readonly DeviceReport[] } };
  /** Makes small pictures of image files; `made`: whether each could be decoded. */
  thumbnails: { params: { files: readonly ThumbnailOrder[] }; result: { made: readonly boolean[] } };
}

/** An image file and where its small picture goes. */
export interface ThumbnailOrder {
  readonly source: string;
  readonly target: string;
}

export type Jobs = EngineJobs & InternalJobs;
export type JobName = keyof Jobs;

/** What the process of a job is told to do. The parameters were checked by the server. */
export interface JobOrder {
  readonly method: JobName;
  readonly params: unknown;
}

const names: Readonly<Record<JobName, string>> = {
  look: 'Looking into the folder',
  lookAtForm: 'Looking at the images',
  lookAtImages: 'Looking at the images',
  import: 'The import',
  useEncoder: 'Choosing the encoder',
  embed: 'Looking at the images',
  sample: 'Drawing the sample',
  pretrain: 'Pre-training',
  continueEncoder: 'Learning from the images',
  train: 'Training',
  query: 'Choosing images',
  testSet: 'Drawing the test set',
  suggest: 'Suggesting labels',
  benchmark: 'The benchmark',
  benchmarkTime: 'Estimating the time',
  benchmarkScripts: 'Making the benchmark ready',
  encoderAdd: 'Adding the encoder',
  encoderList: 'Listing the encoders',
  encoderRemove: 'Removing the encoder',
  predict: 'Predicting',
  predictions: 'Predicting',
  similar: 'Comparing images',
  nearDuplicates: 'Comparing images',
  seen: 'Showing what the model sees',
  suspicions: 'Judging the labels',
  suspicious: 'Judging the labels',
  roundImages: 'Finding the images',
  export: 'The export',
  prepare: 'Reading the dataset',
  devices: 'Looking for devices',
  thumbnails: 'Making thumbnails',
};

/** A job at the beginning of a sentence. */
export const nameOf = (method: JobName): string => names[method];
