import sharp from 'sharp';
import { inputError } from '../errors';
import { type Job, throwIfCancelled } from '../job';
import type { Dataset } from './dataset/type';
import { problemOf } from './decode';
import { concurrency, mapInOrder } from './mapInOrder';
import { withImage } from './readImage';

export interface UprightSize {
  readonly width: number;
  readonly height: number;
}

/** How large images are in their files, turned upright, in the order of these ids; rows of a table are as large as they are decoded. */
export async function uprightSizes(
  dataset: Pick<Dataset, 'indexOf' | 'sourceFile' | 'file'>,
  images: readonly string[],
  job: Job,
): Promise<UprightSize[]> {
  const sizes: UprightSize[] = [];
  for await (const size of mapInOrder(images, concurrency(), (image) => sizeOf(dataset, image))) {
    throwIfCancelled(job);
    sizes.push(size);
    if (sizes.length % 100 === 0)
      job.report({ stage: 'Looking at image sizes', done: sizes.length, total: images.length, unit: 'images' });
  }
  return sizes;
}

async function sizeOf({ indexOf, sourceFile, file }: Pick<Dataset, 'indexOf' | 'sourceFile' | 'file'>, image: string) {
  const index = indexOf(image);
  const path = index === undefined ? null : sourceFile(index);
  if (path === null) return { width: file.image.width, height: file.image.height };
  try {
    const { autoOrient } = await withImage(path, (file) => sharp(file).metadata());
    return { width: autoOrient.width, height: autoOrient.height };
  } catch (error) {
    throw inputError(
      `The size of ${image} can't be told: ${problemOf(error, image)}; put the file back, or take another format.`,
      error,
    );
  }
}
