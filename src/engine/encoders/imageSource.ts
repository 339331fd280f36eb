import type { Dataset } from '../data/dataset/type';
import { problemOf } from '../data/decode';
import { readImage } from '../data/readImage';
import { inputError, type UserError } from '../errors';
import type { ImageSource } from './preprocess';
import type { Size } from './preprocessing';

/** An image as it is: the bytes of its file, or of a table's row the grey values. */
export async function imageSource(
  dataset: Pick<Dataset, 'pixels' | 'sourceFile'>,
  index: number,
): Promise<ImageSource> {
  const path = dataset.sourceFile(index);
  return path === null ? greyValues(dataset, index) : readImage(path);
}

/** The grey values of a table's row; of one that was made RGB, those of one channel, for all are equal. */
function greyValues({ pixels }: Pick<Dataset, 'pixels'>, index: number) {
  const { channels, height, width } = pixels;
  const planes = new Uint8Array(channels * height * width);
  pixels.read(index, planes, 0);
  return { grey: planes.subarray(0, height * width), height, width };
}

/** An image on its way to another process: where its file is, or the grey values of a table's row as base64. */
export type SentImage = { readonly path: string } | (Size & { readonly grey: string });

export function sentImage(dataset: Pick<Dataset, 'pixels' | 'sourceFile'>, index: number): SentImage {
  const path = dataset.sourceFile(index);
  if (path !== null) return { path };
  const { grey, height, width } = greyValues(dataset, index);
  return { grey: Buffer.from(grey).toString('base64'), height, width };
}

/** The other end. @throws UserError where the file is gone. */
export async function receivedImage(image: SentImage): Promise<ImageSource> {
  if (!('path' in image)) {
    const { grey, height, width } = image;
    return { grey: new Uint8Array(Buffer.from(grey, 'base64')), height, width };
  }
  return readImage(image.path).catch((error: unknown) => {
    throw unreadable(image.path, error);
  });
}

/** An image that was fine when it was imported. `name`: its path, or its id. */
export const unreadable = (name: string, error: unknown): UserError =>
  inputError(`${name} can't be read any more: ${problemOf(error, name)}; put it back as it was.`, error);
