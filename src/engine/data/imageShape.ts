import type { Decoding, Fit, Ground, ImageShape } from '../../shared/schema/dataset';
import { usageError } from '../errors';
import { type Job, throwIfCancelled } from '../job';
import { type Inspected, inspectImage } from './decode';
import { type ImageSource, isBroken } from './importers/source';
import { concurrency, mapInOrder } from './mapInOrder';
import { levelsOf } from './plainImage';
import { withImage } from './readImage';

/** What a person may fix about the size of a dataset's images. */
export interface ShapeOptions {
  /** Side of the square that images are scaled to, in pixels. */
  readonly imageSize?: number | undefined;
  readonly channels?: 1 | 3 | undefined;
  /** How images of another form than most are fitted. Default: whole, with bars, where cropping would hide parts. */
  readonly fit?: Fit | undefined;
  /** What shows where images are transparent. Default: what lets them be seen best. */
  readonly ground?: Ground | undefined;
}

const SAMPLE = 200;
/** Images up to this size are taken as they are. */
const MAX_OWN_SIDE = 128;
/** Longest side that larger images are scaled to. */
const SCALED_SIDE = 96;
/** Share of an image that cropping may hide, on average: no more than what rounding a size does. */
const MOST_HIDDEN = 0.02;
/** Share of grey images in the sample from which on colour is given up. */
const GREY_SHARE = 0.95;

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** Throws a usage error for sizes that make no sense. */
export function checkShapeOptions({ imageSize, channels }: ShapeOptions): void {
  if (imageSize !== undefined && !(Number.isInteger(imageSize) && imageSize >= 8 && imageSize <= 512))
    throw usageError(`The image size ${imageSize} is not possible; give a whole number of pixels from 8 to 512.`);
  if (channels !== undefined && channels !== 1 && channels !== 3)
    throw usageError(`${channels} channels are not possible; give 1 (grey) or 3 (RGB).`);
}

/** How a dataset's images are decoded. */
export interface Form {
  readonly shape: ImageShape;
  readonly decoding: Decoding;
  /** Share of an image that cropping hides, on average and at most, as a sample shows. */
  readonly hidden: Share;
  /** The same of cropping, whether or not that is done. */
  readonly cropping: Share;
  /** Of the images of that sample, how many have more than one page or frame. */
  readonly paged: { readonly images: number; readonly of: number };
}

/** A share of images, from 0 to 1. */
interface Share {
  readonly mean: number;
  readonly most: number;
}

/**
 * The form that a dataset's images are decoded to: what the options say, else what the layout says, else what an evenly
 * spaced sample shows (the most common size; grey when nearly all images are grey; whole images where cropping would hide parts
 * of them; a ground on which transparent ones can be seen).
 */
export async function chooseForm(source: ImageSource, options: ShapeOptions, job: Job): Promise<Form> {
  const { imageSize } = options;
  const channels = options.channels ?? source.shape.channels;
  const height = imageSize ?? source.shape.height;
  const width = imageSize ?? source.shape.width;
  const sample = await inspectSample(source, job);
  const size = sizeOf(sample);
  const shape = { channels: channels ?? channelsOf(sample), height: height ?? size.height, width: width ?? size.width };
  const lost = sample.map((image) => hiddenOf(image, shape));
  const mean = lost.reduce((sum, share) => sum + share / lost.length, 0);
  const isCropped = mean > MOST_HIDDEN || lost.filter((share) => share > 5 * MOST_HIDDEN).length > lost.length / 20;
  // a layout with a size of its own is cropped as those who use it do
  const cropping = { mean, most: Math.max(0, ...lost) };
  const fit = options.fit ?? (isCropped && source.shape.height === undefined ? 'pad' : 'cover');
  const ground = options.ground ?? groundFor(sample);
  const levels = levelsIn(sample);
  return {
    shape,
    decoding: {
      ...(fit === 'cover' ? {} : { fit }),
      ...(ground === 'black' ? {} : { ground }),
      ...(Object.keys(levels).length === 0 ? {} : { levels }),
    },
    hidden: fit === 'cover' ? cropping : { mean: 0, most: 0 },
    cropping,
    paged: { images: sample.filter(({ pages }) => pages > 1).length, of: sample.length },
  };
}

/** Share of an image that is cropped where it is scaled to cover a shape. */
function hiddenOf(image: Inspected, shape: ImageShape): number {
  const ratio = (image.width * shape.height) / (image.height * shape.width);
  return 1 - Math.min(ratio, 1 / ratio);
}

/** The ground on which what is least clear can be seen best. */
function groundFor(sample: readonly Inspected[]): Ground {
  const shown = sample.flatMap(({ shown: brightness }) => brightness ?? []);
  if (shown.length === 0) return 'black';
  const contrast = ([, value]: readonly [Ground, number]) => Math.min(...shown.map((one) => Math.abs(one - value)));
  const [[best]] = [...GROUNDS].sort((a, b) => contrast(b) - contrast(a));
  return best;
}

const GROUNDS: readonly (readonly [Ground, number])[] = [
  ['black', 0],
  ['white', 255],
  ['grey', 128],
];

/** Levels of each kind of numbers, as far as they are not those that the kind has. */
function levelsIn(sample: readonly Inspected[]): Record<string, [number, number]> {
  const ranges = new Map<string, { min: number; max: number }>();
  for (const { deep } of sample) {
    if (!deep) continue;
    const { min, max } = ranges.get(deep.depth) ?? deep;
    ranges.set(deep.depth, { min: Math.min(min, deep.min), max: Math.max(max, deep.max) });
  }
  const levels = [...ranges].map(([depth, range]) => [depth, [...levelsOf(depth, range)]] as const);
  return Object.fromEntries(levels.filter(([depth, [, white]]) => depth !== 'ushort' || white !== 65535)) as Record<
    string,
    [number, number]
  >;
}

async function inspectSample(source: ImageSource, job: Job): Promise<Inspected[]> {
  const paths: string[] = [];
  for await (const item of source.items()) {
    if (isBroken(item)) continue;
    if (typeof item.content !== 'string') return []; // rows of a table
    paths.push(item.content);
  }
  const step = Math.max(1, paths.length / SAMPLE);
  const chosen = Array.from({ length: Math.min(SAMPLE, paths.length) }, (_, i) => paths[Math.floor(i * step)]);
  const inspect = (path: string) => withImage(path, inspectImage);
  const found: Inspected[] = [];
  let done = 0;
  for await (const image of mapInOrder(chosen, concurrency(), (path) => inspect(path).catch(() => null))) {
    throwIfCancelled(job);
    job.report({ stage: 'Looking at image sizes', done: ++done, total: chosen.length, unit: 'images' });
    if (image) found.push(image);
  }
  return found;
}

function channelsOf(sample: readonly Inspected[]): 1 | 3 {
  const grey = sample.filter(({ isGrey }) => isGrey).length;
  return sample.length > 0 && grey >= GREY_SHARE * sample.length ? 1 : 3;
}

/** The most common size, made smaller where it is large; a square where sizes differ so much that none is common. */
function sizeOf(sample: readonly Inspected[]): { height: number; width: number } {
  if (sample.length === 0) return { height: SCALED_SIDE, width: SCALED_SIDE };
  const counts = new Map<string, { width: number; height: number; count: number }>();
  for (const { width, height } of sample) {
    const entry = counts.get(`${width}×${height}`) ?? { width, height, count: 0 };
    entry.count++;
    counts.set(`${width}×${height}`, entry);
  }
  const [{ width, height, count }] = [...counts.values()].sort(
    (a, b) => b.count - a.count || b.width * b.height - a.width * a.height || b.width - a.width,
  );
  if (2 * count < sample.length) {
    const sides = sample.map((image) => Math.min(image.width, image.height)).sort((a, b) => a - b);
    const side = clamp(sides[sides.length >> 1], 16, SCALED_SIDE);
    return { height: side, width: side };
  }
  const longest = Math.max(width, height);
  const scale = longest <= MAX_OWN_SIDE ? 1 : SCALED_SIDE / longest;
  const scaled = (side: number) => Math.max(8, Math.round(side * scale));
  return { height: scaled(height), width: scaled(width) };
}
