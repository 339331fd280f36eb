import type { ImageShape } from '../../shared/schema/dataset';
import { inputError } from '../errors';
import type { ImageDescriptor } from './encoder';
import { withMirroredView } from './mirroredDescriptor';

/** Bins over 0 … 180°: a gradient and its opposite are the same. */
export const ORIENTATIONS = 9;
/** Cells in a block, each way. */
export const BLOCK = 2;
/** Cells along the shorter side, where the image has room for them: cells of 8 pixels in a face of 48 × 48. */
const CELLS = 6;
/** Side of the smallest cell, in pixels. */
const SMALLEST_CELL = 4;
/** Where a block's normalised values are cut off (L2-Hys). */
export const CLIP = 0.2;
/** Keeps the normalisation of a flat block from dividing by nothing; in units of a gradient between black and white, 1. */
export const EPSILON = 0.01;

const BLOCK_LENGTH = BLOCK * BLOCK * ORIENTATIONS;

/**
 * Histograms of oriented gradients (Dalal & Triggs 2005): gradients by [−1, 0, 1] without smoothing, in colour images
 * that of the channel where it is largest; 9 unsigned orientations; votes of the gradient's size, shared linearly between
 * neighbouring orientations and cells and weighted by a Gaussian over the block (σ half its width); blocks of 2 × 2 cells,
 * one cell apart, normalised by L2-Hys. Cells grow with the image, so that the grid keeps 6 cells along the shorter
 * side (8 pixels at 48 × 48, never below 4) and faces of every resolution get about 900 features. Pixels that are left
 * over lie on both edges.
 *
 * Features are ordered by block row, block column, cell row, cell column, orientation (bin b is centred at 20 b + 10
 * degrees, y pointing down).
 */
export const hog: ImageDescriptor = {
  name: 'hog',
  settings: {
    version: 1,
    orientations: ORIENTATIONS,
    block: BLOCK,
    cells: CELLS,
    smallestCell: SMALLEST_CELL,
    clip: CLIP,
    epsilon: EPSILON,
  },
  pretrained: false,
  forImages(shape) {
    const layout = layoutOf(shape);
    const gradient = new GradientField(shape);
    const dimensions = (layout.rows - 1) * (layout.columns - 1) * BLOCK_LENGTH;
    return {
      dimensions,
      describe(image, target, offset) {
        gradient.measure(image);
        let at = offset;
        for (let r = 0; r + 1 < layout.rows; r++)
          for (let c = 0; c + 1 < layout.columns; c++) {
            const block = target.subarray(at, at + BLOCK_LENGTH);
            gather(gradient, layout, r, c, block);
            normalise(block);
            at += BLOCK_LENGTH;
          }
      },
    };
  },
};

/** The same of both views of an image: what mirrored images have in common (docs/results.md). */
export const mirroredHog: ImageDescriptor = withMirroredView(hog);

/** Whether images of a shape have room for a block. */
export const isHogPossible = (shape: ImageShape): boolean => {
  const shorter = Math.min(shape.height, shape.width);
  return shorter >= BLOCK * cellOf(shorter);
};

/** Side of a cell, in pixels. */
const cellOf = (shorter: number): number => Math.max(SMALLEST_CELL, Math.floor(shorter / CELLS));

export interface Layout {
  /** Side of a cell, in pixels. */
  readonly cell: number;
  /** Cells down and across. */
  readonly rows: number;
  readonly columns: number;
  /** Pixels above and left of the first cell. */
  readonly top: number;
  readonly left: number;
  /** What a pixel of a block gives to each of its cells, [block height × block width × cells]. */
  readonly weights: Float64Array;
}

export function layoutOf({ height, width }: ImageShape): Layout {
  const shorter = Math.min(height, width);
  const cell = cellOf(shorter);
  if (shorter < BLOCK * cell)
    throw inputError(
      `HOG features need images of at least ${BLOCK * cell} × ${BLOCK * cell} pixels, and these are ${width} × ${height}; import them with --image-size ${BLOCK * cell} or more.`,
    );
  const [rows, columns] = [height, width].map((side) => Math.floor(side / cell));
  const [top, left] = [height - rows * cell, width - columns * cell].map((rest) => rest >> 1);
  return { cell, rows, columns, top, left, weights: blockWeights(cell) };
}

/** Bilinear shares of a pixel in the cells of its block, times the Gaussian at that pixel. */
function blockWeights(cell: number): Float64Array {
  const side = BLOCK * cell;
  const sigma = side / 2;
  /** Share of a pixel, at `position` from the block's edge, in a cell along one axis. */
  const share = (position: number, index: number) => Math.max(0, 1 - Math.abs(position / cell - (index + 0.5)));
  const weights: number[] = [];
  for (let y = 0.5; y < side; y++)
    for (let x = 0.5; x < side; x++) {
      const distance = (x - side / 2) ** 2 + (y - side / 2) ** 2;
      const gaussian = Math.exp(-distance / (2 * sigma * sigma));
      for (let r = 0; r < BLOCK; r++)
        for (let c = 0; c < BLOCK; c++) weights.push(gaussian * share(y, r) * share(x, c));
    }
  return Float64Array.from(weights);
}

/** The gradient at every pixel of one image: its two neighbouring orientations and what each of them gets. */
class GradientField {
  /** The lower of the two bins; the upper one is the next, around the circle. */
  readonly bins: Uint8Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;

  constructor(readonly shape: ImageShape) {
    const area = shape.height * shape.width;
    this.bins = new Uint8Array(area);
    this.lower = new Float64Array(area);
    this.upper = new Float64Array(area);
  }

  /** At the image's edge the gradient across it is 0. */
  measure(image: Uint8Array): void {
    const { channels, height, width } = this.shape;
    const area = height * width;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = y * width + x;
        let [dx, dy, largest] = [0, 0, 0];
        for (let i = at; i < channels * area; i += area) {
          const across = x > 0 && x + 1 < width ? image[i + 1] - image[i - 1] : 0;
          const down = y > 0 && y + 1 < height ? image[i + width] - image[i - width] : 0;
          const squared = across * across + down * down;
          if (squared > largest) [dx, dy, largest] = [across, down, squared];
        }
        this.vote(at, dx / 255, dy / 255);
      }
  }

  private vote(at: number, dx: number, dy: number): void {
    const angle = Math.atan2(dy, dx);
    const half = angle < 0 ? angle + Math.PI : angle;
    // -½ … 8½ in bins, from the first bin's centre
    const position = (half / Math.PI) * ORIENTATIONS - 0.5;
    const below = Math.floor(position);
    const size = Math.hypot(dx, dy);
    this.bins[at] = (below + ORIENTATIONS) % ORIENTATIONS;
    this.upper[at] = size * (position - below);
    this.lower[at] = size - this.upper[at];
  }
}

/** Adds up the votes of the block whose first cell is (r, c). */
function gather(gradient: GradientField, layout: Layout, r: number, c: number, block: Float32Array): void {
  const { cell, weights } = layout;
  const { bins, lower, upper, shape } = gradient;
  const side = BLOCK * cell;
  const sums = new Float64Array(BLOCK_LENGTH);
  let w = 0;
  for (let y = 0; y < side; y++) {
    let at = (layout.top + r * cell + y) * shape.width + layout.left + c * cell;
    for (let x = 0; x < side; x++, at++) {
      const bin = bins[at];
      const next = bin + 1 < ORIENTATIONS ? bin + 1 : 0;
      for (let start = 0; start < BLOCK_LENGTH; start += ORIENTATIONS) {
        const weight = weights[w++];
        sums[start + bin] += weight * lower[at];
        sums[start + next] += weight * upper[at];
      }
    }
  }
  block.set(sums);
}

/** L2-Hys: unit length, cut off, unit length again (Lowe 2004). */
function normalise(block: Float32Array): void {
  for (const most of [CLIP, Number.POSITIVE_INFINITY]) {
    let squared = EPSILON * EPSILON;
    for (const value of block) squared += value * value;
    const scale = 1 / Math.sqrt(squared);
    for (let i = 0; i < block.length; i++) block[i] = Math.min(most, block[i] * scale);
  }
}
