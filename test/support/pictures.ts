import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { Random } from '../../src/engine/numeric/random';

/** Pixels without a format: one byte a channel, row by row. */
interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly colour?: boolean;
}

/** Bytes of a real image file; the format follows the name's extension. */
function encode(name: string, { data, width, height, colour = false }: Pixels): Promise<Buffer> {
  const image = sharp(data, { raw: { width, height, channels: colour ? 3 : 1 } });
  return /\.jpe?g$/i.test(name) ? image.jpeg({ quality: 95 }).toBuffer() : image.png().toBuffer();
}

/** Grey values that differ from seed to seed. */
export function greyValues(seed: number, width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => (seed * 53 + i * 7 + ((i * i * (seed + 3)) >> 3)) % 256);
}

export interface PictureOptions {
  readonly seed?: number;
  readonly width?: number;
  readonly height?: number;
  readonly colour?: boolean;
}

/** Bytes of a picture whose pixels follow from its seed. */
export function picture(
  name: string,
  { seed = 1, width = 16, height = 16, colour = false }: PictureOptions = {},
): Promise<Buffer> {
  return encode(name, { data: greyValues(seed, width * (colour ? 3 : 1), height), width, height, colour });
}

/** Writes files (path below `root` → content, or options of a picture). */
export async function writeFiles(
  root: string,
  files: Readonly<Record<string, string | Uint8Array | PictureOptions>>,
): Promise<void> {
  for (const [id, content] of Object.entries(files)) {
    const path = join(root, ...id.split('/'));
    await mkdir(dirname(path), { recursive: true });
    const bytes = typeof content === 'string' || content instanceof Uint8Array ? content : await picture(id, content);
    await writeFile(path, bytes);
  }
}

/** Pixels of an edge of the images of `writeImages`. */
export const SIDE = 24;

export interface ImageFolder {
  readonly classes: readonly string[];
  /** Images of each class. */
  readonly train: number;
  readonly test: number;
}

/** Class folders of noisy images; class c is brighter in its own part of the image, so that it can be learned. */
export async function writeImages(folder: string, { classes, train, test }: ImageFolder): Promise<void> {
  const random = Random.stream(7, 'images');
  for (const [split, count] of Object.entries({ train, test }))
    for (const [c, name] of classes.entries())
      for (let i = 0; i < count; i++) await writeImage(join(folder, split, name, `${split}-${i}.png`), c, random);
}

async function writeImage(path: string, c: number, random: Random): Promise<void> {
  const data = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const own = [y < 8, x < 8, x >= 16, y >= 16][c % 4];
      data[y * SIDE + x] = 60 + random.integer(80) + (own ? 80 : 0);
    }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await encode(path, { data, width: SIDE, height: SIDE }));
}

const SMALL_SIDE = 12;
const AT_ONCE = 64;

/** A grey PNG of 12×12 pixels that no other number gives. */
export function numberedImage(number: number): Promise<Buffer> {
  const data = Uint8Array.from(
    { length: SMALL_SIDE * SMALL_SIDE },
    (_, i) => (i % SMALL_SIDE) * 13 + Math.floor(i / SMALL_SIDE) * 7 + number * 31, // modulo 256
  );
  for (let byte = 0; byte < 4; byte++) data[byte] = (number >>> (8 * byte)) & 0xff;
  return encode('.png', { data, width: SMALL_SIDE, height: SMALL_SIDE });
}

/** Writes different images into `folder/<class>/`, without a test split: what a large pool looks like. */
export async function writeManyImages(folder: string, count: number, classes: readonly string[]): Promise<void> {
  for (const name of classes) await mkdir(join(folder, name), { recursive: true });
  for (let from = 0; from < count; from += AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, count - from) }, async (_, i) => {
        const number = from + i;
        const name = `${String(number).padStart(6, '0')}.png`;
        await writeFile(join(folder, classes[number % classes.length] ?? '', name), await numberedImage(number));
      }),
    );
}
