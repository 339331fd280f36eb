import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach } from 'vitest';

/** A new temporary folder for each call, removed after the test. */
export function temporaryFolders(): () => Promise<string> {
  const made: string[] = [];
  afterEach(async () => {
    for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
  });
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'warmstart-'));
    made.push(folder);
    return folder;
  };
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

/** Bytes of a real image file; the format follows the name's extension. */
export function picture(
  name: string,
  { seed = 1, width = 16, height = 16, colour = false }: PictureOptions = {},
): Promise<Buffer> {
  const channels = colour ? 3 : 1;
  const image = sharp(greyValues(seed, width * channels, height), { raw: { width, height, channels } });
  return /\.jpe?g$/i.test(name) ? image.jpeg({ quality: 95 }).toBuffer() : image.png().toBuffer();
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
