import { type ViewGeometry, writeSample } from '../../augment/views';
import type { Random } from '../../numeric/random';
import type { Size } from '../preprocessing';
import type { Pixels } from '../resample';

/** How views of an image differ that a built-in network's last blocks learn from. */
export interface ContinuedViews extends ViewGeometry {
  /** Distances from the view's mean are multiplied by a factor in this range. */
  readonly contrast: readonly [from: number, to: number];
  /** Most that is added to all values, or taken from them. */
  readonly brightness: number;
}

/** As measured on faces (docs/results.md); colours stay as they are. */
export const continuedViews: ContinuedViews = {
  cropArea: [0.6, 1],
  aspect: [1, 1],
  flipProbability: 0.5,
  rotation: (12 * Math.PI) / 180,
  contrast: [0.5, 1.5],
  brightness: 50,
};

/** Side that an image is scaled to before views are cut out of it, so that the smallest crop has a pixel for each of a view's. */
export const sideBefore = (side: number, { cropArea }: ContinuedViews): number =>
  Math.ceil(side / Math.sqrt(cropArea[0]));

/** A random view of an image, as bytes. */
export function randomView(image: Pixels, views: ContinuedViews, random: Random, size: Size): Pixels {
  const { channels } = image;
  const { height, width } = size;
  const shape = { channels, height: image.height, width: image.width };
  const values = new Float32Array(channels * height * width);
  writeSample({ bytes: planesOf(image), shape }, views, random, { values, offset: 0, height, width });
  const contrast = random.between(...views.contrast);
  const brightness = random.between(-views.brightness, views.brightness);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const data = new Uint8ClampedArray(values.length);
  const area = height * width;
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < area; i++)
      data[i * channels + c] = (values[c * area + i] - mean) * contrast + mean + brightness;
  return { height, width, channels, data: new Uint8Array(data.buffer) };
}

/** Interleaved bytes as one plane a channel. */
function planesOf({ channels, height, width, data }: Pixels): Uint8Array {
  if (channels === 1) return data;
  const area = height * width;
  const planes = new Uint8Array(data.length);
  for (let i = 0; i < area; i++) for (let c = 0; c < channels; c++) planes[c * area + i] = data[i * channels + c];
  return planes;
}
