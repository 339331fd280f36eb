import { writeSampleFaces } from '../../sample/write';
import type { LookName } from '../../shared/sampleLooks';
import type { Job } from '../job';
import { type ImportCommandReport, importFolder } from './import';

export interface SampleOptions {
  readonly workspace: string;
  /** A new or empty folder, or one with the beginning of the same sample. */
  readonly folder: string;
  /** Synthetic training faces. */
  readonly faces: number;
  /** By default a third as many as training faces. */
  readonly testFaces?: number;
  /** Name of the dataset; by default the folder's. */
  readonly name?: string;
  /** By default as in photographs. */
  readonly look?: LookName;
  /** Other seeds draw other people. */
  readonly seed?: number;
}

const SEED = 1;
/** Side of the pictures on disk, which people look at. */
const PICTURE_SIZE = 96;
/** Side of what the network sees: expressions can still be told, and a pass takes less than half as long as at 48 pixels. */
const IMAGE_SIZE = 32;

/** Draws synthetic faces into a folder and imports them; what is there already is not made again. */
export async function sample(options: SampleOptions, job: Job): Promise<ImportCommandReport> {
  const { workspace, folder, faces, testFaces = Math.ceil(faces / 3), name, look, seed = SEED } = options;
  const request = { folder, train: faces, test: testFaces, seed, size: PICTURE_SIZE, labelled: true };
  await writeSampleFaces({ ...request, ...(look === undefined ? {} : { look }) }, job);
  return importFolder(
    { workspace, folder, layout: 'sample', imageSize: IMAGE_SIZE, ...(name === undefined ? {} : { name }) },
    job,
  );
}
