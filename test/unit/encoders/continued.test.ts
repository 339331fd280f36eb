import { describe, expect, it } from 'vitest';
import { bytesOf, decoderOf, encodeMap, type MapCode } from '../../../src/engine/encoders/continued/mapCode';
import { continuedViews, randomView, sideBefore } from '../../../src/engine/encoders/continued/views';
import type { Pixels } from '../../../src/engine/encoders/resample';
import { Random } from '../../../src/engine/numeric/random';

describe('a map in few bytes', () => {
  it.each<[MapCode, number]>([
    [{ most: 6 }, 6 / 255 / 2 + 1e-6],
    ['half', 4e-3],
  ])('as %j comes back nearly as it was', (code, most) => {
    const random = Random.stream(0, 'map');
    const values = Float32Array.from({ length: 300 }, () => random.between(0, 6));
    values.set(code === 'half' ? [-4, 0, 7] : [0, 6, 3]);
    const bytes = new Uint8Array(10 + 300 * bytesOf(code));
    encodeMap(code, values, bytes, 10);
    const back = new Float32Array(302);
    decoderOf(code)(bytes.subarray(10), back, 2);
    for (const [i, value] of values.entries()) expect(Math.abs(back[i + 2]! - value)).toBeLessThanOrEqual(most);
    expect([back[0], back[1]]).toEqual([0, 0]);
  });
});

describe('a random view', () => {
  const image: Pixels = {
    channels: 3,
    height: 60,
    width: 60,
    data: Uint8Array.from({ length: 60 * 60 * 3 }, (_, i) => (i % 3 === 0 ? 60 + Math.floor(i / 3 / 60) * 2 : 90)),
  };
  const size = { height: 40, width: 40 };
  const view = (seed: number, how = continuedViews) => randomView(image, how, Random.stream(seed, 'view'), size);

  it('is the same for a seed, and another for another', () => {
    expect(view(1)).toEqual(view(1));
    expect(view(1).data).not.toEqual(view(2).data);
    expect([view(1).channels, view(1).data.length]).toEqual([3, 40 * 40 * 3]);
  });

  it('shows the image as it is where nothing may differ', () => {
    const same = view(1, {
      ...continuedViews,
      cropArea: [1, 1],
      flipProbability: 0,
      rotation: 0,
      contrast: [1, 1],
      brightness: 0,
    });
    for (const row of [0, 20, 39]) {
      const [red, green] = same.data.subarray(row * 40 * 3, row * 40 * 3 + 2);
      expect(Math.abs(red! - (60 + ((row + 0.5) * 1.5 - 0.5) * 2))).toBeLessThanOrEqual(1.5);
      expect(green).toBe(90);
    }
  });

  it('keeps the colours apart: all are moved by the same amount', () => {
    const dark = view(3, { ...continuedViews, contrast: [0, 0], brightness: 0 });
    expect(new Set(dark.data).size).toBe(1);
  });

  it('has a pixel of the image for each of its own', () => {
    const smallest = sideBefore(160, continuedViews) * Math.sqrt(continuedViews.cropArea[0]);
    expect(smallest).toBeGreaterThanOrEqual(160);
    expect(smallest).toBeLessThan(161);
  });
});
