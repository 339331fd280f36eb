import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { sampleFace } from '../../src/sample/parameters';
import { expressionOf } from '../../src/sample/quota';
import { renderFace } from '../../src/sample/render';

const SEED = 11;
const [WIDTH, HEIGHT] = [480, 320];

/** What the person in the photo of that name shows. */
export const shownIn = (name: string): string => expressionOf(SEED, Number(/(\d+)\.jpg$/.exec(name)?.[1]));

/** Whole photos, not cropped to the face and without classes: `photos/IMG_0000.jpg` and so on, each a drawn face somewhere in a room. */
export async function writeWholePhotos(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    const size = 200 + ((i * 37) % 90);
    const face = await renderFace(sampleFace(SEED, i), { size, colour: true });
    const [red, green, blue] = [i * 53, i * 31, i * 17].map((n) => 90 + (n % 110));
    const room = `<svg width="${WIDTH}" height="${HEIGHT}" xmlns="http://www.w3.org/2000/svg">
      <rect width="100%" height="100%" fill="rgb(${red},${green},${blue})"/>
      <rect y="${HEIGHT - 70}" width="100%" height="70" fill="rgb(${red! - 60},${green! - 60},${blue! - 60})"/>
      <rect x="${(i * 71) % 300}" y="40" width="120" height="90" fill="rgb(${blue},${red},${green})"/></svg>`;
    const at = { left: (i * 83) % (WIDTH - size), top: HEIGHT - size };
    const photo = sharp(Buffer.from(room)).composite([{ input: face, ...at }]);
    await writeFile(
      join(folder, `IMG_${String(i).padStart(4, '0')}.jpg`),
      await photo.jpeg({ quality: 88 }).toBuffer(),
    );
  }
}
