import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { importDataset, rebuildCache } from '../../src/engine/data/dataset/import';
import { openDataset } from '../../src/engine/data/dataset/open';
import type { Dataset } from '../../src/engine/data/dataset/type';
import { silentJob } from '../../src/engine/job';
import { type ImageFolder, writeImages } from './pictures';
import { temporaryFolder } from './temporaryFolder';

/** The dataset `faces`, imported from real image files and open until the test ends. */
export async function importedFaces(images: ImageFolder): Promise<Dataset> {
  const workspace = await temporaryFolder();
  const folder = join(workspace, 'faces');
  await writeImages(folder, images);
  await importDataset({ workspace, folder, layout: 'auto' }, silentJob);
  const dataset = await openDataset(workspace, 'faces', silentJob, rebuildCache);
  onTestFinished(() => dataset.close());
  return dataset;
}
