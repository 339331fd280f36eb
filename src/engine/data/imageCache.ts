import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetFile } from '../../shared/schema/dataset';
import { diskError, writeFileAtomic } from '../store/atomicFile';
import type { BuiltImages } from './buildImages';
import { type IndexEntry, readIndex, writeIndex } from './imageIndex';
import { writeProof } from './indexProof';
import { isPixelFile } from './pixelFile';

export const indexPath = (cache: string): string => join(cache, 'index.json');

export const pixelPath = (cache: string): string => join(cache, 'pixels.u8');

/** Temporary files older than this (ms) belong to a process that was killed. */
const STALE = 10 * 60_000;

/**
 * Puts pixels and list of images in their places; `dataset` was made of them. Whenever this is interrupted, the cache is
 * whole or taken as missing.
 */
export async function commitCache(cache: string, built: BuiltImages, dataset: DatasetFile): Promise<void> {
  const index = indexPath(cache);
  try {
    await writeFileAtomic(join(cache, '.gitignore'), '*\n');
    await rm(index, { force: true });
    await built.pixels.commit();
    await writeIndex(index, dataset.image, built.entries);
    await writeProof(index, await readFile(index), dataset);
    await removeStale(cache);
  } catch (error) {
    await built.pixels.discard();
    throw diskError(index, error);
  }
}

/** The list of images if the cache is whole and belongs to the dataset, else null. */
export async function loadCache(cache: string, dataset: DatasetFile): Promise<IndexEntry[] | null> {
  const entries = await readIndex(indexPath(cache), dataset);
  return entries && isPixelFile(pixelPath(cache), dataset.image, entries.length) ? entries : null;
}

async function removeStale(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!/^\..*\.\d+-[0-9a-f]+\.tmp$/.test(name)) continue;
    const info = await stat(join(cache, name)).catch(() => null);
    if (info && Date.now() - info.mtimeMs > STALE) await rm(join(cache, name), { force: true });
  }
}
