import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { isSafeId } from '../../shared/schema/common';
import { placeIn, places } from '../../shared/workspace/paths';
import { imageFile } from '../data/dataset/folder';
import type { ImageList } from '../data/dataset/open';
import type { ThumbnailOrder } from './jobTypes';

/** Makes small pictures; tells of each whether the image could be decoded. */
export type MakeThumbnails = (files: readonly ThumbnailOrder[]) => Promise<readonly boolean[]>;

/** A file of up to so many bytes, in a format that a page can show, needs no small picture. */
const SMALL = 24 * 1024;
const shown: ReadonlySet<string> = new Set(['.png', '.jpg', '.jpeg', '.webp', '.gif', '.avif']);

interface Found extends ThumbnailOrder {
  /** What to show as it is; null: the target, once it is made. */
  readonly file: string | null;
}

/**
 * Small pictures of image files, from the cache where they are there: they are named after the content that the image had
 * when it was imported, and one that is older than its file is made again.
 */
export async function thumbnailFiles(
  list: ImageList,
  images: readonly string[],
  make: MakeThumbnails,
): Promise<(string | null)[]> {
  const found = await Promise.all(images.map((id) => find(list, id)));
  const wanted = found.flatMap((one) => (one && one.file === null ? [one] : []));
  const made = wanted.length > 0 ? await make(wanted.map(({ source, target }) => ({ source, target }))) : [];
  const failed = new Set(wanted.filter((_, i) => !made[i]));
  return found.map((one) => (one === null || failed.has(one) ? null : (one.file ?? one.target)));
}

async function find({ file, root, directory, listed }: ImageList, id: string): Promise<Found | null> {
  const record = listed.records.get(id);
  const source = record !== undefined && isSafeId(id) ? imageFile(file, root, id) : null;
  const info = source === null ? null : await stat(source).catch(() => null);
  if (record === undefined || source === null || !info?.isFile()) return null;
  if (info.size <= SMALL && shown.has(extname(source).toLowerCase())) return { source, target: source, file: source };
  const hash = listed.hashes[record];
  const target = join(placeIn(directory, places.thumbnails), hash.slice(0, 2), `${hash.slice(2, 34)}.webp`);
  const present = await stat(target).catch(() => null);
  const isGood = present !== null && present.size > 0 && present.mtimeMs >= info.mtimeMs;
  return { source, target, file: isGood ? target : null };
}
