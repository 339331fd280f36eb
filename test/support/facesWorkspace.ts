import { join } from 'node:path';
import { type ImportOptions, importDataset } from '../../src/engine/data/dataset/import';
import { type Job, silentJob } from '../../src/engine/job';
import { writeFiles } from './pictures';
import { temporaryFolder } from './temporaryFolder';

/** A workspace with images in `faces`. */
export async function workspaceWith(files: Parameters<typeof writeFiles>[1]): Promise<string> {
  const workspace = await temporaryFolder();
  await writeFiles(join(workspace, 'faces'), files);
  return workspace;
}

/** Makes the dataset of them, or brings it up to date. */
export const importFaces = (workspace: string, options: Partial<ImportOptions> = {}, job: Job = silentJob) =>
  importDataset({ workspace, folder: join(workspace, 'faces'), layout: 'auto', ...options }, job);
