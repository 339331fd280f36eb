import { describe, expect, it } from 'vitest';
import { faceViews, type ViewOptions, writeCrop, writePlain, writeView } from '../../../src/engine/augment/views';
import { Random } from '../../../src/engine/numeric/random';

const shape = { channels: 1, height: 8, width: 6 };
const normalisation = { mean: [0.5], std: [0.25] };
const source = Uint8Array.from({ length: 48 }, (_, i) => (i * 37) % 256);
const picture = { bytes: source, shape, normalisation };
const still: ViewOptions = {
  cropArea: [1, 1],
  aspect: [1, 1],
  flipProbability: 0,
  rotation: 0,
  brightness: 0,
  contrast: 0,
  saturation: 0,
  greyProbability: 0,
  cutoutProbability: 0,
  cutoutSide: 0.25,
};
const plain = () => {
  const target = new Float32Array(48);
  writePlain(picture, target, 0);
  return target;
};
const view = (options: ViewOptions, seed = 0) => {
  const target = new Float32Array(48);
  writeView(picture, options, Random.stream(seed, 'views'), { values: target, offset: 0 });
  return target;
};

describe('views', () => {
  it('normalise: (byte / 255 − mean) / std', () => {
    expect(plain()[5]).toBeCloseTo((source[5]! / 255 - 0.5) / 0.25, 6);
  });

  it('are the image itself when nothing may vary, without edges where the crop is not the whole', () => {
    const square = { ...shape, width: 8 };
    const pixels = Uint8Array.from({ length: 64 }, (_, i) => (i * 53) % 256);
    const [expected, actual] = [new Float32Array(64), new Float32Array(64)];
    writePlain({ bytes: pixels, shape: square, normalisation }, expected, 0);
    writeView({ bytes: pixels, shape: square, normalisation }, still, Random.stream(0, 'views'), {
      values: actual,
      offset: 0,
    });
    for (let i = 0; i < 64; i++) expect(actual[i]).toBeCloseTo(expected[i]!, 4);
  });

  it('mirror', () => {
    const square = { ...shape, width: 8 };
    const pixels = Uint8Array.from({ length: 64 }, (_, i) => (i * 53) % 256);
    const [expected, actual] = [new Float32Array(64), new Float32Array(64)];
    writePlain({ bytes: pixels, shape: square, normalisation }, expected, 0);
    const options = { ...still, flipProbability: 1 };
    writeView({ bytes: pixels, shape: square, normalisation }, options, Random.stream(0, 'views'), {
      values: actual,
      offset: 0,
    });
    for (let y = 0; y < 8; y++)
      for (let x = 0; x < 8; x++) expect(actual[y * 8 + x]).toBeCloseTo(expected[y * 8 + 7 - x]!, 4);
  });

  it('repeat for the same stream and differ along it', () => {
    expect(view(faceViews, 3)).toEqual(view(faceViews, 3));
    expect(view(faceViews, 3)).not.toEqual(view(faceViews, 4));
  });

  it('stay within the range of the image under any crop and rotation', () => {
    const options = { ...faceViews, brightness: 0, contrast: 0, cutoutProbability: 0 };
    const [low, high] = [Math.min(...plain()), Math.max(...plain())];
    for (let seed = 0; seed < 50; seed++)
      for (const value of view(options, seed)) {
        expect(value).toBeGreaterThanOrEqual(low - 1e-5);
        expect(value).toBeLessThanOrEqual(high + 1e-5);
      }
  });

  it('cut out a square of the mean', () => {
    const cut = view({ ...still, cutoutProbability: 1, cutoutSide: 0.5 });
    expect(cut.filter((v) => v === 0)).toHaveLength(9);
  });

  it('crop by whole pixels for supervised training', () => {
    const all = plain();
    const random = Random.stream(1, 'crop');
    for (let trial = 0; trial < 20; trial++) {
      const target = new Float32Array(48);
      writeCrop(picture, { padding: 2, mirrors: true }, random, target, 0);
      for (const value of target) expect(value === 0 || all.includes(value)).toBe(true);
    }
  });

  it('are mirrored now and then in supervised training, and never where classes forbid it', () => {
    const as = (mirrors: boolean) => {
      const random = Random.stream(1, 'crop');
      const crops = Array.from({ length: 20 }, () => {
        const target = new Float32Array(48);
        writeCrop(picture, { padding: 0, mirrors }, random, target, 0);
        return String(target);
      });
      return new Set(crops).size;
    };
    expect(as(true)).toBe(2);
    expect(as(false)).toBe(1);
  });

  it('turn colours grey together', () => {
    const colour = { channels: 3, height: 4, width: 4 };
    const pixels = Uint8Array.from({ length: 48 }, (_, i) => (i * 29) % 256);
    const target = new Float32Array(48);
    const three = { mean: [0, 0, 0], std: [1, 1, 1] };
    const picture = { bytes: pixels, shape: colour, normalisation: three };
    writeView(picture, { ...still, greyProbability: 1 }, Random.stream(0, 'grey'), { values: target, offset: 0 });
    for (let i = 0; i < 16; i++) {
      expect(target[i + 16]).toBeCloseTo(target[i]!, 5);
      expect(target[i + 32]).toBeCloseTo(target[i]!, 5);
    }
  });
});
