import type { Normalisation, PixelStore } from '../data/images';
import type { Random } from '../numeric/random';

/** Which part of an image a view may show, and how it may lie. Ranges are drawn uniformly. */
export interface ViewGeometry {
  /** Share of the image's area that a crop keeps. */
  readonly cropArea: readonly [from: number, to: number];
  /** Width over height of a crop, drawn on a logarithmic scale. */
  readonly aspect: readonly [from: number, to: number];
  readonly flipProbability: number;
  /** Largest rotation to either side, in radians. */
  readonly rotation: number;
}

/** How the two views of an image may differ. Ranges are drawn uniformly. */
export interface ViewOptions extends ViewGeometry {
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

/** An image's bytes, channel-major, and how they become network input. */
export interface Picture {
  /** channels × height × width */
  readonly bytes: Uint8Array;
  readonly shape: Pick<PixelStore, 'channels' | 'height' | 'width'>;
  readonly normalisation: Normalisation;
}

/** A picture whose bytes one image of the store after another is read into. */
export function emptyPicture(pixels: PixelStore, normalisation: Normalisation): Picture {
  const { channels, height, width } = pixels;
  return { bytes: new Uint8Array(channels * height * width), shape: { channels, height, width }, normalisation };
}

/** Where a random view goes: channel-major, from `offset` on, and as large as the image where no size is given. */
interface NormalisedTarget {
  readonly values: Float32Array;
  readonly offset: number;
  readonly size?: Size;
}

/**
 * Writes one random, normalised view of an image. Crop, flip, rotation and size are one bilinear sampling; pixels from
 * outside repeat the border.
 */
export function writeView(
  picture: Picture,
  options: ViewOptions,
  random: Random,
  { values, offset, size = picture.shape }: NormalisedTarget,
): void {
  const { channels } = picture.shape;
  const { height, width } = size;
  const { mean, std } = picture.normalisation;
  const pixels = height * width;
  writeSample(picture, options, random, { values, offset, height, width });

  const brightness = random.between(1 - options.brightness, 1 + options.brightness);
  const contrast = random.between(1 - options.contrast, 1 + options.contrast);
  if (channels === 3) mixColours(values, offset, pixels, saturationFactor(options, random));
  let sum = 0;
  for (let i = offset; i < offset + channels * pixels; i++) sum += values[i];
  const middle = (sum / (channels * pixels)) * brightness;
  for (let c = 0; c < channels; c++) {
    // brightness, contrast around the view's mean, bytes to unit range and normalisation in one linear map
    const scale = (brightness * contrast) / (255 * std[c]);
    const shift = ((middle * (1 - contrast)) / 255 - mean[c]) / std[c];
    const end = offset + (c + 1) * pixels;
    for (let i = offset + c * pixels; i < end; i++) values[i] = values[i] * scale + shift;
  }
  if (random.chance(options.cutoutProbability)) cutOut(values, offset, { channels, height, width }, options, random);
}

/** Target pixel (x, y) comes from source position (ax·x + bx·y + cx, ay·x + by·y + cy). */
interface Mapping {
  readonly ax: number;
  readonly bx: number;
  readonly cx: number;
  readonly ay: number;
  readonly by: number;
  readonly cy: number;
}

function drawMapping({ height, width }: Size, options: ViewGeometry, random: Random, target: Size): Mapping {
  const area = random.between(...options.cropArea);
  const aspect = Math.exp(random.between(Math.log(options.aspect[0]), Math.log(options.aspect[1])));
  const cropWidth = Math.min(width, width * Math.sqrt(area * aspect));
  const cropHeight = Math.min(height, height * Math.sqrt(area / aspect));
  const centreX = random.between(cropWidth / 2, width - cropWidth / 2);
  const centreY = random.between(cropHeight / 2, height - cropHeight / 2);
  const angle = random.between(-options.rotation, options.rotation);
  const mirror = random.chance(options.flipProbability) ? -1 : 1;
  const stepX = (mirror * cropWidth) / target.width;
  const stepY = cropHeight / target.height;
  const ax = stepX * Math.cos(angle);
  const bx = -stepY * Math.sin(angle);
  const ay = stepX * Math.sin(angle);
  const by = stepY * Math.cos(angle);
  const cx = centreX - 0.5 - (ax * (target.width - 1)) / 2 - (bx * (target.height - 1)) / 2;
  const cy = centreY - 0.5 - (ay * (target.width - 1)) / 2 - (by * (target.height - 1)) / 2;
  return { ax, bx, cx, ay, by, cy };
}

type Size = Pick<PixelStore, 'height' | 'width'>;

/** Where a view of that size goes: channel-major, from `offset` on. */
interface ViewTarget extends Size {
  readonly values: Float32Array;
  readonly offset: number;
}

/** Writes a random part of an image, with values as the image's bytes have them. */
export function writeSample(
  { bytes, shape }: Pick<Picture, 'bytes' | 'shape'>,
  options: ViewGeometry,
  random: Random,
  target: ViewTarget,
): void {
  const { channels, height, width } = shape;
  const { ax, bx, cx, ay, by, cy } = drawMapping(shape, options, random, target);
  const pixels = height * width;
  for (let y = 0; y < target.height; y++)
    for (let x = 0; x < target.width; x++) {
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
        const upper = bytes[at] + fx * (bytes[at + right] - bytes[at]);
        const lower = bytes[at + below] + fx * (bytes[at + below + right] - bytes[at + below]);
        target.values[target.offset + (c * target.height + y) * target.width + x] = upper + fy * (lower - upper);
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
  { channels, height, width }: Picture['shape'],
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

/** Writes an image as it is, or mirrored: normalised, nothing random. What scoring and testing see. */
export function writePlain(picture: Picture, target: Float32Array, offset: number, isMirrored = false): void {
  writeShifted(picture, { dx: 0, dy: 0, isMirrored }, target, offset);
}

/**
 * Writes the supervised training view of the paper's protocol: a crop of the image padded by `padding` pixels of the
 * mean on every side, mirrored half of the time.
 */
export function writeCrop(
  picture: Picture,
  { padding, mirrors }: { readonly padding: number; readonly mirrors: boolean },
  random: Random,
  target: Float32Array,
  offset: number,
): void {
  const dx = random.integer(2 * padding + 1) - padding;
  const dy = random.integer(2 * padding + 1) - padding;
  const isMirrored = random.chance(0.5) && mirrors; // drawn in any case: what comes after stays as it was
  writeShifted(picture, { dx, dy, isMirrored }, target, offset);
}

/** How many pixels an image moves to the left and upwards, and whether it is mirrored before. */
interface Shift {
  readonly dx: number;
  readonly dy: number;
  readonly isMirrored: boolean;
}

function writeShifted(
  { bytes, shape, normalisation }: Picture,
  shift: Shift,
  target: Float32Array,
  offset: number,
): void {
  const { channels, height, width } = shape;
  const { mean, std } = normalisation;
  const { dx, dy, isMirrored } = shift;
  /** The column that each of the target's comes from; beyond the image's sides there is none. */
  const columns = Int32Array.from({ length: width }, (_, x) => (isMirrored ? width - 1 - x : x) + dx);
  let to = offset;
  for (let c = 0; c < channels; c++) {
    const scale = 1 / (255 * std[c]);
    const bias = -mean[c] / std[c];
    for (let y = dy; y < height + dy; y++) {
      const row = (c * height + y) * width;
      const inside = y >= 0 && y < height;
      for (const sx of columns) target[to++] = inside && sx >= 0 && sx < width ? bytes[row + sx] * scale + bias : 0;
    }
  }
}
