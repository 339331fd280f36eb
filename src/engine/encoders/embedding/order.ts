import type { Dataset } from '../../data/dataset/type';
import type { AcceleratorName } from '../../runtime/device/device';
import type { MapCode } from '../continued/mapCode';
import type { ContinuedViews } from '../continued/views';
import { type SentImage, sentImage } from '../imageSource';
import type { EncoderRecipe } from '../recipe';

/** What a process that computes embeddings is asked for at a time: the rows of some images, as a file. */
export interface EmbeddingOrder {
  readonly recipe: EncoderRecipe;
  /** Where the network runs; null: on so many threads of the CPU. */
  readonly accelerator: AcceleratorName | null;
  readonly threads: number;
  readonly images: readonly OrderedImage[];
  /**
   * Path of the file that gets the rows, [images × dimensions] of float32, nothing else: it is read at once and removed. Of
   * views: the maps, [images × views × dimensions] in the code asked for.
   */
  readonly target: string;
  /** Random views of each image take the place of the image. */
  readonly views?: ViewOrder;
}

/** Views that are the same whenever they are asked for: of an image's hash, its own number and a seed. */
export interface ViewOrder {
  readonly seed: number;
  /** Of each image. */
  readonly count: number;
  /** `plain`: the image as it is and, where there are two, its mirrored view. */
  readonly how: ContinuedViews | 'plain';
  readonly code: MapCode;
}

/** An image with the SHA-256 that its file had when it was imported. */
export type OrderedImage = SentImage & { readonly id: string; readonly hash: string };

export const orderedImage = (
  dataset: Pick<Dataset, 'images' | 'pixels' | 'sourceFile' | 'decoding'>,
  index: number,
): OrderedImage => {
  const { id, hash } = dataset.images[index];
  return { ...sentImage(dataset, index), id, hash };
};

/** Images done since the last report. */
export interface EmbeddingProgress {
  readonly done: number;
}
