import type { AcceleratorName } from '../../runtime/device/device';
import type { SentImage } from '../imageSource';
import type { EncoderRecipe } from '../recipe';

/** What a process that computes embeddings is asked for at a time: the rows of some images, as a file. */
export interface EmbeddingOrder {
  readonly recipe: EncoderRecipe;
  /** Where the network runs; null: on so many threads of the CPU. */
  readonly accelerator: AcceleratorName | null;
  readonly threads: number;
  readonly images: readonly OrderedImage[];
  /** Path of the file that gets the rows, [images × dimensions] of float32, nothing else: it is read at once and removed. */
  readonly target: string;
}

/** An image with the SHA-256 that its file had when it was imported. */
export type OrderedImage = SentImage & { readonly id: string; readonly hash: string };

/** Images done since the last report. */
export interface EmbeddingProgress {
  readonly done: number;
}
