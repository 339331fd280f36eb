import { describe, expect, it } from 'vitest';
import { parameterDefinitions } from '../../../src/engine/network/definitions';
import { Random } from '../../../src/engine/numeric/random';
import { fromPixels } from '../../../src/engine/pretrain/pixelViews';
import { pretrainOptions } from '../../../src/engine/pretrain/presets';
import { blobImages } from './images';

const whole = pretrainOptions('quick', { viewScale: 1 });
const half = pretrainOptions('quick', { viewScale: 0.5 });

describe('views of a dataset', () => {
  it('are smaller than the images by the scale, but not smaller than a grid of three needs', () => {
    const sides = [96, 48, 32, 20].map((side) => fromPixels(blobImages(4, side), half).encoder.input);
    expect(sides).toEqual([
      [1, 48, 48],
      [1, 24, 24],
      [1, 24, 24],
      [1, 20, 20],
    ]);
    expect(fromPixels(blobImages(4, 48), whole).encoder.input).toEqual([1, 48, 48]);
  });

  it('train the same parameters as whole images would', () => {
    const images = blobImages(4, 48);
    const [small, large] = [half, whole].map((options) => parameterDefinitions(fromPixels(images, options).encoder));
    expect([...small!]).toEqual([...large!]);
  });

  it('show the same parts of the images at either size', () => {
    const images = blobImages(4, 48);
    const still = { ...half.views, brightness: 0, contrast: 0, cutoutProbability: 0 };
    const viewsOf = (options: typeof half) => {
      const feeder = fromPixels(images, { ...options, views: still }).source.feeder(4);
      return feeder.views(1, 0, 0, Random.stream(1, 'augment'));
    };
    const [small, large] = [viewsOf(half), viewsOf(whole)];
    expect([small.length, large.length]).toEqual([8 * 24 * 24, 8 * 48 * 48]);
    const means = (views: Float32Array, pixels: number) =>
      Array.from({ length: 8 }, (_, i) => views.slice(i * pixels, (i + 1) * pixels).reduce((a, b) => a + b) / pixels);
    const [smallMeans, largeMeans] = [means(small, 24 * 24), means(large, 48 * 48)];
    for (const [i, mean] of smallMeans.entries()) expect(Math.abs(mean - largeMeans[i]!)).toBeLessThan(0.1);
    expect(Math.max(...largeMeans) - Math.min(...largeMeans)).toBeGreaterThan(0.5);
  });
});
