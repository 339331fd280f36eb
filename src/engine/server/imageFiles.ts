import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSafeId } from '../../shared/schema/common';
import type { DatasetFile } from '../../shared/schema/dataset';
import { pixelPath } from '../data/dataset/cache';
import { imageFile } from '../data/dataset/folder';
import type { DatasetHead, ImageList } from '../data/dataset/open';
import type { PixelStore } from '../data/images';
import { interleaved, writePicture } from '../data/picture';
import { isPixelFile, openPixelFile } from '../data/pixelFile';
import { damagedError } from '../errors';
import { exists } from '../store/exists';

/** The image files themselves; null for those that are gone. */
export function sourceFiles(head: DatasetHead, images: readonly string[]): Promise<(string | null)[]> {
  return Promise.all(
    images.map(async (id) => {
      const path = isSafeId(id) ? imageFile(head.file, head.root, id) : null;
      return path !== null && (await exists(path)) ? path : null;
    }),
  );
}

/** Pictures of the rows of a csv file, drawn once from the pixel file into the cache; null for rows that are not there. */
export async function drawnFiles(list: ImageList, images: readonly string[]): Promise<(string | null)[]> {
  const { file, cache } = list;
  const count = file.split.train + file.split.test;
  // named after the dataset's digest: a picture of other images is never shown
  const folder = join(cache, 'images', file.digest.slice(0, 12));
  let pixels: PixelStore | null = null;
  try {
    const files: (string | null)[] = [];
    for (const id of images) {
      const record = isSafeId(id) ? list.recordOf(id) : undefined;
      const path = join(folder, `${id}.png`);
      if (record !== undefined && !(await isDrawn(path))) {
        pixels ??= openPixels(list.directory, file, count);
        await draw(pixels, record, path);
      }
      files.push(record === undefined ? null : path);
    }
    return files;
  } finally {
    pixels?.close();
  }
}

const isDrawn = (path: string): Promise<boolean> =>
  stat(path).then(
    ({ size }) => size > 0,
    () => false,
  );

function openPixels(directory: string, file: DatasetFile, count: number): PixelStore {
  const path = pixelPath(directory);
  if (!isPixelFile(path, file.image, count))
    throw damagedError(`${path} is missing or damaged; train or query once, which makes it again.`);
  return openPixelFile(
    path,
    file.image,
    Int32Array.from({ length: count }, (_, i) => i),
    0,
  );
}

async function draw(pixels: PixelStore, record: number, path: string): Promise<void> {
  const { channels, height, width } = pixels;
  const planes = new Uint8Array(channels * height * width);
  pixels.read(record, planes, 0);
  await writePicture(path, { width, height, channels: channels as 1 | 3, data: interleaved(planes, channels) });
}
