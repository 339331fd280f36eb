import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetFile } from '../../../shared/schema/dataset';
import { placeIn, places } from '../../../shared/workspace/paths';
import { diskError, writeFileAtomic } from '../../store/atomicFile';
import { removeLeftOvers } from '../../store/leftOvers';
import type { BuiltImages } from '../buildImages';
import { isPixelFile } from '../pixelFile';
import { writeVersions } from './fileVersions';
import { type IndexEntry, listPath, readList, writeList } from './list';

export const cachePath = (directory: string): string => placeIn(directory, places.cache);

export const pixelPath = (directory: string): string => placeIn(directory, places.pixels);

/**
 * Puts pixels and list of images in their places; `dataset` was made of them. Whenever this is interrupted, the cache is
 * whole or taken as missing.
 */
export async function commitCache(directory: string, built: BuiltImages, dataset: DatasetFile): Promise<void> {
  const list = listPath(directory);
  try {
    await writeFileAtomic(join(cachePath(directory), '.gitignore'), '*\n');
    await rm(list, { force: true });
    await built.pixels.commit();
    await writeList(directory, dataset, built.entries);
    await writeVersions(directory, built.versions);
    await removeLeftOvers(cachePath(directory));
  } catch (error) {
    await built.pixels.discard();
    throw diskError(list, error);
  }
}

/** The list of images if the cache is whole and belongs to the dataset, else null. */
export async function loadCache(directory: string, dataset: DatasetFile): Promise<IndexEntry[] | null> {
  const entries = await readList(directory, dataset);
  return entries && isPixelFile(pixelPath(directory), dataset.image, entries.length) ? entries : null;
}
