import sharp, { type Metadata, type Sharp } from 'sharp';
import type { Decoding, Ground, ImageShape } from '../../shared/schema/dataset';
import { inRoom } from './decodingRoom';
import { deepRange, groundColour, plainImage } from './plainImage';
import { UnusableFile } from './unusableFile';

/**
 * Decodes a JPEG, PNG, WebP, GIF (first frame), TIFF or AVIF to channel-major bytes [C × H × W]: turned upright as its
 * EXIF data say, more than 8 bits and transparent parts as `decoding` says, fitted to the shape (unless said otherwise scaled to
 * cover it and cropped around the middle).
 */
export const decodeImage = (file: Uint8Array, shape: ImageShape, decoding: Decoding = {}): Promise<Uint8Array> =>
  inRoom(file, (header) =>
    isShaped(header, shape)
      ? planesOf(sharp(file, { failOn: 'error' }), shape)
      : decoded(file, header, shape, decoding),
  );

/** Whether an image has the pixels that are wanted, as they are: most images of a dataset that somebody prepared. */
function isShaped(
  { width, height, channels, depth, space, hasAlpha, hasProfile, orientation = 1, pages = 1 }: Metadata,
  to: ImageShape,
): boolean {
  if (width !== to.width || height !== to.height || channels !== to.channels) return false;
  return (
    depth === 'uchar' &&
    space === (channels === 1 ? 'b-w' : 'srgb') &&
    !hasAlpha &&
    !hasProfile &&
    orientation === 1 &&
    pages === 1
  );
}

async function decoded(file: Uint8Array, header: Metadata, shape: ImageShape, decoding: Decoding): Promise<Uint8Array> {
  const plain = await plainImage(file, header, decoding);
  const { fit = 'cover', ground } = decoding;
  if (fit === 'cover') return toPixels(openImage(plain), shape);
  return toPixels(openImage(plain), shape, { fit, ground, size: header.autoOrient });
}

/** The same for grey values [height × width] that need no decoding, only another shape. */
export async function reshapeGrey(
  grey: Uint8Array,
  from: { readonly height: number; readonly width: number },
  shape: ImageShape,
): Promise<Uint8Array> {
  if (shape.channels === 1 && shape.height === from.height && shape.width === from.width) return grey;
  return toPixels(sharp(grey, { raw: { width: from.width, height: from.height, channels: 1 } }), shape);
}

// 'error' refuses truncated files, and lets harmless oddities (say a wrong colour profile) pass.
const openImage = (file: Uint8Array): Sharp =>
  sharp(file, { failOn: 'error' }).autoOrient().flatten({ background: '#000' });

/** How an image that is to be seen as a whole gets its bars. */
interface Bars {
  readonly fit: 'pad' | 'contain';
  readonly ground: Ground | undefined;
  /** Upright. */
  readonly size: { readonly width: number; readonly height: number };
}

function toPixels(image: Sharp, shape: ImageShape, bars?: Bars): Promise<Uint8Array> {
  const { height, width } = shape;
  const fitted = bars ? withBars(image, { width, height }, bars) : image.resize(width, height, { fit: 'cover' });
  return planesOf(fitted, shape);
}

/** Values of an image, one channel after the other. */
async function planesOf(image: Sharp, { channels, height, width }: ImageShape): Promise<Uint8Array> {
  const interleaved = await image
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer();
  if (interleaved.length !== channels * height * width) throw new Error('unexpected number of channels');
  if (channels === 1) return interleaved;
  const area = height * width;
  const planes = new Uint8Array(interleaved.length);
  for (let i = 0, from = 0; i < area; i++)
    for (let channel = 0; channel < channels; channel++) planes[channel * area + i] = interleaved[from++];
  return planes;
}

function withBars(image: Sharp, to: { width: number; height: number }, { fit, ground, size }: Bars): Sharp {
  const scale = Math.min(to.width / size.width, to.height / size.height);
  const inner = (side: number, most: number) => Math.min(most, Math.max(1, Math.round(side * scale)));
  const [width, height] = [inner(size.width, to.width), inner(size.height, to.height)];
  const [left, top] = [(to.width - width) >> 1, (to.height - height) >> 1];
  const extend = { left, right: to.width - width - left, top, bottom: to.height - height - top };
  return image
    .resize(width, height, { fit: 'fill' })
    .extend(fit === 'pad' ? { ...extend, extendWith: 'copy' } : { ...extend, background: groundColour(ground) });
}

/** Mean difference between the largest and the smallest of R, G and B up to which an image counts as grey. */
const GREY_TOLERANCE = 4;

/** What decides how a dataset's images are decoded. */
export interface Inspected {
  /** Upright. */
  readonly width: number;
  readonly height: number;
  /** Pages or frames. */
  readonly pages: number;
  readonly isGrey: boolean;
  /** The numbers of an image of more than 8 bits. */
  readonly deep: { readonly depth: string; readonly min: number; readonly max: number } | null;
  /** How bright is what is there of an image with transparent parts, from 0 to 255. */
  readonly shown: number | null;
}

export const inspectImage = (file: Uint8Array): Promise<Inspected> => inRoom(file, (header) => inspected(file, header));

async function inspected(file: Uint8Array, header: Metadata): Promise<Inspected> {
  const { autoOrient, space, hasAlpha, pages = 1 } = header;
  const { width, height } = autoOrient;
  const deep = await deepRange(file, header);
  const plain = deep ? await plainImage(file, header, { levels: { [deep.depth]: [deep.min, deep.max] } }) : file;
  const shown = hasAlpha && !deep ? await brightnessShown(file) : null;
  if (space === 'b-w' || space === 'grey16') return { width, height, pages, isGrey: true, deep, shown };
  const rgb = await openImage(plain).resize(32, 32, { fit: 'cover' }).toColourspace('srgb').raw().toBuffer();
  let difference = 0;
  for (let i = 0; i + 2 < rgb.length; i += 3)
    difference += Math.max(rgb[i], rgb[i + 1], rgb[i + 2]) - Math.min(rgb[i], rgb[i + 1], rgb[i + 2]);
  return { width, height, pages, isGrey: difference / (rgb.length / 3) <= GREY_TOLERANCE, deep, shown };
}

/** Side of the square on which transparency is judged. */
const JUDGED = 64;

/** How bright what is not transparent is on average; null where nothing is transparent, or everything. */
async function brightnessShown(file: Uint8Array): Promise<number | null> {
  const { data, info } = await sharp(file, { failOn: 'error' })
    .autoOrient()
    .resize(JUDGED, JUDGED, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 4) return null;
  let [weight, sum] = [0, 0];
  for (let i = 0; i + 3 < data.length; i += 4) {
    weight += data[i + 3];
    sum += data[i + 3] * (0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2]);
  }
  return weight === 0 || weight === 255 * (data.length / 4) ? null : sum / weight;
}

const readProblems: Record<string, string> = {
  ENOENT: 'the file is missing',
  EACCES: 'permission to read the file is denied',
  EPERM: 'permission to read the file is denied',
  EISDIR: 'it is a folder, not a file',
  ERR_FS_FILE_TOO_LARGE: 'the file is larger than 2 GiB',
};

/** Characters. */
const LONGEST_REASON = 200;

/** Why an image could not be read or decoded, in words that follow its name. */
export function problemOf(error: unknown, name: string): string {
  if (error instanceof UnusableFile) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined) return readProblems[code] ?? `the file can't be read (${code})`;
  if (/empty/i.test(message)) return 'the file is empty';
  if (/unsupported image format/i.test(message))
    return /\.(bmp|heic|heif|pgm|ppm)$/i.test(name)
      ? 'this kind of image is not supported; convert it to PNG or JPEG'
      : 'it is not an image, or of a kind that is not supported';
  if (/pixel limit/i.test(message)) return 'it has too many pixels';
  const last = lastOf(message);
  if (/unsupported|not supported|not implemented|no decode|tiff2vips: samples|unknown (?!error)/i.test(last))
    return `it is written in a way that is not supported (${last}); convert it to PNG or JPEG`;
  return `it is truncated or damaged (${last})`;
}

/** The last of the reasons that the decoder gives; of a damaged file it may tell hundreds, in lines of thousands of characters. */
function lastOf(message: string): string {
  const line = message.trim().split('\n').at(-1) ?? '';
  return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}…` : line;
}
