import type { Normalisation } from '../data/images';
import type { Random } from '../numeric/random';

/** How the two views of an image may differ. Ranges are drawn uniformly. */
export interface ViewOptions {
  /** Share of the image's area that a crop keeps. */
  readonly cropArea: readonly [from: number, to: number];
  /** Width over height of a crop, drawn on a logarithmic scale. */
  readonly aspect: readonly [from: number, to: number];
  readonly flipProbability: number;
  /** Largest rotation to either side, in radians. */
  readonly rotation: number;
  /** Brightness and contrast are multiplied by a factor in [1 − x, 1 + x]. */
  readonly brightness: number;
  readonly contrast: number;
  /** The same for saturation; colour images only. */
  readonly saturation: number;
  /** Probability that a colour image loses its colours. */
  readonly greyProbability: number;
  readonly cutoutProbability: number;
  /** Side of the square that cutout replaces by the mean, as a share of the image's side (DeVries & Taylor 2017). */
  readonly cutoutSide: number;
}

/**
 * For aligned faces: no crop may lose the mouth or the brows for good, colours say little. The figures are those of the
 * reference runs with which this project compares itself (docs/results.md).
 */
export const faceViews: ViewOptions = {
  cropArea: [0.3, 1],
  aspect: [0.8, 1.25],
  flipProbability: 0.5,
  rotation: 0.2,
  brightness: 0.4,
  contrast: 0.4,
  saturation: 0.4,
  greyProbability: 0.2,
  cutoutProbability: 0.5,
  cutoutSide: 14 / 48,
};

/** SimCLR's own views as the paper's code sets them: RandomResizedCrop(0.2–1), flip, colour jitter, grey; no cutout. */
export const simclrViews: ViewOptions = {
  cropArea: [0.2, 1],
  aspect: [3 / 4, 4 / 3],
  flipProbability: 0.5,
  rotation: 0,
  brightness: 0.4,
  contrast: 0.4,
  saturation: 0.4,
  greyProbability: 0.2,
  cutoutProbability: 0,
  cutoutSide: 0,
};

/** A stack of images: bytes or floats, `channels × height × width` each, channel-major. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Writes one random, normalised view of an image to `target` from `offset` on. Crop, flip and rotation are one bilinear
 * sampling; pixels from outside repeat the border.
 */
export function writeView(
  source: Uint8Array,
  { channels, height, width }: ImageShape,
  { mean, std }: Normalisation,
  options: ViewOptions,
  random: Random,
  target: Float32Array,
  offset: number,
): void {
  const pixels = height * width;
  sample(source, channels, height, width, options, random, target, offset);

  const brightness = random.between(1 - options.brightness, 1 + options.brightness);
  const contrast = random.between(1 - options.contrast, 1 + options.contrast);
  if (channels === 3) mixColours(target, offset, pixels, saturationFactor(options, random));
  let sum = 0;
  for (let i = offset; i < offset + channels * pixels; i++) sum += target[i];
  const middle = (sum / (channels * pixels)) * brightness;
  for (let c = 0; c < channels; c++) {
    // brightness, contrast around the view's mean, bytes to unit range and normalisation in one linear map
    const scale = (brightness * contrast) / (255 * std[c]);
    const shift = ((middle * (1 - contrast)) / 255 - mean[c]) / std[c];
    const end = offset + (c + 1) * pixels;
    for (let i = offset + c * pixels; i < end; i++) target[i] = target[i] * scale + shift;
  }
  if (random.chance(options.cutoutProbability)) cutOut(target, offset, channels, height, width, options, random);
}

function sample(
  source: Uint8Array,
  channels: number,
  height: number,
  width: number,
  options: ViewOptions,
  random: Random,
  target: Float32Array,
  offset: number,
): void {
  const area = random.between(...options.cropArea);
  const aspect = Math.exp(random.between(Math.log(options.aspect[0]), Math.log(options.aspect[1])));
  const cropWidth = Math.min(width, width * Math.sqrt(area * aspect));
  const cropHeight = Math.min(height, height * Math.sqrt(area / aspect));
  const centreX = random.between(cropWidth / 2, width - cropWidth / 2);
  const centreY = random.between(cropHeight / 2, height - cropHeight / 2);
  const angle = random.between(-options.rotation, options.rotation);
  const mirror = random.chance(options.flipProbability) ? -1 : 1;
  // target pixel (x, y) comes from source position (ax·x + bx·y + cx, ay·x + by·y + cy)
  const stepX = (mirror * cropWidth) / width;
  const stepY = cropHeight / height;
  const ax = stepX * Math.cos(angle);
  const bx = -stepY * Math.sin(angle);
  const ay = stepX * Math.sin(angle);
  const by = stepY * Math.cos(angle);
  const cx = centreX - 0.5 - (ax * (width - 1)) / 2 - (bx * (height - 1)) / 2;
  const cy = centreY - 0.5 - (ay * (width - 1)) / 2 - (by * (height - 1)) / 2;
  const pixels = height * width;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const sx = Math.min(Math.max(ax * x + bx * y + cx, 0), width - 1);
      const sy = Math.min(Math.max(ay * x + by * y + cy, 0), height - 1);
      const left = sx | 0;
      const top = sy | 0;
      const fx = sx - left;
      const fy = sy - top;
      const right = left + 1 < width ? 1 : 0;
      const below = top + 1 < height ? width : 0;
      for (let c = 0; c < channels; c++) {
        const at = c * pixels + top * width + left;
        const upper = source[at] + fx * (source[at + right] - source[at]);
        const lower = source[at + below] + fx * (source[at + below + right] - source[at + below]);
        target[offset + c * pixels + y * width + x] = upper + fy * (lower - upper);
      }
    }
}

function saturationFactor(options: ViewOptions, random: Random): number {
  const factor = random.between(1 - options.saturation, 1 + options.saturation);
  return random.chance(options.greyProbability) ? 0 : factor;
}

/** Moves the colours towards (factor < 1) or away from grey, with the luma weights of Rec. 601. */
function mixColours(target: Float32Array, offset: number, pixels: number, factor: number): void {
  for (let i = offset; i < offset + pixels; i++) {
    const grey = 0.299 * target[i] + 0.587 * target[i + pixels] + 0.114 * target[i + 2 * pixels];
    for (let c = 0; c < 3; c++) target[i + c * pixels] = grey + factor * (target[i + c * pixels] - grey);
  }
}

/** Sets a square to zero, which is the dataset's mean after normalisation. */
function cutOut(
  target: Float32Array,
  offset: number,
  channels: number,
  height: number,
  width: number,
  options: ViewOptions,
  random: Random,
): void {
  const side = Math.round(options.cutoutSide * Math.min(height, width));
  if (side < 1) return;
  const top = random.integer(height - side + 1);
  const left = random.integer(width - side + 1);
  for (let c = 0; c < channels; c++)
    for (let y = top; y < top + side; y++) {
      const from = offset + (c * height + y) * width + left;
      target.fill(0, from, from + side);
    }
}

/** Writes an image as it is: normalised, nothing random. What scoring and testing see. */
export function writePlain(
  source: Uint8Array,
  { channels, height, width }: ImageShape,
  normalisation: Normalisation,
  target: Float32Array,
  offset: number,
): void {
  writeShifted(source, { channels, height, width }, normalisation, 0, 0, false, target, offset);
}

/**
 * Writes the supervised training view of the paper's protocol: a crop of the image padded by `padding` pixels of the
 * mean on every side, mirrored half of the time.
 */
export function writeCrop(
  source: Uint8Array,
  shape: ImageShape,
  normalisation: Normalisation,
  padding: number,
  random: Random,
  target: Float32Array,
  offset: number,
): void {
  const dx = random.integer(2 * padding + 1) - padding;
  const dy = random.integer(2 * padding + 1) - padding;
  writeShifted(source, shape, normalisation, dx, dy, random.chance(0.5), target, offset);
}

function writeShifted(
  source: Uint8Array,
  { channels, height, width }: ImageShape,
  { mean, std }: Normalisation,
  dx: number,
  dy: number,
  mirrored: boolean,
  target: Float32Array,
  offset: number,
): void {
  let to = offset;
  for (let c = 0; c < channels; c++) {
    const scale = 1 / (255 * std[c]);
    const shift = -mean[c] / std[c];
    for (let y = 0; y < height; y++) {
      const row = (c * height + y + dy) * width;
      const inside = y + dy >= 0 && y + dy < height;
      for (let x = 0; x < width; x++) {
        const sx = (mirrored ? width - 1 - x : x) + dx;
        target[to++] = inside && sx >= 0 && sx < width ? source[row + sx] * scale + shift : 0;
      }
    }
  }
}
