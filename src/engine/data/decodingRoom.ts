import { totalmem } from 'node:os';
import sharp, { type Metadata } from 'sharp';
import { Room } from './room';
import { UnusableFile } from './unusableFile';

/**
 * Phones take photos of up to 108 megapixels, and a kilobyte can claim to be of 268. What is larger than this is no photo that a
 * person labels, or has to be made smaller before.
 */
const MOST_PIXELS = 128e6;
/** Share of the machine's memory that one image may take while it is decoded. */
const MOST_MEMORY = 0.5;
/** Memory for all images that a process decodes at a time, however many cores there are. */
const decoding = new Room(512 * 2 ** 20);

/**
 * Decodes an image, told what its header says, when there is memory for it. One that has too many pixels, or needs too much, is
 * refused before.
 */
export async function inRoom<T>(file: Uint8Array, decode: (header: Metadata) => Promise<T>): Promise<T> {
  const header = await sharp(file, { failOn: 'error' }).metadata();
  return decoding.during(neededFor(header), () => decode(header));
}

const bytesOf: Readonly<Record<string, number>> = { uchar: 1, char: 1, ushort: 2, short: 2, double: 8, dpcomplex: 16 };
/** What numbers of more than 8 bits become on the way: floats, and a copy of them. */
const DEEP = 12;

/** Bytes that it takes to decode an image as a whole, which interlaced and turned ones need. */
function neededFor({ width, height, pageHeight = height, channels, depth }: Metadata): number {
  const pixels = width * pageHeight;
  if (pixels > MOST_PIXELS)
    throw new UnusableFile(
      `it has ${Math.round(pixels / 1e6)} million pixels, and at most ${MOST_PIXELS / 1e6} million are read; make it smaller`,
    );
  const each = depth === 'uchar' ? 1 : (bytesOf[depth] ?? 4) + DEEP;
  const needed = pixels * channels * each;
  if (needed > MOST_MEMORY * totalmem())
    throw new UnusableFile(
      `decoding it takes ${(needed / 2 ** 30).toFixed(1)} GiB of memory, more than half of what this machine has; make it smaller`,
    );
  return needed;
}
