import { datasetDirectory } from '../data/dataset/folder';
import { rebuildCache } from '../data/dataset/import';
import { openDataset } from '../data/dataset/open';
import type { Dataset } from '../data/dataset/type';
import type { Job } from '../job';
import { tidyUp } from '../rounds/tidyUp';

/** What every command on a dataset gets. */
export interface DatasetOptions {
  /** Folder that holds `warmstart/`. */
  readonly workspace: string;
  readonly dataset: string;
}

/** Opens a dataset for the time of `work`. */
export async function withDataset<T>(
  { workspace, dataset: name }: DatasetOptions,
  job: Job,
  work: (dataset: Dataset) => Promise<T>,
): Promise<T> {
  await tidyUp(datasetDirectory(workspace, name));
  const dataset = await openDataset(workspace, name, job, rebuildCache);
  try {
    return await work(dataset);
  } finally {
    dataset.close();
  }
}
