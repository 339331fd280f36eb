import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskError } from '../store/atomicFile';
import { makeFolder } from '../store/makeFolder';

/** Bytes of an image, the channels of a pixel beside each other. */
export interface PictureBytes {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** Writes a png. Nothing is lost with the power here, so unlike other files this one is not flushed. */
export async function writePicture(path: string, { data, ...raw }: PictureBytes): Promise<void> {
  const { default: sharp } = await import('sharp');
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    await makeFolder(dirname(path));
    await sharp(data, { raw }).png().toFile(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw diskError(path, error);
  }
}

/** Channels beside each other, of planes one after the other. */
export function interleaved(planes: Uint8Array, channels: number): Uint8Array {
  if (channels === 1) return planes;
  const area = planes.length / channels;
  return planes.map((_, i) => planes[(i % channels) * area + Math.floor(i / channels)]);
}
