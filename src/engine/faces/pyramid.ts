import sharp from 'sharp';
import type { Size } from '../encoders/preprocessing';
import type { Pixels } from '../encoders/resample';
import type { FaceNetwork } from './network';

/** A photo, scaled: `scale` times its own pixels. */
export interface Level {
  readonly image: Pixels;
  readonly scale: number;
}

/** Each level is so many times larger than the one before: a network finds near and far faces of a level, not all sizes between. */
const STEP = 2;

/** How often a photo is looked at: at most at 2^3 times the network's own size, where a face of 20 pixels is one of 40 in a photo of 12 megapixels. */
const MOST_LEVELS = 3;

/** Sizes of the longer side that a photo of that size is looked at in, the smallest first; none is larger than the photo itself, but one. */
function levelSides({ width, height }: Size, side: number): number[] {
  const longest = Math.max(width, height);
  const sides = [side];
  while (sides.length < MOST_LEVELS && sides.at(-1)! < longest) sides.push(Math.min(sides.at(-1)! * STEP, longest));
  return sides;
}

/** RGB, row by row. */
async function scaled({ width, height, data, channels }: Pixels, to: Size): Promise<Pixels> {
  if (to.width === width && to.height === height) return { width, height, data, channels };
  const resized = sharp(data, { raw: { width, height, channels } }).resize(to.width, to.height, { fit: 'fill' });
  return { ...to, channels, data: await resized.raw().toBuffer() };
}

/** A photo in all sizes that it is looked at in, the largest of which `image` is, the smallest first. */
export async function levelsOf({ image, scale }: Level, side: number): Promise<Level[]> {
  const longest = Math.max(image.width, image.height);
  const sides = levelSides(image, side);
  return Promise.all(
    sides.map(async (wanted) => {
      const factor = wanted / longest;
      const size = { width: rounded(image.width * factor), height: rounded(image.height * factor) };
      return { image: await scaled(image, size), scale: scale * factor };
    }),
  );
}

const rounded = (side: number): number => Math.max(1, Math.round(side));

/** A part of a level in a size that a network takes, and where in the level it lies. */
export interface Window {
  readonly image: Pixels;
  readonly left: number;
  readonly top: number;
}

/** Of squares side by side so much is shared with the next: a face at the edge of one is whole in the other. */
const SHARED = 1 / 4;

/** A level as a network takes it: whole, grey around it, or as squares that overlap. */
export function windowsOf(image: Pixels, takes: FaceNetwork['takes']): Window[] {
  if ('step' in takes) {
    const up = (side: number) => Math.ceil(side / takes.step) * takes.step;
    return [{ image: part(image, 0, 0, { width: up(image.width), height: up(image.height) }), left: 0, top: 0 }];
  }
  const { side } = takes;
  const tops = starts(image.height, side);
  return starts(image.width, side).flatMap((left) =>
    tops.map((top) => ({ image: part(image, left, top, { width: side, height: side }), left, top })),
  );
}

/** Where squares of a side begin that together reach over a length. */
function starts(length: number, side: number): number[] {
  if (length <= side) return [0];
  const count = Math.ceil((length - side) / (side * (1 - SHARED))) + 1;
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - side)) / (count - 1)));
}

const GREY = 127;

/** A rectangle of an image, grey where it goes beyond the edge. */
function part(image: Pixels, left: number, top: number, { width, height }: Size): Pixels {
  const { channels } = image;
  if (left === 0 && top === 0 && width === image.width && height === image.height) return image;
  const data = new Uint8Array(width * height * channels).fill(GREY);
  const [columns, rows] = [Math.min(width, image.width - left), Math.min(height, image.height - top)];
  for (let y = 0; y < rows; y++) {
    const from = ((top + y) * image.width + left) * channels;
    data.set(image.data.subarray(from, from + columns * channels), y * width * channels);
  }
  return { width, height, channels, data };
}
