import type { ImageShape } from '../../shared/schema/dataset';
import type { Normalisation } from './images';

/** A channel that is the same everywhere still has to be divided by something: one grey level. */
const SMALLEST_STD = 1 / 255;

/**
 * Mean and standard deviation of each channel, from counts of the 256 values: exact, so the result does not depend on
 * the order of the images.
 */
export class ChannelStatistics {
  private readonly counts: Float64Array[];

  constructor(shape: ImageShape) {
    this.counts = Array.from({ length: shape.channels }, () => new Float64Array(256));
  }

  /** Adds one image, [C × H × W] bytes. */
  add(pixels: Uint8Array): void {
    const area = pixels.length / this.counts.length;
    for (const [channel, counts] of this.counts.entries())
      for (let i = channel * area; i < (channel + 1) * area; i++) counts[pixels[i]]++;
  }

  result(): Normalisation {
    const moments = this.counts.map((counts) => {
      const n = counts.reduce((sum, count) => sum + count, 0);
      const mean = counts.reduce((sum, count, value) => sum + count * value, 0) / n;
      const variance = counts.reduce((sum, count, value) => sum + count * (value - mean) ** 2, 0) / n;
      return { mean: mean / 255, std: Math.max(Math.sqrt(variance) / 255, SMALLEST_STD) };
    });
    return { mean: moments.map(({ mean }) => mean), std: moments.map(({ std }) => std) };
  }
}
