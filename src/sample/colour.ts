import type { Random } from '../engine/numeric/random';

/** An sRGB colour, 0…255 each. */
export type Colour = readonly [red: number, green: number, blue: number];

/** `#rrggbb` as a colour. */
export function colour(hex: string): Colour {
  const n = Number.parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/** The colour a share t of the way from a to b. */
export function mix(a: Colour, b: Colour, t: number): Colour {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** The colour at t in 0…1 along a row of equally spaced colours. */
export function ramp(colours: readonly Colour[], t: number): Colour {
  const at = Math.min(Math.max(t, 0), 1) * (colours.length - 1);
  const i = Math.min(Math.floor(at), colours.length - 2);
  return mix(colours[i], colours[i + 1], at - i);
}

/** `#rrggbb`. */
export function hex(c: Colour): string {
  return `#${c
    .map((v) =>
      Math.round(Math.min(Math.max(v, 0), 255))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** Any colour. */
export const vivid = (random: Random): Colour => [
  random.between(20, 240),
  random.between(20, 240),
  random.between(20, 240),
];

/** A colour as rooms, clothes and streets have it, from nearly black to nearly white. */
export function natural(random: Random): Colour {
  const c = vivid(random);
  const level = (c[0] + c[1] + c[2]) / 3 + random.between(-60, 60);
  return mix(c, [level, level, level], 0.62);
}

/** A colour pulled towards its own grey, so that it stays behind the face. */
export function muted(random: Random): Colour {
  const c = vivid(random);
  const level = random.between(60, 200);
  return mix(c, [level, level, level], 0.72);
}

export const white: Colour = [255, 255, 255];
export const black: Colour = [0, 0, 0];
