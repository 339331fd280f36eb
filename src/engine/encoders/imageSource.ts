import type { Decoding } from '../../shared/schema/dataset';
import type { Dataset } from '../data/dataset/type';
import { problemOf } from '../data/decode';
import { inRoom } from '../data/decodingRoom';
import { plainImage } from '../data/plainImage';
import { withImage } from '../data/readImage';
import { inputError, UserError } from '../errors';
import type { ImageSource } from './preprocess';
import type { Size } from './preprocessing';

/** An image as it is: the bytes of its file, of more than 8 bits or with transparent parts as the dataset shows them; or of a table's row the grey values. */
export async function imageSource(dataset: SendingDataset, index: number): Promise<ImageSource> {
  const path = dataset.sourceFile(index);
  return path === null ? greyValues(dataset, index) : withImage(path, (file) => plainly(file, dataset.decoding));
}

const plainly = (file: Uint8Array, decoding?: Decoding): Promise<Uint8Array> =>
  inRoom(file, (header) => plainImage(file, header, decoding));

type SendingDataset = Pick<Dataset, 'pixels' | 'sourceFile' | 'decoding'>;

/** The grey values of a table's row; of one that was made RGB, those of one channel, for all are equal. */
function greyValues({ pixels }: Pick<Dataset, 'pixels'>, index: number) {
  const { channels, height, width } = pixels;
  const planes = new Uint8Array(channels * height * width);
  pixels.read(index, planes, 0);
  return { grey: planes.subarray(0, height * width), height, width };
}

/** An image on its way to another process: where its file is, or the grey values of a table's row as base64. */
export type SentImage = { readonly path: string; readonly decoding?: Decoding } | (Size & { readonly grey: string });

export function sentImage(dataset: SendingDataset, index: number): SentImage {
  const path = dataset.sourceFile(index);
  if (path !== null) return { path, ...(dataset.decoding ? { decoding: dataset.decoding } : {}) };
  const { grey, height, width } = greyValues(dataset, index);
  return { grey: Buffer.from(grey).toString('base64'), height, width };
}

/** The other end. `use` gets the image, `check` the bytes of its file before. @throws UserError where the file is gone. */
export async function receivedImage<T>(
  image: SentImage,
  use: (source: ImageSource) => Promise<T>,
  check?: (file: Uint8Array) => void,
): Promise<T> {
  if (!('path' in image)) {
    const { grey, height, width } = image;
    return use({ grey: new Uint8Array(Buffer.from(grey, 'base64')), height, width });
  }
  try {
    return await withImage(image.path, async (file) => {
      check?.(file);
      return use(await plainly(file, image.decoding));
    });
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(image.path, error);
  }
}

/** An image that was fine when it was imported. `name`: its path, or its id. */
export const unreadable = (name: string, error: unknown): UserError =>
  inputError(`${name} can't be read any more: ${problemOf(error, name)}; put it back as it was.`, error);
