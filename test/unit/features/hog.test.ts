import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encoderDigest, encoderStampOf } from '../../../src/engine/features/digest';
import type { Encoder, ImageDescriptor } from '../../../src/engine/features/encoder';
import { createEncoder } from '../../../src/engine/features/encoder';
import { extractFeatures } from '../../../src/engine/features/extract';
import { hog } from '../../../src/engine/features/hog';
import { silentJob } from '../../../src/engine/job';

import { learners } from '../../../src/engine/learner/learners';
import { evaluate } from '../../../src/engine/learner/metrics';
import { predictProbabilities } from '../../../src/engine/numeric/linearHead';
import { Random } from '../../../src/engine/numeric/random';
import { startOf } from '../../../src/engine/rounds/policy';
import { usesModel } from '../../../src/engine/rounds/selectBatch';
import { strategyNamed } from '../../../src/engine/strategies/registry';
import type { ImageShape } from '../../../src/shared/schema/dataset';
import { fitRequest } from '../../support/fitRequest';
import { stripeImages } from '../learner/images';

function features(shape: ImageShape, image: Uint8Array): Float32Array {
  const { dimensions, describe } = hog.forImages(shape);
  const target = new Float32Array(dimensions);
  describe(image, target, 0);
  return target;
}

/** An image of values between `low` and `high` made by the seed. */
function noise({ channels, height, width }: ImageShape, seed: number, low = 0, high = 255): Uint8Array {
  const random = Random.stream(seed, 'noise');
  return Uint8Array.from({ length: channels * height * width }, () => low + random.integer(high - low + 1));
}

const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);

const grey = (height: number, width: number): ImageShape => ({ channels: 1, height, width });
const ORIENTATIONS = 9;
const BLOCK = 4 * ORIENTATIONS;

/**
 * The reference was computed in float64 by numpy, apart from this code and by other formulas: with c the cell's side, a
 * pixel gives to the bin of cell (i, j) and orientation b of a block (centres in pixels and degrees, angles around 180)
 *
 *   |gradient| · exp(−distance² to the block's centre / 2c²) · tent(y − yᵢ, c) · tent(x − xⱼ, c) · tent(angle − 20b − 10, 20)
 *
 * where tent(t, w) = max(0, 1 − |t| / w) and angle = degrees(arctan2(dy, dx)) mod 180, with dx = image[x + 1] −
 * image[x − 1] of values 0 … 1 (0 at the edge) of the channel with the largest |gradient|. Each block v becomes
 * min(v / √(|v|² + 0.01²), 0.2), and is divided the same way once more. c = max(4, ⌊shorter side / 6⌋); the grid of
 * cells is centred, rounding up and left.
 */
describe('HOG against an independent reference', () => {
  interface Case extends ImageShape {
    readonly features: readonly number[];
  }
  const cases = JSON.parse(readFileSync(join(__dirname, '../../fixtures/hog.json'), 'utf8')) as Case[];

  /** The left half varies slowly in places and wraps around in others; the right half is fainter. */
  function picture({ channels, height, width }: ImageShape): Uint8Array {
    const image = new Uint8Array(channels * height * width);
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const value = (x * x * (3 + c) + y * x * 5 + y * y * 2 + 17 * c * y + ((x * 7 + y * 13) % 29)) % 256;
          image[(c * height + y) * width + x] = x < width >> 1 ? value : 96 + (value >> 2);
        }
    return image;
  }

  it.each(cases.map(({ channels, height, width }, i) => [channels, height, width, i]))(
    '%d channels of %d × %d',
    (channels, height, width, i) => {
      const shape = { channels: channels as 1 | 3, height, width };
      const expected = Float32Array.from(cases[i].features);
      const found = features(shape, picture(shape));
      expect(found.length).toBe(expected.length);
      expect(largestDifference(found, expected)).toBeLessThan(1e-6);
    },
  );
});

describe('HOG', () => {
  it('has 5 × 5 blocks of 2 × 2 cells with 9 orientations at 48 × 48, and the same grid on larger faces', () => {
    for (const side of [48, 96, 112, 224]) expect(hog.forImages(grey(side, side)).dimensions).toBe(25 * BLOCK);
    expect(hog.forImages(grey(48, 100)).dimensions).toBe(5 * 11 * BLOCK);
    expect(hog.forImages(grey(8, 8)).dimensions).toBe(BLOCK);
  });

  it('puts the gradient where it points, and into the cells where it is', () => {
    // brighter to the right in the upper half (gradient at 0°), downwards in the lower half (90°)
    const image = Uint8Array.from({ length: 48 * 48 }, (_, i) => {
      const [y, x] = [Math.floor(i / 48), i % 48];
      return y < 24 ? 2 * x : 2 * y;
    });
    const found = features(grey(48, 48), image);
    // 0° lies between the last bin (170°) and the first (10°), and belongs to both alike
    const [first, , , , middle, , , , last] = found.subarray(0, ORIENTATIONS);
    expect(first).toBeCloseTo(last, 6);
    expect(first).toBeGreaterThan(0.1);
    expect(middle).toBe(0);
    const lowest = found.subarray(20 * BLOCK, 20 * BLOCK + ORIENTATIONS);
    expect(lowest.indexOf(Math.max(...lowest))).toBe(4);
    expect(lowest[4]).toBeGreaterThan(0.1);
  });

  it('is zero on flat images', () => {
    for (const value of [0, 7, 255])
      for (const channels of [1, 3] as const) {
        const shape = { channels, height: 30, width: 24 };
        const found = features(shape, new Uint8Array(channels * 30 * 24).fill(value));
        expect(found.every((feature) => feature === 0)).toBe(true);
      }
  });

  it('takes the channel with the largest gradient', () => {
    const [strong, faint] = [noise(grey(24, 24), 1), noise(grey(24, 24), 2, 100, 103)];
    const alone = features(grey(24, 24), strong);
    for (let place = 0; place < 3; place++) {
      const planes = [0, 1, 2].map((c) => (c === place ? strong : new Uint8Array(24 * 24).fill(9 * c)));
      expect(features({ channels: 3, height: 24, width: 24 }, Uint8Array.from(planes.flatMap((p) => [...p])))).toEqual(
        alone,
      );
    }
    const mixed = features({ channels: 3, height: 24, width: 24 }, Uint8Array.from([...faint, ...strong, ...faint]));
    expect(largestDifference(mixed, alone)).toBeLessThan(0.02);
  });

  const shapes = fc.record({
    channels: fc.constantFrom(1 as const, 3 as const),
    height: fc.integer({ min: 8, max: 60 }),
    width: fc.integer({ min: 8, max: 60 }),
  });

  it('is finite, not negative, and of unit length or less in every block, whatever the shape', () => {
    fc.assert(
      fc.property(shapes, fc.integer(), fc.integer({ min: 0, max: 255 }), (shape, seed, high) => {
        const found = features(shape, noise(shape, seed, 0, high));
        expect(found.every((value) => value >= 0 && value <= 1)).toBe(true);
        for (let at = 0; at < found.length; at += BLOCK)
          expect(Math.hypot(...found.subarray(at, at + BLOCK))).toBeLessThanOrEqual(1 + 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it('does not change with brightness, and barely with contrast', () => {
    fc.assert(
      fc.property(shapes, fc.integer(), fc.integer({ min: 1, max: 155 }), (shape, seed, offset) => {
        const image = noise(shape, seed, 0, 100);
        const own = features(shape, image);
        expect(
          features(
            shape,
            image.map((value) => value + offset),
          ),
        ).toEqual(own);
        expect(
          largestDifference(
            features(
              shape,
              image.map((value) => 2 * value),
            ),
            own,
          ),
        ).toBeLessThan(1e-3);
      }),
      { numRuns: 40 },
    );
  });

  it('mirrors with the image', () => {
    // where pixels are left over on both sides alike, so that the grid mirrors onto itself
    const even = shapes.filter(({ height, width }) => {
      const cell = Math.max(4, Math.floor(Math.min(height, width) / 6));
      return (width % cell) % 2 === 0;
    });
    fc.assert(
      fc.property(even, fc.integer(), (shape, seed) => {
        const { channels, height, width } = shape;
        const image = noise(shape, seed);
        const mirrored = image.map((_, i) => image[i - (i % width) + (width - 1 - (i % width))]);
        expect(mirrored.length).toBe(channels * height * width);
        const cell = Math.max(4, Math.floor(Math.min(height, width) / 6));
        const [rows, columns] = [Math.floor(height / cell) - 1, Math.floor(width / cell) - 1];
        const own = features(shape, image);
        const expected = new Float32Array(own.length);
        for (let r = 0; r < rows; r++)
          for (let c = 0; c < columns; c++)
            for (let k = 0; k < 4; k++)
              for (let b = 0; b < ORIENTATIONS; b++) {
                const to = (r * columns + (columns - 1 - c)) * BLOCK + (k ^ 1) * ORIENTATIONS + (ORIENTATIONS - 1 - b);
                expected[to] = own[(r * columns + c) * BLOCK + k * ORIENTATIONS + b];
              }
        expect(largestDifference(features(shape, mirrored), expected)).toBeLessThan(1e-5);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses images that are smaller than a block', () => {
    for (const shape of [grey(7, 40), grey(40, 7), grey(1, 1)])
      expect(() => hog.forImages(shape)).toThrow(/HOG features need images of at least 8 × 8 pixels, and these are/);
  });
});

describe('HOG as an encoder', () => {
  const images = stripeImages(80, 12);
  const request = fitRequest<ImageDescriptor>({
    pixels: images.pixels,
    normalisation: images.normalisation,
    encoder: hog,
    classCount: 2,
    seed: 0,
    labelled: { indices: images.indices.slice(0, 30), labels: images.labels.slice(0, 30) },
  });

  it('gives rows in the order asked for, the same whatever stands beside them', async () => {
    const { pixels, normalisation, indices } = images;
    const all = await extractFeatures(hog, { pixels, normalisation, indices }, silentJob);
    const some = await extractFeatures(hog, { pixels, normalisation, indices: Int32Array.of(70, 3) }, silentJob);
    expect([all.rows, some.rows, some.columns]).toEqual([80, 2, all.columns]);
    for (const [i, index] of [70, 3].entries())
      expect(some.data.subarray(i * some.columns, (i + 1) * some.columns)).toEqual(
        all.data.subarray(index * all.columns, (index + 1) * all.columns),
      );
    expect((await extractFeatures(hog, { pixels, normalisation, indices: new Int32Array(0) }, silentJob)).rows).toBe(0);
  });

  it('reports progress and stops when told', async () => {
    const { pixels, normalisation, indices } = images;
    const done: number[] = [];
    const job = {
      signal: new AbortController().signal,
      report: (progress: { done: number }) => done.push(progress.done),
    };
    await extractFeatures(hog, { pixels, normalisation, indices }, job);
    expect(done).toEqual([64, 80]);
    const controller = new AbortController();
    const stopped = extractFeatures(
      hog,
      { pixels, normalisation, indices },
      {
        signal: controller.signal,
        report: () => controller.abort(),
      },
    );
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is what a probe can learn from', async () => {
    const model = await learners.probe(request, silentJob);
    const probabilities = predictProbabilities(model.head, await model.features(images.indices.slice(30), silentJob));
    expect(evaluate(probabilities, images.labels.slice(30), 2).accuracy).toBeGreaterThan(0.9);
    expect(model.encoder).toBe(hog);
  });

  it('is never trained: auto takes the probe, and the others are refused', async () => {
    const looks = { features: hog, network: null };
    for (const labels of [1, 699, 700, 10_000])
      for (const learner of ['auto', 'finetune', 'paper'] as const)
        expect(startOf({ learner }, looks, labels, 2)).toEqual({ learner: 'probe', encoder: hog });
    for (const name of ['finetune', 'paper'] as const)
      await expect(learners[name](request, silentJob)).rejects.toMatchObject({
        code: 'usage',
        message: `The learner ${name} trains the encoder, and hog features are fixed; take the learner probe.`,
      });
  });

  it('is what coverage is measured on, whatever was trained; random weights give way to a trained model', () => {
    const network = createEncoder('small', [1, 12, 12], 0);
    const maxHerding = (encoder: Encoder) => usesModel(strategyNamed('maxHerding'), encoder);
    expect([hog, { ...network, pretrained: true }, network].map(maxHerding)).toEqual([false, false, true]);
    expect(usesModel(strategyNamed('margin'), hog)).toBe(true);
  });

  it('has a digest of its settings', () => {
    expect(encoderStampOf(hog)).toEqual({ pretrained: false, descriptor: 'hog', digest: encoderDigest(hog) });
    const other = { ...hog, settings: { ...hog.settings, clip: 0.3 } };
    expect(encoderDigest(other)).not.toBe(encoderDigest(hog));
    expect(encoderDigest({ ...hog })).toBe(encoderDigest(hog));
  });
});
