import type { EncoderInput, Preprocessing, Size } from '../../src/engine/encoders/preprocessing';
import type { Resample } from '../../src/shared/encoders';

/** Rows of pixels of channels. */
export type Picture = number[][][];

/**
 * What an encoder should be fed, computed plainly from the documents of Pillow and transformers: in double precision,
 * one pixel after the other, and without rounding. Slow, and shares nothing with the product.
 */
export function expectedInput(
  picture: Picture,
  { resize, resample, centreCrop, rescale, normalise, pad, flipChannels }: Preprocessing,
  { layout, channels }: EncoderInput,
  mirrored = false,
): number[] {
  let image = picture;
  if (resize && 'shortestEdge' in resize) {
    const factor = resize.shortestEdge / Math.min(image.length, image[0].length);
    // a product that is whole but for its last bit stays whole
    const side = (pixels: number) => Math.floor(pixels * factor + 1e-9);
    image = scaled(image, { height: side(image.length), width: side(image[0].length) }, resample);
  } else if (resize) image = scaled(image, resize, resample);
  if (centreCrop) image = cropped(image, centreCrop);
  if (mirrored) image = image.map((row) => row.toReversed());
  image = eachChannel(image, (value) => value * (rescale ?? 1));
  if (normalise) {
    const { mean, std } = normalise;
    image = eachChannel(image, (value, c) => (value - (mean[c] ?? mean[0])) / (std[c] ?? std[0]));
  }
  if (pad)
    image = Array.from({ length: pad.height }, (_, y) =>
      Array.from({ length: pad.width }, (_, x) => image[y]?.[x] ?? Array(channels).fill(0)),
    );
  if (flipChannels) image = image.map((row) => row.map((pixel) => pixel.toReversed()));
  if (layout === 'nhwc') return image.flat(2);
  return [...Array(channels).keys()].flatMap((c) => image.flatMap((row) => row.map((pixel) => pixel[c])));
}

const eachChannel = (image: Picture, map: (value: number, channel: number) => number): Picture =>
  image.map((row) => row.map((pixel) => pixel.map(map)));

function cropped(image: Picture, { height, width }: Size): Picture {
  const top = Math.floor((image.length - height) / 2);
  const left = Math.floor((image[0].length - width) / 2);
  const black = image[0][0].map(() => 0);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => image[y + top]?.[x + left] ?? black),
  );
}

function scaled(image: Picture, { height, width }: Size, resample: Resample): Picture {
  const wide = image.map((row) => scaledLine(row, width, resample));
  const columns = wide[0].map((_, x) =>
    scaledLine(
      wide.map((row) => row[x]),
      height,
      resample,
    ),
  );
  return columns[0].map((_, y) => columns.map((column) => column[y]));
}

/** A line of pixels; values between the passes stay within bytes, as in Pillow. */
function scaledLine(line: readonly number[][], size: number, resample: Resample): number[][] {
  if (line.length === size) return [...line];
  const step = line.length / size;
  return Array.from({ length: size }, (_, i) => {
    const centre = (i + 0.5) * step;
    if (resample === 'nearest') return line[Math.floor(centre)];
    const { support, f } = filters[resample];
    const stretch = Math.max(step, 1);
    const taps = line
      .map((pixel, at) => ({ pixel, at, weight: f((at + 0.5 - centre) / stretch) }))
      // pixels whose middle lies within the support
      .filter(({ at }) => at >= Math.trunc(centre - support * stretch + 0.5))
      .filter(({ at }) => at < Math.trunc(centre + support * stretch + 0.5));
    const sum = taps.reduce((total, { weight }) => total + weight, 0);
    return line[0].map((_, c) => {
      const value = taps.reduce((total, { pixel, weight }) => total + (pixel[c] * weight) / sum, 0);
      return Math.min(Math.max(value, 0), 255);
    });
  });
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

const filters: Record<Exclude<Resample, 'nearest'>, { support: number; f: (x: number) => number }> = {
  box: { support: 0.5, f: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, f: (x) => 1 - Math.abs(x) },
  hamming: { support: 1, f: (x) => sinc(x) * (0.54 + 0.46 * Math.cos(x * Math.PI)) },
  bicubic: {
    support: 2,
    f: (x) => {
      const a = -0.5;
      const d = Math.abs(x);
      return d < 1 ? (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1 : a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a;
    },
  },
  lanczos: { support: 3, f: (x) => sinc(x) * sinc(x / 3) },
};
