import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GradientEmbeddings } from '../../../src/engine/geometry/gradientEmbeddings';
import { kMeansPlusPlus } from '../../../src/engine/geometry/kMeansSeeding';
import { silentJob } from '../../../src/engine/job';
import { Random } from '../../../src/engine/numeric/random';
import { badge } from '../../../src/engine/strategies/badge';
import { rowsOf, runWith, smallProbabilities, smallRows, vectorFile } from '../../support/contexts';

interface Vectors {
  features: number[][];
  probs: number[][];
  norm2: number[];
  pairwise_dist2: number[][];
  kmeanspp: { uniforms: number[]; budget: number; exact: { selected: number[]; trace: { D: number[] }[] } };
}
const vectors = vectorFile<Vectors>('d_badge.json');

/** The gradient of an image written out: c·d numbers. */
function explicitGradient(p: readonly number[], h: readonly number[]): number[] {
  const predicted = p.indexOf(Math.max(...p));
  return p.flatMap((value, c) => h.map((feature) => (value - (c === predicted ? 1 : 0)) * feature));
}

const squared = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, j) => sum + (value - b[j]) ** 2, 0);

/** Picks of k-means++ on the written-out gradients, by the definition. */
function bruteForce(gradients: number[][], k: number, uniforms: readonly number[]): number[] {
  const norms = gradients.map((g) =>
    squared(
      g,
      g.map(() => 0),
    ),
  );
  const picks = [norms.indexOf(Math.max(...norms))];
  let drawn = 0;
  while (picks.length < k) {
    const weights = gradients.map((g, i) =>
      picks.includes(i) ? 0 : Math.min(...picks.map((centre) => squared(g, gradients[centre]))),
    );
    const total = weights.reduce((a, b) => a + b, 0);
    if (total === 0) picks.push(gradients.findIndex((_, i) => !picks.includes(i)));
    else {
      const u = uniforms[drawn++];
      let sum = 0;
      picks.push(
        weights.findIndex((w) => {
          sum += w;
          return sum >= u * total && w > 0;
        }),
      );
    }
  }
  return picks;
}

const scripted = (numbers: readonly number[]): (() => number) => {
  let at = 0;
  return () => numbers[at++];
};

function pickWith(gradients: GradientEmbeddings, k: number, uniform: () => number) {
  let first = 0;
  for (let i = 1; i < gradients.count; i++) if (gradients.squaredNorm(i) > gradients.squaredNorm(first)) first = i;
  return kMeansPlusPlus({
    count: gradients.count,
    k,
    first,
    lower: (centre, nearest) => gradients.lower(centre, nearest),
    uniform,
    step: async () => {},
  });
}

describe('gradient embeddings', () => {
  it('have the norms and distances of the vectors', () => {
    const gradients = new GradientEmbeddings(rowsOf(vectors.probs), rowsOf(vectors.features));
    for (const [i, norm] of vectors.norm2.entries()) {
      expect(Math.abs(gradients.squaredNorm(i) - norm)).toBeLessThan(1e-13);
      for (const [j, expected] of vectors.pairwise_dist2[i].entries())
        expect(Math.abs(gradients.squaredDistance(i, j) - expected)).toBeLessThan(1e-13);
    }
  });

  const images = fc
    .integer({ min: 1, max: 9 })
    .chain((n) => fc.tuple(smallProbabilities(3, n), smallRows(4, { min: n, max: n })));

  it('agree with the gradients written out', () => {
    fc.assert(
      fc.property(images, ([p, h]) => {
        const factorised = new GradientEmbeddings(rowsOf(p), rowsOf(h));
        const explicit = p.map((_, i) => explicitGradient(p[i], h[i]));
        const nearest = new Float64Array(p.length).fill(Number.POSITIVE_INFINITY);
        for (let centre = 0; centre < p.length; centre++) {
          factorised.lower(centre, nearest);
          for (let i = 0; i < p.length; i++) {
            expect(factorised.squaredDistance(i, centre)).toBeCloseTo(squared(explicit[i], explicit[centre]), 12);
            const least = Math.min(...explicit.slice(0, centre + 1).map((g) => squared(explicit[i], g)));
            expect(nearest[i]).toBeCloseTo(least, 12);
          }
        }
      }),
      { seed: 1 },
    );
  });

  it('of equal images are exactly 0 apart', () => {
    fc.assert(
      fc.property(images, ([p, h]) => {
        const twice = new GradientEmbeddings(rowsOf([...p, ...p]), rowsOf([...h, ...h]));
        for (let i = 0; i < p.length; i++) expect(twice.squaredDistance(i, i + p.length)).toBe(0);
      }),
      { seed: 1 },
    );
  });
});

describe('k-means++', () => {
  it('gives the picks of the vectors for their uniform numbers', async () => {
    const gradients = new GradientEmbeddings(rowsOf(vectors.probs), rowsOf(vectors.features));
    const { budget, uniforms, exact } = vectors.kmeanspp;
    const centres = await pickWith(gradients, budget, scripted(uniforms));
    expect(centres.map((c) => c.index)).toEqual(exact.selected);
    for (const [place, { D }] of exact.trace.entries()) {
      const { index, squaredDistance } = centres[place + 1];
      expect(Math.sqrt(squaredDistance)).toBeCloseTo(D[index], 12);
    }
  });

  it('agrees with brute force on the gradients written out', async () => {
    const inputs = fc.integer({ min: 1, max: 8 }).chain((n) =>
      fc.tuple(
        smallProbabilities(3, n),
        fc.array(fc.array(fc.double({ min: 0.1, max: 3, noNaN: true }), { minLength: 2, maxLength: 2 }), {
          minLength: n,
          maxLength: n,
        }),
        fc.infiniteStream(fc.double({ min: 0.001, max: 0.999, noNaN: true })),
      ),
    );
    await fc.assert(
      fc.asyncProperty(inputs, async ([p, h, stream]) => {
        const uniforms = [...stream.take(p.length)];
        const explicit = p.map((_, i) => explicitGradient(p[i], h[i]));
        // Where rounding decides, either answer is right: leave out gradients that nearly, but not quite, coincide.
        for (const a of explicit)
          for (const b of explicit) {
            const d = squared(a, b);
            fc.pre(d === 0 || d > 1e-6);
          }
        const gradients = new GradientEmbeddings(rowsOf(p), rowsOf(h));
        const centres = await pickWith(gradients, p.length, scripted(uniforms));
        expect(centres.map((c) => c.index)).toEqual(bruteForce(explicit, p.length, uniforms));
      }),
      { seed: 1 },
    );
  });

  const onLine = (points: readonly number[]) => ({
    count: points.length,
    lower(centre: number, nearest: Float64Array) {
      for (let i = 0; i < points.length; i++) nearest[i] = Math.min(nearest[i], (points[i] - points[centre]) ** 2);
    },
    step: async () => {},
  });

  it('never picks a point of no weight or one picked before, at the ends of the interval either', async () => {
    for (const u of [0, 1 - 2 ** -53]) {
      const centres = await kMeansPlusPlus({ ...onLine([5, 5, 1, 2, 5]), k: 5, first: 0, uniform: () => u });
      expect(centres.map((c) => c.index)).toEqual(u === 0 ? [0, 2, 3, 1, 4] : [0, 3, 2, 1, 4]);
    }
  });

  it('draws in proportion to the squared distance', async () => {
    const random = Random.stream(3, 'test');
    const counts = [0, 0, 0, 0];
    for (let t = 0; t < 4000; t++) {
      const uniform = (): number => random.uniform();
      const centres = await kMeansPlusPlus({ ...onLine([0, 1, 2, 3]), k: 2, first: 0, uniform });
      counts[centres[1].index]++;
    }
    expect(counts[0]).toBe(0);
    for (const [i, share] of [1 / 14, 4 / 14, 9 / 14].entries()) expect(counts[i + 1] / 4000).toBeCloseTo(share, 1);
  });
});

describe('BADGE', () => {
  const pick = (p: number[][], h: number[][], k: number) =>
    runWith(
      badge,
      {
        poolSize: p.length,
        classCount: p[0].length,
        probabilities: rowsOf(p),
        features: rowsOf(h),
        labelledLabels: [],
        options: {},
      },
      k,
      Random.stream(5, 'select'),
      silentJob,
    );

  it('starts with the longest gradient and scores by distance', async () => {
    const picks = await pick(vectors.probs, vectors.features, 9);
    expect(picks[0].index).toBe(vectors.norm2.indexOf(Math.max(...vectors.norm2)));
    expect(picks[0].score).toBeCloseTo(Math.sqrt(Math.max(...vectors.norm2)), 12);
    for (let t = 1; t < 9; t++) {
      const before = picks.slice(0, t).map((p) => vectors.pairwise_dist2[picks[t].index][p.index]);
      expect(picks[t].score).toBeCloseTo(Math.sqrt(Math.min(...before)), 12);
    }
  });

  it('takes the lowest indices where every gradient is 0', async () => {
    const sure = [
      [1, 0],
      [0, 1],
      [1, 0],
      [0, 1],
    ];
    expect((await pick(sure, [[1], [2], [3], [4]], 3)).map((p) => p.index)).toEqual([0, 1, 2]);
  });

  it('keeps memory in proportion to the pool, not to classes × features', async () => {
    const [n, classes, dimensions] = [4000, 100, 256]; // the gradients written out would be 819 MB
    const random = Random.stream(1, 'memory');
    const probabilities = new Float64Array(n * classes).fill(1 / classes);
    for (let i = 0; i < n; i++) {
      probabilities[i * classes + random.integer(classes - 1)] += 0.5 / classes;
      probabilities[(i + 1) * classes - 1] -= 0.5 / classes;
    }
    const features = Float32Array.from({ length: n * dimensions }, () => random.normal());
    const before = process.memoryUsage().arrayBuffers;
    let most = before;
    const watch = () => {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    };
    const context = {
      poolSize: n,
      classCount: classes,
      probabilities: { rows: n, columns: classes, data: probabilities },
      features: { rows: n, columns: dimensions, data: features },
      labelledLabels: [],
      options: {},
    };
    const job = { ...silentJob, report: watch };
    await runWith(badge, context, 5, Random.stream(1, 'select'), job);
    expect(most - before).toBeLessThan(20e6);
  });
});
