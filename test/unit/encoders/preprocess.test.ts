import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { preprocess } from '../../../src/engine/encoders/preprocess';
import type { EncoderInput, Preprocessing } from '../../../src/engine/encoders/preprocessing';
import { Random } from '../../../src/engine/numeric/random';
import { resamples } from '../../../src/shared/encoders';
import { expectedInput, type Picture } from '../../support/plainPreprocessing';

const asItIs: Preprocessing = {
  convertRgb: true,
  resize: null,
  resample: 'bicubic',
  centreCrop: null,
  rescale: null,
  normalise: null,
  pad: null,
  flipChannels: false,
};

const input = (height: number, width = height, rest: Partial<EncoderInput> = {}): EncoderInput => ({
  height,
  width,
  channels: 3,
  layout: 'nchw',
  ...rest,
});

/** Noise: the hardest thing to scale. */
function noise(height: number, width: number, channels: 1 | 3 = 3): Picture {
  const random = Random.stream(height * 1000 + width, 'noise');
  const row = () => Array.from({ length: width }, () => Array.from({ length: channels }, () => random.integer(256)));
  return Array.from({ length: height }, row);
}

const png = (picture: Picture): Promise<Buffer> =>
  sharp(Uint8Array.from(picture.flat(2)), {
    raw: { height: picture.length, width: picture[0].length, channels: picture[0][0].length as 1 | 3 },
  })
    .png()
    .toBuffer();

const greatestDifference = (a: Float32Array, b: readonly number[]): number => {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
};

/**
 * In grey levels. The plain computation does not round; Pillow rounds to bytes after each of its two passes. Half a level
 * of the first is multiplied by the sum of the second's weights without their signs: at most 1.46 (lanczos).
 */
const ROUNDING = 0.5 + 0.5 * 1.46 + 1e-4;

describe('preprocess: each field', () => {
  it.each(resamples)('%s, smaller and larger, in different proportions', async (resample) => {
    for (const [height, width] of [
      [37, 53],
      [9, 70],
      [63, 5],
    ]) {
      const picture = noise(height, width);
      const preprocessing = { ...asItIs, resample, resize: { height: 24, width: 31 } };
      const expected = expectedInput(picture, preprocessing, input(24, 31));
      const values = await preprocess(await png(picture), preprocessing, input(24, 31));
      expect(greatestDifference(values, expected)).toBeLessThanOrEqual(ROUNDING);
    }
  });

  it.each([
    ['bilinear', [0, 64, 191, 255]],
    // weights 0.8672 and 0.2266, over their sum
    ['bicubic', [0, 53, 202, 255]],
    ['nearest', [0, 0, 255, 255]],
  ] as const)('%s as Pillow does it, worked out by hand', async (resample, row) => {
    const preprocessing = { ...asItIs, resample, resize: { height: 1, width: 4 } };
    const source = { grey: Uint8Array.of(0, 255), height: 1, width: 2 };
    expect([...(await preprocess(source, preprocessing, input(1, 4, { channels: 1 })))]).toEqual(row);
  });

  it.each([
    ['wide', 20, 47],
    ['high', 47, 20],
    ['square', 20, 20],
  ])('the shorter side of a %s image, the other one cut off', async (_, height, width) => {
    // 15 · 47 / 20 = 35.25
    const size = height < width ? [15, 35] : height > width ? [35, 15] : [15, 15];
    const preprocessing = { ...asItIs, resize: { shortestEdge: 15 } };
    const to = input(size[0], size[1]);
    const picture = noise(height, width);
    const expected = expectedInput(picture, { ...asItIs, resize: { height: to.height, width: to.width } }, to);
    expect(greatestDifference(await preprocess(await png(picture), preprocessing, to), expected)).toBeLessThan(
      ROUNDING,
    );
  });

  it.each([
    [30, 41, 20, 20],
    [7, 41, 20, 20], // zeros above and below
    [7, 6, 20, 11],
    [20, 21, 19, 20],
  ])('the middle of %i × %i: %i × %i', async (height, width, cropHeight, cropWidth) => {
    const preprocessing = { ...asItIs, centreCrop: { height: cropHeight, width: cropWidth } };
    const picture = noise(height, width);
    const to = input(cropHeight, cropWidth);
    const values = await preprocess(await png(picture), preprocessing, to);
    expect([...values]).toEqual(expectedInput(picture, preprocessing, to));
  });

  it('scales, then crops', async () => {
    const preprocessing = { ...asItIs, resize: { shortestEdge: 32 }, centreCrop: { height: 28, width: 28 } };
    const picture = noise(50, 83);
    const expected = expectedInput(picture, preprocessing, input(28));
    expect(greatestDifference(await preprocess(await png(picture), preprocessing, input(28)), expected)).toBeLessThan(
      ROUNDING,
    );
  });

  it.each<[string, Partial<Preprocessing>]>([
    ['rescale', { rescale: 1 / 255 }],
    ['normalise', { normalise: { mean: [10, 20, 30], std: [2, 3, 4] } }],
    ['both', { rescale: 1 / 255, normalise: { mean: [0.48, 0.45, 0.4], std: [0.26, 0.27, 0.28] } }],
    ['one mean for all', { rescale: 1 / 255, normalise: { mean: [0.5], std: [0.25] } }],
    ['flipChannels', { flipChannels: true, normalise: { mean: [10, 20, 30], std: [2, 3, 4] } }],
    // zeros of the padding are not normalised, zeros of the crop are
    ['pad', { pad: { height: 12, width: 14 }, normalise: { mean: [10, 20, 30], std: [2, 3, 4] } }],
    ['crop', { centreCrop: { height: 12, width: 14 }, normalise: { mean: [10, 20, 30], std: [2, 3, 4] } }],
  ])('%s', async (_, fields) => {
    const preprocessing = { ...asItIs, ...fields };
    const picture = noise(9, 11);
    const size = preprocessing.pad ?? preprocessing.centreCrop ?? { height: 9, width: 11 };
    const bytes = await png(picture);
    for (const layout of ['nchw', 'nhwc'] as const)
      for (const mirrored of [false, true]) {
        const to = input(size.height, size.width, { layout });
        const values = await preprocess(bytes, preprocessing, to, { mirrored });
        expect(greatestDifference(values, expectedInput(picture, preprocessing, to, mirrored))).toBeLessThan(1e-4);
      }
  });
});

describe('preprocess: images', () => {
  const preprocessing = { ...asItIs, resize: { height: 10, width: 12 } };

  it('repeats grey to R, G, B, from a file and from values', async () => {
    const picture = noise(17, 19, 1);
    const expected = expectedInput(
      picture.map((row) => row.map(([v]) => [v, v, v])),
      preprocessing,
      input(10, 12),
    );
    const file = await preprocess(await png(picture), preprocessing, input(10, 12));
    expect(greatestDifference(file, expected)).toBeLessThanOrEqual(ROUNDING);
    const source = { grey: Uint8Array.from(picture.flat(2)), height: 17, width: 19 };
    expect(await preprocess(source, preprocessing, input(10, 12))).toEqual(file);
  });

  it('makes colours grey where the network takes one channel', async () => {
    const bytes = await png([[[200, 30, 90]]]);
    expect([...(await preprocess(bytes, asItIs, input(1, 1, { channels: 1 })))]).toEqual([88]); // 0.299 R + 0.587 G + 0.114 B
  });

  it('turns images upright as EXIF says', async () => {
    const upright = await png(noise(6, 8));
    const turned = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).png().toBuffer();
    expect(await preprocess(turned, asItIs, input(6, 8))).toEqual(await preprocess(upright, asItIs, input(6, 8)));
  });

  it('shows transparent parts black', async () => {
    const pixels = Uint8Array.of(200, 30, 90, 255, 200, 30, 90, 0);
    const bytes = await sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    expect([...(await preprocess(bytes, asItIs, input(1, 2)))]).toEqual([200, 0, 30, 0, 90, 0]);
  });

  it('refuses a truncated file', async () => {
    const bytes = await sharp(await png(noise(60, 60)))
      .jpeg()
      .toBuffer();
    await expect(preprocess(bytes.subarray(0, bytes.length / 2), asItIs, input(60))).rejects.toThrow();
  });

  it('says that an image has another size than the encoder takes', async () => {
    const bytes = await png(noise(9, 11));
    const sentence =
      'The image of 11 × 9 pixels is 11 × 9 after preprocessing, but the encoder takes 10 × 10; images of this size need a preprocessing that resizes or crops.';
    await expect(preprocess(bytes, asItIs, input(10))).rejects.toThrow(sentence);
    const tooSmall = { ...asItIs, pad: { height: 8, width: 20 } };
    await expect(preprocess(bytes, tooSmall, input(8, 20))).rejects.toThrow('is 11 × 9 after preprocessing');
  });

  it('scales no more of a very long image than it crops', async () => {
    const long = {
      ...asItIs,
      resample: 'bilinear' as const,
      resize: { shortestEdge: 224 },
      centreCrop: { height: 224, width: 224 },
    };
    const source = { grey: Uint8Array.from({ length: 200_000 }, (_, i) => 97 * i), height: 1, width: 200_000 };
    const before = process.memoryUsage().arrayBuffers;
    const values = await preprocess(source, long, input(224)); // all of it would be 10 GB
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
    // from the middle of one of 200,000 pixels to that of the next, 224 times as large
    expect(values.slice(0, 224)).toEqual(values.slice(0, 224).toSorted());
    expect(values[223] - values[0]).toBeGreaterThan(90);
  });

  it('shrinks a photograph first where it may, turned upright, to nearly the same picture; a small image it leaves exact', async () => {
    const blobs = sharp(Uint8Array.from(noise(30, 40).flat(2)), { raw: { height: 30, width: 40, channels: 3 } });
    const photograph = await blobs
      .resize(3000, 2250, { kernel: 'cubic' })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer();
    const exact = { ...asItIs, resize: { height: 60, width: 45 } };
    const [whole, reduced] = [
      await preprocess(photograph, exact, input(60, 45)),
      await preprocess(photograph, { ...exact, reduce: 4 }, input(60, 45)),
    ];
    const differences = whole.map((value, i) => Math.abs(value - reduced[i]));
    expect(differences.reduce((a, b) => a + b, 0) / differences.length).toBeLessThan(1.5);
    const small = await png(noise(200, 50));
    expect(await preprocess(small, { ...exact, reduce: 4 }, input(60, 45))).toEqual(
      await preprocess(small, exact, input(60, 45)),
    );
  });
});
