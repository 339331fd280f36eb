import sharp from 'sharp';
import { Random } from '../engine/numeric/random';
import { drawFace } from './drawFace';
import type { FaceParameters } from './parameters';

export interface Rendering {
  /** Width and height in pixels. */
  readonly size: number;
  /** Colour, or one grey channel. */
  readonly colour: boolean;
}

/** Draws a face and takes its picture: size × size pixels, 3 channels or 1, row-major. */
async function renderPixels(face: FaceParameters, { size, colour }: Rendering): Promise<Buffer> {
  let image = sharp(Buffer.from(drawFace(face, size))).removeAlpha();
  if (!colour) image = image.toColourspace('b-w');
  const sigma = face.camera.blur * Math.sqrt(size / 48);
  if (sigma >= 0.3) image = image.blur(sigma);
  const pixels = await image.raw().toBuffer();
  exposePixels(pixels, face, size, colour ? 3 : 1);
  return pixels;
}

/** Contrast, brightness and noise; the noise is the same in all channels of a pixel. */
function exposePixels(pixels: Buffer, { camera }: FaceParameters, size: number, channels: number): void {
  const random = Random.stream(camera.noiseSeed, 'noise');
  const noise = camera.noise * Math.sqrt(48 / size);
  for (let i = 0; i < pixels.length; i += channels) {
    const shift = camera.brightness + noise * random.normal() + 128.5;
    for (let c = i; c < i + channels; c++)
      pixels[c] = Math.max(0, Math.min(255, (pixels[c] - 128) * camera.contrast + shift));
  }
}

/** A synthetic face as a PNG file's bytes. Same parameters and size, same bytes. */
export async function renderFace(face: FaceParameters, rendering: Rendering): Promise<Buffer> {
  const { size, colour } = rendering;
  const raw = await renderPixels(face, rendering);
  const image = sharp(raw, { raw: { width: size, height: size, channels: colour ? 3 : 1 } });
  return (colour ? image : image.toColourspace('b-w')).png({ compressionLevel: 6 }).toBuffer();
}
