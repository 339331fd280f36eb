import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp from 'sharp';
import { sampleFace } from '../../src/sample/parameters';
import { renderFace } from '../../src/sample/render';

/** A drawn face in a photo: number `person` of a seed, `size` pixels each way, turned clockwise by so many degrees about its middle. */
export interface Posed {
  readonly person: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly turned?: number;
}

const SEED = 11;

/** A photo of several drawn people before a wall, as a JPEG; `x` and `y` are the middles of their pictures. */
export async function groupPhoto(width: number, height: number, people: readonly Posed[]): Promise<Buffer> {
  const parts = await Promise.all(
    people.map(async ({ person, x, y, size, turned = 0 }) => {
      const face = await renderFace(sampleFace(SEED, person), { size, colour: true });
      const clear = { r: 0, g: 0, b: 0, alpha: 0 };
      const input = await sharp(face).ensureAlpha().rotate(turned, { background: clear }).png().toBuffer();
      const { width: across = size, height: down = size } = await sharp(input).metadata();
      return { input, left: Math.round(x - across / 2), top: Math.round(y - down / 2) };
    }),
  );
  const wall = sharp({ create: { width, height, channels: 3, background: '#6a7c8e' } });
  return wall.composite(parts).jpeg({ quality: 90 }).toBuffer();
}

export async function writePhoto(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}
