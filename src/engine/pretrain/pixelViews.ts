import { emptyPicture, type ViewOptions, writeView } from '../augment/views';
import { inputOf, type UnlabelledImages } from '../data/images';
import { architecture } from '../network/architectures';
import { ImageOrder } from './imageOrder';
import type { PretrainOptions } from './presets';
import type { PretrainRun, ViewSource } from './pretrain';

/** An encoder of one of our architectures, which learns from a dataset's pixels. */
export const fromPixels = (
  images: UnlabelledImages,
  { encoder, grid, views }: PretrainOptions,
): Pick<PretrainRun, 'encoder' | 'source'> => ({
  encoder: architecture(encoder, inputOf(images.pixels), grid),
  source: pixelViews(images, views),
});

/** Views that are drawn anew in every step. */
function pixelViews(images: UnlabelledImages, options: ViewOptions): ViewSource {
  const { pixels, normalisation, indices } = images;
  return {
    images: indices.length,
    feeder(batch) {
      const picture = emptyPicture(pixels, normalisation);
      const { bytes } = picture;
      const target = new Float32Array(2 * batch * bytes.length);
      const order = new ImageOrder(indices);
      return {
        views(seed, epoch, step, random) {
          for (const [i, index] of order.ofStep(seed, epoch, step, batch).entries()) {
            pixels.read(index, bytes, 0);
            for (const row of [i, i + batch]) writeView(picture, options, random, target, row * bytes.length);
          }
          return target;
        },
      };
    },
  };
}
