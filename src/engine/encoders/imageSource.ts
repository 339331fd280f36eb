import { readFile } from 'node:fs/promises';
import type { Dataset } from '../data/dataset/type';
import type { ImageSource } from './preprocess';

/** An image as it is: the bytes of its file, or of a table's row the grey values. */
export async function imageSource(
  dataset: Pick<Dataset, 'pixels' | 'sourceFile'>,
  index: number,
): Promise<ImageSource> {
  const path = dataset.sourceFile(index);
  return path === null ? greyValues(dataset, index) : readFile(path);
}

/** The grey values of a table's row; of one that was made RGB, those of one channel, for all are equal. */
export function greyValues({ pixels }: Pick<Dataset, 'pixels'>, index: number) {
  const { channels, height, width } = pixels;
  const planes = new Uint8Array(channels * height * width);
  pixels.read(index, planes, 0);
  return { grey: planes.subarray(0, height * width), height, width };
}
