import sharp, { type Metadata } from 'sharp';
import type { Decoding, Ground } from '../../shared/schema/dataset';
import { asUnsigned, isHalfFloat } from './tiffSigns';
import { UnusableFile } from './unusableFile';

/** Which numbers of an image are black and white. */
export type Levels = readonly [black: number, white: number];

/** What shows through where an image is transparent. */
const grounds: Readonly<Record<Ground, string>> = { black: '#000', grey: '#808080', white: '#fff' };
export const groundColour = (ground: Ground = 'black'): string => grounds[ground];

/** Numbers that mean white, from the smallest on: those of floats, of 8, 10, 12, 14 and 16 bits. */
const whites = [1, 255, 1023, 4095, 16383, 65535];
/** Of white at least this share is used; else the largest number is taken for white. */
const USED = 1 / 16;

/** The largest number of each kind of whole number, by libvips' names. */
const largest: Readonly<Record<string, number>> = {
  char: 127,
  ushort: 65535,
  short: 32767,
  uint: 2 ** 32 - 1,
  int: 2 ** 31 - 1,
};
const isFloat = (depth: string): boolean => depth === 'float' || depth === 'double';

/** The levels of images whose numbers go from `min` to `max`: as their kind has them, unless they hardly use that. */
export function levelsOf(depth: string, { min, max }: { readonly min: number; readonly max: number }): Levels {
  const full = largest[depth] ?? Number.POSITIVE_INFINITY;
  if (min < 0) return isFloat(depth) && min >= -1 && max <= 1 ? [-1, 1] : [min, max];
  if (max > full / 4 && full < Number.POSITIVE_INFINITY) return [0, full];
  const white = whites.find((one) => one >= max && (one > 1 || isFloat(depth)) && max >= USED * one);
  return [0, white ?? (max > 0 ? max : 1)];
}

/**
 * The image as one of 8 bits that hides nothing, upright; the very same bytes where it is one already. Others are scaled by
 * the levels of the import, or by their own where it had none of the kind.
 */
export async function plainImage(
  file: Uint8Array,
  header: Metadata,
  { ground = 'black', levels = {} }: Decoding = {},
): Promise<Uint8Array> {
  if (isJpeg(file)) return file;
  const { depth, hasAlpha } = header;
  const isDeep = depth !== 'uchar' && !(depth === 'ushort' && levels.ushort === undefined);
  if (isDeep) return scaled(await deepPixels(file, header), levels[depth]);
  if (!hasAlpha || ground === 'black') return file;
  const image = sharp(file, { failOn: 'error' })
    .autoOrient()
    .flatten({ background: groundColour(ground) });
  return image.png({ compressionLevel: 1 }).toBuffer();
}

const isJpeg = (file: Uint8Array): boolean => file[0] === 0xff && file[1] === 0xd8;

/** Numbers of an image as its file has them, channels beside each other. */
interface DeepPixels {
  readonly depth: string;
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

async function deepPixels(file: Uint8Array, { depth, space }: Metadata): Promise<DeepPixels> {
  if (depth.includes('complex')) throw new UnusableFile('it holds complex numbers; convert it to PNG or JPEG');
  if (depth === 'float' && isHalfFloat(file))
    throw new UnusableFile('it holds floating-point numbers of 16 bits; save it with 32 bits, or as PNG');
  const isSigned16 = depth === 'short';
  const image = sharp(isSigned16 ? asUnsigned(file) : file, { failOn: 'error' })
    .autoOrient()
    .removeAlpha();
  const { data, info } = await image
    .toColourspace(space) // its own: no number is changed
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 1 && channels !== 3)
    throw new UnusableFile(`it has ${channels} channels of numbers; convert it to PNG or JPEG`);
  const numbers = new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
  if (isSigned16) for (let i = 0; i < numbers.length; i++) if (numbers[i] > 32767) numbers[i] -= 65536;
  return { depth, data: numbers, width, height, channels };
}

/** The least and the largest number of an image with more than 8 bits, as its kind has them; null for one of 8 bits. */
export async function deepRange(
  file: Uint8Array,
  header: Metadata,
): Promise<{ depth: string; min: number; max: number } | null> {
  const { depth } = header;
  return isJpeg(file) || depth === 'uchar' ? null : { depth, ...rangeOf((await deepPixels(file, header)).data) };
}

/** Numbers by which programs of measured images say that there is nothing. */
const NOTHING: ReadonlySet<number> = new Set([-9999, -99_999, -32_768]);
/** Larger ones are the largest floats, which mean the same. */
const LARGEST_MEANT = 1e30;

function rangeOf(data: Float32Array): { min: number; max: number } {
  const shown = range(data, (value) => !NOTHING.has(value));
  const all = range(data, () => true);
  if (all.min > all.max) throw new UnusableFile('it holds no number that is finite');
  // far below all others such a number is a mark; among them it is a number
  return shown.min <= shown.max && shown.min - all.min > shown.max - shown.min ? shown : all;
}

function range(data: Float32Array, isMeant: (value: number) => boolean): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of data) {
    if (!(Math.abs(value) < LARGEST_MEANT) || !isMeant(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

async function scaled({ depth, data, width, height, channels }: DeepPixels, levels?: Levels): Promise<Uint8Array> {
  const [black, white] = levels ?? levelsOf(depth, rangeOf(data));
  const bytes = new Uint8ClampedArray(data.length); // not a number becomes 0
  const scale = 255 / (white - black || 1);
  for (let i = 0; i < data.length; i++) bytes[i] = (data[i] - black) * scale;
  return sharp(bytes, { raw: { width, height, channels } }).png({ compressionLevel: 1 }).toBuffer();
}
