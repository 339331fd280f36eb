import type { Random } from '../numeric/random';
import { ImageOrder } from './imageOrder';
import type { ViewSource } from './pretrain';

/** Views that were made before, several of each image. */
export interface KeptViews {
  readonly images: number;
  /** Of each image. */
  readonly views: number;
  /** Values a view. */
  readonly values: number;
  read(image: number, view: number, target: Float32Array, offset: number): void;
}

/** Two different views of each image of a step, drawn from those that are kept. */
export function keptViews(kept: KeptViews): ViewSource {
  const { images, views, values } = kept;
  return {
    images,
    feeder(batch) {
      const target = new Float32Array(2 * batch * values);
      const order = new ImageOrder(Int32Array.from({ length: images }, (_, i) => i));
      return {
        views(seed, epoch, step, random) {
          for (const [i, image] of order.ofStep(seed, epoch, step, batch).entries()) {
            const [one, other] = twoOf(views, random);
            kept.read(image, one, target, i * values);
            kept.read(image, other, target, (i + batch) * values);
          }
          return target;
        },
      };
    },
  };
}

function twoOf(views: number, random: Random): [number, number] {
  const one = random.integer(views);
  const other = random.integer(views - 1);
  return [one, other < one ? other : other + 1];
}
