import type { ImageShape } from '../../shared/schema/dataset';
import { usageError } from '../errors';
import { type Job, throwIfCancelled } from '../job';
import { inspectImage } from './decode';
import { type ImageSource, isBroken } from './importers/source';
import { concurrency, mapInOrder } from './mapInOrder';
import { readImage } from './readImage';

/** What a person may fix about the size of a dataset's images. */
export interface ShapeOptions {
  /** Side of the square that images are scaled to, in pixels. */
  readonly imageSize?: number | undefined;
  readonly channels?: 1 | 3 | undefined;
}

const SAMPLE = 200;
/** Images up to this size are taken as they are. */
const MAX_OWN_SIDE = 128;
/** Longest side that larger images are scaled to. */
const SCALED_SIDE = 96;
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

/**
 * The shape that a dataset's images are decoded to: what the options say, else what the layout says, else what an evenly
 * spaced sample shows (the most common size; grey when nearly all images are grey).
 */
export async function chooseShape(source: ImageSource, options: ShapeOptions, job: Job): Promise<ImageShape> {
  const { imageSize } = options;
  const channels = options.channels ?? source.shape.channels;
  const height = imageSize ?? source.shape.height;
  const width = imageSize ?? source.shape.width;
  if (channels !== undefined && height !== undefined && width !== undefined) return { channels, height, width };
  const sample = await inspectSample(source, job);
  const size = sizeOf(sample);
  return { channels: channels ?? channelsOf(sample), height: height ?? size.height, width: width ?? size.width };
}

interface Inspected {
  readonly width: number;
  readonly height: number;
  readonly isGrey: boolean;
}

async function inspectSample(source: ImageSource, job: Job): Promise<Inspected[]> {
  const paths: string[] = [];
  for await (const item of source.items())
    if (!isBroken(item) && typeof item.content === 'string') paths.push(item.content);
  const step = Math.max(1, paths.length / SAMPLE);
  const chosen = Array.from({ length: Math.min(SAMPLE, paths.length) }, (_, i) => paths[Math.floor(i * step)]);
  const inspect = async (path: string) => inspectImage(await readImage(path));
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
