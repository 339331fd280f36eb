import { describe, expect, it } from 'vitest';
import type { ImageMaps } from '../../../src/engine/encoders/continued/imageMaps';
import { LabelledViews } from '../../../src/engine/learner/labelledViews';

const VALUES = 2;

/** Maps of views that tell whose they are, and which view. */
const maps = (views: number, first: number): Omit<ImageMaps, 'remove'> => ({
  views,
  values: VALUES,
  async read(index, target, offset) {
    for (let v = 0; v < views; v++) target.set([index, first + v], offset + v * VALUES);
  },
});

const indices = Int32Array.of(3, 8, 9, 20, 21);
const labels = Int32Array.of(0, 2, 2, 0, 2);
const CLASSES = 4;
const BATCH = 2;

async function batches(count: number, seed = 0) {
  const source = { labelled: { indices, labels }, maps: [maps(2, 0), maps(4, 2)] };
  const views = new LabelledViews({ ...source, classCount: CLASSES, batch: BATCH, smoothing: 0.1, seed });
  const seen: { image: number; view: number; target: number[] }[] = [];
  for (let s = 0; s < count; s++) {
    const { images, targets } = await views.fill();
    for (let i = 0; i < BATCH; i++)
      seen.push({
        image: images[i * VALUES]!,
        view: images[i * VALUES + 1]!,
        target: Array.from(targets.subarray(i * CLASSES, (i + 1) * CLASSES)),
      });
  }
  return { seen, epochs: views.epochs };
}

describe('views of labelled images', () => {
  it('show every image once before any comes again, and all of its views in time', async () => {
    const { seen, epochs } = await batches(250);
    expect(epochs).toBe(100);
    for (let from = 0; from < seen.length; from += indices.length)
      expect(
        seen
          .slice(from, from + indices.length)
          .map(({ image }) => image)
          .sort((a, b) => a - b),
      ).toEqual([...indices]);
    for (const index of indices) {
      const views = seen.filter(({ image }) => image === index).map(({ view }) => view);
      expect([...new Set(views)].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    }
  });

  it('have the label for a target, but for a little that the classes with labels share', async () => {
    const { seen } = await batches(20);
    for (const { image, target } of seen) {
      const label = labels[indices.indexOf(image)]!;
      expect(target[label]).toBeCloseTo(0.95);
      expect(target[2 - label]).toBeCloseTo(0.05);
      expect([target[1], target[3]]).toEqual([0, 0]);
    }
  });

  it('come again with the same seed, and not with another', async () => {
    expect(await batches(10)).toEqual(await batches(10));
    expect(await batches(10)).not.toEqual(await batches(10, 1));
  });
});
