import sharp, { type Sharp } from 'sharp';
import type { ImageShape } from '../../shared/schema/dataset';
import { UnusableFile } from './readImage';

/**
 * Decodes a JPEG, PNG, WebP, GIF (first frame), TIFF or AVIF to channel-major bytes [C × H × W]: turned upright as its
 * EXIF data say, transparent parts black, scaled to cover the shape and cropped around the middle.
 */
export async function decodeImage(file: Uint8Array, shape: ImageShape): Promise<Uint8Array> {
  return toPixels(openImage(file), shape);
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

async function toPixels(image: Sharp, { channels, height, width }: ImageShape): Promise<Uint8Array> {
  const interleaved = await image
    .resize(width, height, { fit: 'cover' })
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

/** Mean difference between the largest and the smallest of R, G and B up to which an image counts as grey. */
const GREY_TOLERANCE = 4;

/** Size (upright) and greyness of an image. */
export async function inspectImage(file: Uint8Array): Promise<{ width: number; height: number; isGrey: boolean }> {
  const { autoOrient, space } = await sharp(file, { failOn: 'error' }).metadata();
  const { width, height } = autoOrient;
  if (space === 'b-w' || space === 'grey16') return { width, height, isGrey: true };
  const rgb = await openImage(file).resize(32, 32, { fit: 'cover' }).toColourspace('srgb').raw().toBuffer();
  let difference = 0;
  for (let i = 0; i + 2 < rgb.length; i += 3)
    difference += Math.max(rgb[i], rgb[i + 1], rgb[i + 2]) - Math.min(rgb[i], rgb[i + 1], rgb[i + 2]);
  return { width, height, isGrey: difference / (rgb.length / 3) <= GREY_TOLERANCE };
}

const readProblems: Record<string, string> = {
  ENOENT: 'the file is missing',
  EACCES: 'permission to read the file is denied',
  EPERM: 'permission to read the file is denied',
  EISDIR: 'it is a folder, not a file',
  ERR_FS_FILE_TOO_LARGE: 'the file is larger than 2 GiB',
};

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
  const last = message.trim().split('\n').at(-1) ?? '';
  if (/unsupported|not supported|not implemented|unknown|no decode/i.test(last))
    return `it is written in a way that is not supported (${last}); convert it to PNG or JPEG`;
  return `it is truncated or damaged (${last})`;
}
