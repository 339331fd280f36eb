import type { Size } from '../encoders/preprocessing';
import type { Pixels } from '../encoders/resample';
import type { Point, Square } from './geometry';

/** Where a place of a square that was cut out, in pixels of `side` each way, lies in the image. */
export function placeIn({ centre, side, angle }: Square, pixels: number): (point: Point) => Point {
  const scale = side / pixels;
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  return ({ x, y }) => {
    const [across, down] = [x - pixels / 2, y - pixels / 2];
    return { x: centre.x + cos * across - sin * down, y: centre.y + sin * across + cos * down };
  };
}

/**
 * A turned square of an RGB image, upright and `pixels` each way: between four pixels, as they lie near. What lies beyond the edge is what
 * lies at the edge. An image of far more pixels has to be made smaller first.
 */
export function cutOut(image: Pixels, square: Square, pixels: number): Pixels {
  const data = new Uint8Array(pixels * pixels * 3);
  const place = placeIn(square, pixels);
  for (let y = 0, to = 0; y < pixels; y++)
    for (let x = 0; x < pixels; x++, to += 3) blend(image, place({ x: x + 0.5, y: y + 0.5 }), data, to);
  return { width: pixels, height: pixels, channels: 3, data };
}

function blend({ width, height, data }: Pixels, { x, y }: Point, out: Uint8Array, to: number): void {
  const [left, right, across] = neighbours(x, width);
  const [above, below, down] = neighbours(y, height);
  const [first, second] = [above * width, below * width];
  for (let channel = 0; channel < 3; channel++) {
    const value = (row: number, column: number) => data[(row + column) * 3 + channel]!;
    const top = value(first, left) * (1 - across) + value(first, right) * across;
    const bottom = value(second, left) * (1 - across) + value(second, right) * across;
    out[to + channel] = Math.round(top * (1 - down) + bottom * down);
  }
}

/** The pixels before and after a place, whose middles lie at halves, and how near the second one is. */
function neighbours(place: number, size: number): [number, number, number] {
  const at = Math.min(Math.max(place - 0.5, 0), size - 1);
  const before = Math.floor(at);
  return [before, Math.min(before + 1, size - 1), at - before];
}

/** The smallest upright rectangle of an image that holds a square, and a pixel around; null where they share nothing. */
export function around({ centre, side, angle }: Square, image: Size) {
  const reach = (side / 2) * (Math.abs(Math.cos(angle)) + Math.abs(Math.sin(angle))) + 1;
  const left = Math.min(Math.max(Math.floor(centre.x - reach), 0), image.width);
  const top = Math.min(Math.max(Math.floor(centre.y - reach), 0), image.height);
  const width = Math.min(Math.ceil(centre.x + reach), image.width) - left;
  const height = Math.min(Math.ceil(centre.y + reach), image.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : null;
}
