import { describe, expect, it } from 'vitest';
import { GradientEmbeddings } from '../../../src/engine/geometry/gradientEmbeddings';
import { type HerdingPick, herd } from '../../../src/engine/geometry/herding';
import { clusterByKMeans } from '../../../src/engine/geometry/kMeans';
import { herdPool, measureCoverage } from '../../../src/engine/geometry/poolHerding';
import { seedByRejection } from '../../../src/engine/geometry/seedingByRejection';
import { Typicality } from '../../../src/engine/geometry/typicality';
import { silentJob } from '../../../src/engine/job';
import { type Matrix, row, unitRows } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { stratifiedSample } from '../../../src/engine/numeric/sample';
import { squaredDistance } from '../../../src/engine/numeric/vectors';
import { makeSelectionData } from '../../../src/engine/perf/selectionData';
import type { SelectionContext } from '../../../src/engine/strategies/context';
import { coverGreedily } from '../../../src/engine/strategies/probcover';
import { randomContext, rowsOf } from '../../support/contexts';

const stream = (seed = 1): Random => Random.stream(seed, 'select');
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const pace = async (): Promise<void> => {};
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const distance = (m: Matrix, i: number, o: Matrix, j: number): number =>
  Math.sqrt(squaredDistance(row<Float32Array | Float64Array>(m, i), row<Float32Array | Float64Array>(o, j)));

/** Features like an encoder's. */
const encoded = (pool: number): Promise<SelectionContext> =>
  makeSelectionData({ pool, labelled: 40, budget: 60, features: 32 });

describe('a sample', () => {
  it('is all where these are few enough, else one of each stretch', () => {
    expect([...stratifiedSample(5, 5, stream())]).toEqual(upTo(5));
    expect([...stratifiedSample(3, 9, stream())]).toEqual(upTo(3));
    for (const [n, most] of [
      [1000, 10],
      [1003, 10],
      [11, 10],
    ]) {
      const sample = stratifiedSample(n, most, stream());
      expect(sample).toHaveLength(most);
      for (const [i, at] of sample.entries()) {
        expect(at).toBeGreaterThanOrEqual(Math.floor((i * n) / most));
        expect(at).toBeLessThan(Math.floor(((i + 1) * n) / most));
      }
    }
    // not at equal distances, which a pool that repeats itself would fall in step with
    const rests = [...stratifiedSample(1000, 50, stream())].map((at) => at % 20);
    expect(new Set(rests).size).toBeGreaterThan(5);
  });
});

describe('k-means++ by rejection', () => {
  const onLine = (points: readonly number[]) => {
    const leastTo = (i: number, centres: readonly number[], limit: number): number =>
      Math.min(limit, ...centres.map((c) => (points[i] - points[c]) ** 2));
    const lowerToAll = async (centres: readonly number[], nearest: Float64Array): Promise<void> => {
      for (let i = 0; i < points.length; i++) nearest[i] = leastTo(i, centres, nearest[i]);
    };
    return { count: points.length, leastTo, lowerToAll, step: pace };
  };

  it('draws in proportion to the squared distance, also by bounds that have become too large', async () => {
    const points = [0, 1, 2, 3, 9, 10];
    const random = stream();
    const uniform = (): number => random.uniform();
    const [second, third, counts] = [upTo(6).map(() => 0), upTo(6).map(() => 0), 20_000];
    for (let t = 0; t < counts; t++) {
      const centres = await seedByRejection({ ...onLine(points), k: 3, first: 0, uniform });
      second[centres[1].index]++;
      third[centres[2].index]++;
    }
    const total = sum(points.map((p) => p ** 2));
    for (const [i, p] of points.entries()) expect(second[i] / counts).toBeCloseTo(p ** 2 / total, 1.7);
    const expected = points.map((_, i) =>
      sum(
        points.map((p, c) => {
          const left = points.map((x) => Math.min(x ** 2, (x - p) ** 2));
          return c === 0 ? 0 : ((p ** 2 / total) * left[i]) / sum(left);
        }),
      ),
    );
    for (const i of points.keys()) expect(third[i] / counts).toBeCloseTo(expected[i], 1.7);
  });

  it('gives exact distances, and never a point twice', async () => {
    const random = stream();
    const points = upTo(3000).map(() => random.normal());
    for (let i = 0; i < 300; i++) points[10 * i] = points[10 * i + 5]; // copies
    const centres = await seedByRejection({ ...onLine(points), k: 900, first: 7, uniform: () => random.uniform() });
    expect(new Set(centres.map(({ index }) => index)).size).toBe(900);
    for (const [t, { index, squaredDistance: found }] of centres.entries()) {
      const before = centres.slice(0, t).map((c) => (points[index] - points[c.index]) ** 2);
      expect(found).toBe(Math.min(Number.POSITIVE_INFINITY, ...before));
    }
  });

  it('takes the lowest indices where all coincide', async () => {
    const request = { ...onLine([4, 4, 4, 4]), k: 4, first: 2, uniform: () => 0.5 };
    expect((await seedByRejection(request)).map(({ index }) => index)).toEqual([2, 0, 1, 3]);
  });

  it('lowers the distances of gradients to many centres at once as one by one', async () => {
    const { probabilities, features } = randomContext({ pool: 900, classes: 4, dimensions: 48 });
    features!.data.copyWithin(48, 0, 48);
    probabilities!.data.copyWithin(4, 0, 4);
    const gradients = new GradientEmbeddings(probabilities!, features!);
    const centres = [0, 17, 430, 899, 2];
    const expected = new Float64Array(900).fill(Number.POSITIVE_INFINITY);
    for (const centre of centres) gradients.lower(centre, expected);
    const nearest = new Float64Array(900).fill(Number.POSITIVE_INFINITY);
    await gradients.lowerToAll(centres, nearest, pace);
    expect(nearest).toEqual(expected);
    expect(nearest[1]).toBe(0);
    expect(gradients.leastTo(50, centres, Number.POSITIVE_INFINITY)).toBe(expected[50]);
    expect(gradients.leastTo(50, centres, 0)).toBe(0);
  });
});

describe('k-means of a sample', () => {
  it('gives every point its cluster, and the means of all', async () => {
    const random = stream();
    const data = Float32Array.from({ length: 4000 * 4 }, (_, i) => (Math.floor(i / 4) % 8 === i % 4 ? 5 : 0));
    for (let i = 0; i < data.length; i++) data[i] += 0.1 * random.normal();
    const points = { rows: 4000, columns: 4, data }; // five blobs: four of an eighth each, one of a half
    const found = await clusterByKMeans(points, 5, stream(), silentJob, { exactRows: 400 });
    const all = await clusterByKMeans(points, 5, stream(), silentJob);
    expect(found.inertia).toBeCloseTo(all.inertia, 6);
    expect(new Set(found.assignment).size).toBe(5);
    for (let i = 0; i < 4000; i++) expect(found.assignment[i] === found.assignment[0]).toBe(Math.min(4, i % 8) === 0);
    const own = upTo(4000).filter((i) => found.assignment[i] === found.assignment[3]);
    const mean = sum(own.map((i) => points.data[4 * i + 3])) / own.length;
    expect(found.centres.data[found.assignment[3] * 4 + 3]).toBeCloseTo(mean, 9);
  });
});

describe('typicality of a sample of a cluster', () => {
  const points = randomContext({ pool: 400, dimensions: 3 }).features!;
  const members = Int32Array.from(upTo(400));

  it('is exact for those that are ranked, which are among the most typical of all', async () => {
    const all = await new Typicality(points, members, 5, 'euclidean').typicalities(5, pace);
    const ranking = { pairs: 40_000, fewest: 10, random: stream() }; // a hundred of them
    const best = await new Typicality(points, members, 5, 'euclidean', ranking).takeMostTypical(pace);
    expect(best.typicality).toBe(all[best.index]);
    expect(all.filter((value) => value > best.typicality).length).toBeLessThan(20);
  });

  it('goes on until all have been taken', async () => {
    const ranking = { pairs: 4000, fewest: 10, random: stream() };
    const typicality = new Typicality(points, members, 5, 'squared', ranking);
    const taken = new Set<number>();
    for (let t = 0; t < 400; t++) taken.add((await typicality.takeMostTypical(pace)).index);
    expect(taken.size).toBe(400);
  });
});

describe('herding of a sample', () => {
  it('is that of all where these are few enough', async () => {
    const { features, labelledFeatures } = randomContext({ pool: 300, labelled: 8 });
    const request = { pool: features!, labelled: labelledFeatures, sigma: 1, k: 20 };
    const expected = await herd(request, silentJob);
    expect(await herdPool({ ...request, random: stream(), exactRows: 300 }, silentJob)).toEqual(expected);
    expect(await herdPool({ ...request, random: stream() }, silentJob)).toEqual(expected);
  });

  it('measures gains on the whole pool, with weights too', async () => {
    const { features, labelledFeatures, probabilities } = randomContext({ pool: 500, labelled: 8, dimensions: 12 });
    const weights = probabilities!.data.slice(0, 500);
    for (const worth of [{}, { weights }]) {
      const request = { pool: features!, labelled: labelledFeatures, sigma: 1, ...worth };
      const expected = await herd({ ...request, k: 40 }, silentJob);
      const indices = expected.map(({ index }) => index);
      const found = await measureCoverage(request, indices, silentJob);
      for (const [t, { index, gain, nearestTo }] of expected.entries()) {
        expect(found[t]).toMatchObject({ index, nearestTo });
        expect(Math.abs(found[t].gain - gain)).toBeLessThan(1e-6);
      }
    }
  });

  it('guesses from samples of regions where to look, and covers as much, but for 2 %', async () => {
    const { features, labelledFeatures } = await encoded(2000);
    const request = { pool: features!, labelled: labelledFeatures, sigma: 1, k: 8 };
    const covers = (picks: readonly HerdingPick[]): number => sum(picks.map(({ gain }) => gain));
    const exact = covers(await herd(request, silentJob));
    const shares: number[] = [];
    for (let seed = 0; seed < 2; seed++) {
      const limits = { exactRows: 600, regions: { each: 80, near: 8, sample: 200 } };
      shares.push(covers(await herdPool({ ...request, random: stream(seed), ...limits }, silentJob)) / exact);
    }
    expect(sum(shares) / 2).toBeGreaterThan(0.98);
  });

  it('covers as much as that of all, but for 2 %', async () => {
    const { features, labelledFeatures, probabilities } = await encoded(3000);
    const weights = Float64Array.from(upTo(3000), (i) => 1 - probabilities!.data[7 * i]);
    const covers = (picks: readonly HerdingPick[]): number => sum(picks.map(({ gain }) => gain));
    for (const worth of [{}, { weights }]) {
      const request = { pool: features!, labelled: labelledFeatures, sigma: 1, k: 60, ...worth };
      const exact = covers(await herd(request, silentJob));
      const sampled = await herdPool({ ...request, random: stream(), exactRows: 750 }, silentJob);
      expect(new Set(sampled.map(({ index }) => index)).size).toBe(60);
      expect(covers(sampled)).toBeGreaterThan(0.98 * exact);
      expect(covers(sampled)).toBeLessThan(1.02 * exact); // greedy is not the best there is
    }
  });
});

describe('full balls of a sample', () => {
  it('count what they cover of the whole pool, and cover as much but for 2 %', async () => {
    const { features, labelledFeatures } = await encoded(3000);
    const [pool, labelled] = [unitRows(features!), unitRows(labelledFeatures!)];
    const request = { pool, labelled, radius: 0.5, k: 60, random: stream() };
    const sampled = await coverGreedily({ ...request, exactRows: 1000 }, silentJob);
    const covered = new Set(
      upTo(3000).filter((i) => upTo(labelled.rows).some((l) => distance(pool, i, labelled, l) < 0.5)),
    );
    for (const { index, score } of sampled) {
      const fresh = upTo(3000).filter((i) => !covered.has(i) && (i === index || distance(pool, i, pool, index) < 0.5));
      expect(Math.abs(score - fresh.length)).toBeLessThanOrEqual(1); // single precision at the edge of the ball
      for (const i of fresh) covered.add(i);
    }
    const exact = await coverGreedily(request, silentJob);
    const [found, most] = [sampled, exact].map((picks) => sum(picks.map(({ score }) => score)));
    expect(found).toBeGreaterThan(0.98 * most);
  });

  it('gives way to the farthest images, as many as asked for', async () => {
    const angles = upTo(400).map((i) => 2 * Math.PI * Math.sqrt(i / 400));
    const pool = unitRows(rowsOf(angles.map((angle) => [Math.cos(angle), Math.sin(angle)])));
    const labelled = { rows: 0, columns: 2, data: new Float32Array(0) };
    const request = { pool, labelled, radius: 0.2, k: 200, random: stream(), exactRows: 100 };
    const picks = await coverGreedily(request, silentJob);
    expect(new Set(picks.map(({ index }) => index)).size).toBe(200);
    expect(sum(picks.map(({ score }) => score))).toBe(400);
    expect(picks.at(-1)).toMatchObject({ score: 0 });
  });
});
