import sharp from 'sharp';
import { inRoom } from '../data/decodingRoom';
import { inputError } from '../errors';
import type { EncoderInput, Preprocessing, Size } from './preprocessing';
import { type Area, type Pixels, resampled } from './resample';

/** An image file, or grey values [height × width] that need no decoding. */
export type ImageSource = Uint8Array | (Size & { readonly grey: Uint8Array });

/** An image as an encoder is fed it, in the layout of its input; `mirrored`: as a mirror shows it. */
export async function preprocess(
  source: ImageSource,
  preprocessing: Preprocessing,
  input: EncoderInput,
  { mirrored = false }: { readonly mirrored?: boolean } = {},
): Promise<Float32Array> {
  return toInput(await preparePixels(source, preprocessing, input), preprocessing, input, mirrored);
}

/**
 * What is costly of it, and the same for both views: decoded, scaled and cropped.
 * @throws UserError where the image is not of the input's size after that.
 */
export const preparePixels = (
  source: ImageSource,
  preprocessing: Preprocessing,
  input: EncoderInput,
): Promise<Pixels> =>
  source instanceof Uint8Array
    ? inRoom(source, () => prepared(source, preprocessing, input))
    : prepared(source, preprocessing, input);

async function prepared(
  source: ImageSource,
  { reduce, resize, resample, centreCrop, pad }: Preprocessing,
  { channels, ...input }: EncoderInput,
): Promise<Pixels> {
  const most = reduce !== undefined && resize && 'height' in resize ? times(resize, reduce) : null;
  const decoded =
    source instanceof Uint8Array ? await decode(source, most) : { ...source, channels: 1 as const, data: source.grey };
  const image = channels === 1 ? toGrey(decoded) : decoded;
  const size = resizedSize(image, resize);
  const cropped = centreCrop ?? size;
  checkSize({ cropped, pad, input }, image);
  const area = middle(size, cropped);
  return framed(resampled(image, size, inside(area, size), resample), area);
}

/** The rest: bytes become numbers, in the input's layout. */
export function toInput(
  { height, width, channels, data }: Pixels,
  { rescale, normalise, flipChannels }: Preprocessing,
  input: EncoderInput,
  mirrored = false,
): Float32Array {
  const values = new Float32Array(input.channels * input.height * input.width);
  const channelsLast = input.layout === 'nhwc';
  const [step, plane] = channelsLast ? [input.channels, 1] : [1, input.height * input.width];
  for (let c = 0; c < input.channels; c++) {
    const colour = flipChannels ? input.channels - 1 - c : c;
    const table = tableOf(colour, rescale, normalise);
    const offset = channels === 1 ? 0 : colour;
    const forward = mirrored ? -channels : channels;
    for (let y = 0; y < height; y++) {
      let from = (y * width + (mirrored ? width - 1 : 0)) * channels + offset;
      let to = c * plane + y * input.width * step;
      for (let x = 0; x < width; x++, from += forward, to += step) values[to] = table[data[from]];
    }
  }
  return values;
}

/** What becomes of the values 0 … 255 of a colour. */
function tableOf(colour: number, rescale: number | null, normalise: Preprocessing['normalise']): Float32Array {
  const of = (numbers: readonly number[]) => numbers[Math.min(colour, numbers.length - 1)];
  const [mean, std] = normalise ? [of(normalise.mean), of(normalise.std)] : [0, 1];
  return Float32Array.from({ length: 256 }, (_, value) => (value * (rescale ?? 1) - mean) / std);
}

const times = ({ height, width }: Size, factor: number): Size => ({ height: factor * height, width: factor * width });

/**
 * As `data/decode.ts` does: upright, transparent parts black, truncated files refused. `most`: what is larger both ways is
 * shrunk to it.
 */
async function decode(file: Uint8Array, most: Size | null): Promise<Pixels> {
  const image = sharp(file, { failOn: 'error' }).autoOrient().flatten({ background: '#000' });
  if (most && (await isLarger(file, most))) image.resize(most.width, most.height, { fit: 'fill' });
  const { data, info } = await image
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { height, width, channels } = info;
  if (channels !== 3) throw new Error('unexpected number of channels');
  return isGrey(data) ? { height, width, channels: 1, data: firstChannel(data) } : { height, width, channels, data };
}

async function isLarger(file: Uint8Array, most: Size): Promise<boolean> {
  const { autoOrient } = await sharp(file, { failOn: 'error' }).metadata();
  return autoOrient.width > most.width && autoOrient.height > most.height;
}

/** Grey images are scaled once, not three times. */
function isGrey(rgb: Uint8Array): boolean {
  for (let i = 0; i + 2 < rgb.length; i += 3) if (rgb[i] !== rgb[i + 1] || rgb[i] !== rgb[i + 2]) return false;
  return true;
}

function firstChannel(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0; i < grey.length; i++) grey[i] = rgb[3 * i];
  return grey;
}

/** ITU-R 601-2 luma, as Pillow's "L". */
function toGrey({ height, width, channels, data }: Pixels): Pixels {
  if (channels === 1) return { height, width, channels, data };
  const grey = new Uint8Array(height * width);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3)
    grey[i] = (data[at] * 19595 + data[at + 1] * 38470 + data[at + 2] * 7471 + 0x8000) >> 16;
  return { height, width, channels: 1, data: grey };
}

function resizedSize({ height, width }: Size, resize: Preprocessing['resize']): Size {
  if (!resize) return { height, width };
  if (!('shortestEdge' in resize)) return resize;
  const { shortestEdge } = resize;
  const long = Math.trunc((shortestEdge * Math.max(height, width)) / Math.min(height, width));
  return height <= width ? { height: shortestEdge, width: long } : { height: long, width: shortestEdge };
}

function checkSize(
  { cropped, pad, input }: { readonly cropped: Size; readonly pad: Size | null; readonly input: Size },
  image: Size,
): void {
  const fits = !pad || (cropped.height <= pad.height && cropped.width <= pad.width);
  const { height, width } = pad ?? cropped;
  if (fits && height === input.height && width === input.width) return;
  throw inputError(
    `The image of ${image.width} × ${image.height} pixels is ${cropped.width} × ${cropped.height} after preprocessing, but the encoder takes ${input.width} × ${input.height}; images of this size need a preprocessing that resizes or crops.`,
  );
}

/** The middle of an image; beyond its edges where it is smaller. Half a pixel goes to the left and the top. */
const middle = (image: Size, { height, width }: Size): Area => ({
  top: Math.floor((image.height - height) / 2),
  left: Math.floor((image.width - width) / 2),
  height,
  width,
});

function inside({ top, left, height, width }: Area, image: Size): Area {
  const from = { top: Math.max(top, 0), left: Math.max(left, 0) };
  return {
    ...from,
    height: Math.min(top + height, image.height) - from.top,
    width: Math.min(left + width, image.width) - from.left,
  };
}

/** Zeros around an image where the area that it is the inner part of goes beyond the edges. */
function framed(image: Pixels, { top, left, height, width }: Area): Pixels {
  if (image.height === height && image.width === width) return image;
  const { channels } = image;
  const data = new Uint8Array(height * width * channels);
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * image.width * channels, (y + 1) * image.width * channels);
    data.set(row, ((y - Math.min(top, 0)) * width - Math.min(left, 0)) * channels);
  }
  return { height, width, channels, data };
}
