import { emptyPicture, type ViewOptions, writeView } from '../augment/views';
import { inputOf, type UnlabelledImages } from '../data/images';
import { architecture } from '../network/architectures';
import { ImageOrder } from './imageOrder';
import type { PretrainOptions } from './presets';
import type { PretrainRun, ViewSource } from './pretrain';

/** An encoder of one of our architectures, which learns from a dataset's pixels; it takes images as large as the views. */
export function fromPixels(
  images: UnlabelledImages,
  { encoder, grid, views, viewScale = 1 }: PretrainOptions,
): Pick<PretrainRun, 'encoder' | 'source'> {
  const [channels, ...sides] = inputOf(images.pixels);
  const [height, width] = sides.map((side) => Math.min(side, Math.max(SMALLEST_SIDE, Math.round(side * viewScale))));
  return {
    encoder: architecture(encoder, [channels, height, width], grid),
    source: pixelViews(images, views, { height, width }),
  };
}

/** Pixels along a side of a view, where the image has them: below that the last map has fewer places than a grid of 3 × 3. */
const SMALLEST_SIDE = 24;

/** Views that are drawn anew in every step. */
function pixelViews(
  images: UnlabelledImages,
  options: ViewOptions,
  size: { readonly height: number; readonly width: number },
): ViewSource {
  const { pixels, normalisation, indices } = images;
  return {
    images: indices.length,
    feeder(batch) {
      const picture = emptyPicture(pixels, normalisation);
      const { bytes, shape } = picture;
      const view = shape.channels * size.height * size.width;
      const target = new Float32Array(2 * batch * view);
      const order = new ImageOrder(indices);
      return {
        views(seed, epoch, step, random) {
          for (const [i, index] of order.ofStep(seed, epoch, step, batch).entries()) {
            pixels.read(index, bytes, 0);
            for (const row of [i, i + batch])
              writeView(picture, options, random, { values: target, offset: row * view, size });
          }
          return target;
        },
      };
    },
  };
}
