import { inputError } from '../../errors';
import { Random } from '../../numeric/random';
import { bytesOf, encodeMap } from '../continued/mapCode';
import { randomView, sideBefore } from '../continued/views';
import { type ImageSource, preparePixels, toInput } from '../preprocess';
import type { Pixels } from '../resample';
import type { EmbeddingOrder, OrderedImage, ViewOrder } from './order';

/** How images are looked at, and what is kept of what the network makes of them. */
export interface Viewing {
  /** Views of each image. */
  readonly count: number;
  /** What is costly, and the same for all views. */
  prepare(source: ImageSource): Promise<Pixels>;
  /** What the network is fed. */
  input(pixels: Pixels, image: OrderedImage, view: number): Float32Array;
  /** Takes what the network makes of a view. */
  take(found: Float32Array, image: number, view: number): void;
  /** All of it, once every view was taken. */
  bytes(): Uint8Array;
}

export const viewingOf = ({ recipe, images, views }: EmbeddingOrder): Viewing =>
  views ? mapsOfViews(recipe, images, views) : wholeImages(recipe, images);

/** Rows of the images as they are; where the mirrored image is looked at too, the mean of both. */
function wholeImages(recipe: EmbeddingOrder['recipe'], images: readonly OrderedImage[]): Viewing {
  const { dimensions, mirrored } = recipe;
  const count = mirrored ? 2 : 1;
  const rows = new Float32Array(images.length * dimensions);
  return {
    count,
    ...plainly(recipe),
    take(found, image) {
      for (let j = 0; j < dimensions; j++) rows[image * dimensions + j] += found[j] / count;
    },
    bytes() {
      requireFinite(rows, dimensions, images);
      return new Uint8Array(rows.buffer);
    },
  };
}

/** Maps of views, in few bytes. */
function mapsOfViews(recipe: EmbeddingOrder['recipe'], images: readonly OrderedImage[], views: ViewOrder): Viewing {
  const { dimensions } = recipe;
  const { count, code } = views;
  const size = dimensions * bytesOf(code);
  const maps = new Uint8Array(images.length * count * size);
  return {
    count,
    ...showingOf(recipe, views),
    take(found, image, view) {
      requireFinite(found, dimensions, [images[image]]);
      encodeMap(code, found, maps, (image * count + view) * size);
    },
    bytes: () => maps,
  };
}

type Showing = Pick<Viewing, 'prepare' | 'input'>;

/** The image as it is, and mirrored. */
const plainly = ({ preprocessing, input }: Pick<EmbeddingOrder['recipe'], 'preprocessing' | 'input'>): Showing => ({
  prepare: (source) => preparePixels(source, preprocessing, input),
  input: (pixels, _image, view) => toInput(pixels, preprocessing, input, view === 1),
});

function showingOf({ preprocessing, input }: EmbeddingOrder['recipe'], { seed, how }: ViewOrder): Showing {
  if (how === 'plain') return plainly({ preprocessing, input });
  const before = { height: sideBefore(input.height, how), width: sideBefore(input.width, how) };
  return {
    prepare: (source) => preparePixels(source, { ...preprocessing, resize: before }, { ...input, ...before }),
    input(pixels, { hash }, view) {
      const random = Random.stream(seed, `view/${view}/${hash}`);
      return toInput(randomView(pixels, how, random, input), preprocessing, input);
    },
  };
}

function requireFinite(rows: Float32Array, columns: number, images: readonly OrderedImage[]): void {
  const wrong = rows.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  throw inputError(
    `The encoder gives numbers that are not finite for ${images[Math.floor(wrong / columns)].id}; take another encoder.`,
  );
}
