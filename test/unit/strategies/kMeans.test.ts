import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterByKMeans } from '../../../src/engine/geometry/kMeans';
import { seedPoints } from '../../../src/engine/geometry/kMeansSeeding';
import { nearestRows } from '../../../src/engine/geometry/nearest';
import { silentJob } from '../../../src/engine/job';
import { type Matrix, row } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import type { Pick } from '../../../src/engine/strategies/define';
import { kMeans } from '../../../src/engine/strategies/kMeans';
import { type Given, randomContext, rowsOf, runWith, smallRows, unitVectors } from '../../support/contexts';

const stream = (seed = 1): Random => Random.stream(seed, 'select');
const pace = async (): Promise<void> => {};
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const squared = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2;
  return sum;
};
const at = (m: Matrix, i: number): ArrayLike<number> => row<Float32Array | Float64Array>(m, i);

const run = (context: Given, k: number): Promise<Pick[]> => runWith(kMeans, context, k, stream(), silentJob);

function contextOf(pool: number[][], labelled: number[][] = []): Given {
  return {
    poolSize: pool.length,
    classCount: 1,
    representation: rowsOf(pool),
    labelledRepresentation: rowsOf(labelled),
    labelledLabels: labelled.map(() => 0),
    options: {},
  };
}

/** The picks by their definition from the clusters that the strategy found. */
async function bruteForce(context: Given, k: number): Promise<number[]> {
  const points = unitVectors(context);
  const n = context.poolSize;
  const { assignment } = await clusterByKMeans(points, points.rows - n + k, stream(), silentJob);
  const groups = [...new Set(assignment)].map((cluster) => {
    const all = upTo(points.rows).filter((i) => assignment[i] === cluster);
    const mean = upTo(points.columns).map((j) => all.reduce((sum, i) => sum + at(points, i)[j], 0) / all.length);
    const distance = (i: number): number => squared(at(points, i), mean);
    const pool = all.filter((i) => i < n).sort((a, b) => distance(a) - distance(b) || a - b);
    return { pool, lowest: Math.min(...pool), size: all.length, labelled: all.length - pool.length };
  });
  groups.sort((a, b) => a.labelled - b.labelled || b.size - a.size || a.lowest - b.lowest);
  const picks: number[] = [];
  while (picks.length < Math.min(k, n)) for (const { pool } of groups) if (pool.length > 0) picks.push(pool.shift()!);
  return picks.slice(0, k);
}

describe('k-means', () => {
  it('agrees with brute force on its clusters', async () => {
    const size = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(smallRows(3), smallRows(3, { min: 0, max: 4 }), size, async (pool, labelled, k) => {
        const context = contextOf(pool, labelled);
        const picks = await run(context, k);
        expect(picks.map((p) => p.index)).toEqual(await bruteForce(context, Math.min(k, pool.length)));
      }),
      { seed: 1 },
    );
  });

  it('takes the middle of each blob, the largest first, and passes by those with a label', async () => {
    const blob = (angle: number, size: number): number[][] =>
      upTo(size).map((i) => [
        Math.cos(angle + 0.01 * (i - (size - 1) / 2)),
        Math.sin(angle + 0.01 * (i - (size - 1) / 2)),
      ]);
    const pool = [...blob(0, 5), ...blob(2, 9), ...blob(4, 7)];
    const all = await run(contextOf(pool), 3);
    expect(all.map((p) => p.index)).toEqual([9, 17, 2]);
    expect(all[0].reason).toBe('in the middle of a group of 9 images, none labelled yet');
    expect(all[0].score).toBeCloseTo(0, 3);
    const next = await run(contextOf(pool, [pool[9]]), 2); // three groups, one of them labelled
    expect(next.map((p) => p.index)).toEqual([17, 2]);
    const more = await run(contextOf(pool, [pool[9], pool[17], pool[2]]), 21);
    expect(new Set(more.map((p) => p.index)).size).toBe(21);
  });

  it('never picks less than asked, nor twice, when images coincide', async () => {
    const pool = [...upTo(20).map(() => [1, 2]), [3, -1], [3, -1], [0, 0]];
    for (const labelled of [
      [],
      [[1, 2]],
      [
        [1, 2],
        [3, -1],
        [0, 0],
      ],
    ]) {
      const picks = await run(contextOf(pool, labelled), 8);
      expect(new Set(picks.map((p) => p.index)).size).toBe(8);
    }
    const picks = await run(contextOf(upTo(6).map(() => [1, 1])), 4);
    expect(picks.map((p) => p.index)).toEqual([0, 1, 2, 3]);
  });
});

describe('clustering', () => {
  const check = (points: Matrix, { assignment, centres, inertia }: Awaited<ReturnType<typeof clusterByKMeans>>) => {
    let [own, least] = [0, 0];
    for (let i = 0; i < points.rows; i++) {
      const distances = upTo(centres.rows).map((c) => squared(at(points, i), at(centres, c)));
      own += distances[assignment[i]];
      least += Math.min(...distances);
    }
    for (let c = 0; c < centres.rows; c++) {
      const all = upTo(points.rows).filter((i) => assignment[i] === c);
      for (let j = 0; j < points.columns && all.length > 0; j++)
        expect(centres.data[c * points.columns + j]).toBeCloseTo(
          all.reduce((sum, i) => sum + at(points, i)[j], 0) / all.length,
          9,
        );
    }
    expect(inertia).toBeCloseTo(own, 9);
    return { own, least };
  };

  it('ends with means of clusters of which no distinct point is left over', async () => {
    await fc.assert(
      fc.asyncProperty(smallRows(2, { max: 30 }), fc.integer({ min: 1, max: 8 }), async (rows, k) => {
        const points = rowsOf(rows);
        const found = await clusterByKMeans(points, k, stream(), silentJob);
        check(points, found);
        const distinct = new Set(rows.map((r) => r.map((v) => v + 0).join())).size;
        const used = new Set(found.assignment).size;
        expect(used).toBeLessThanOrEqual(Math.min(k, rows.length));
        if (distinct >= k) expect(used).toBe(Math.min(k, rows.length));
      }),
      { seed: 1 },
    );
  });

  it('finds the best of all partitions of ten points into three, most of the time', async () => {
    let optimal = 0;
    for (let seed = 0; seed < 10; seed++) {
      const points = randomContext({ pool: 10, dimensions: 2, seed }).features!;
      let best = Number.POSITIVE_INFINITY;
      for (let code = 0; code < 3 ** 10; code++) {
        const sums = [0, 0, 0, 0, 0, 0, 0, 0, 0];
        let squares = 0;
        for (let i = 0, rest = code; i < 10; i++, rest = Math.floor(rest / 3)) {
          const [x, y] = [points.data[2 * i], points.data[2 * i + 1]];
          sums[3 * (rest % 3)]++;
          sums[3 * (rest % 3) + 1] += x;
          sums[3 * (rest % 3) + 2] += y;
          squares += x * x + y * y;
        }
        for (let c = 0; c < 9; c += 3) if (sums[c] > 0) squares -= (sums[c + 1] ** 2 + sums[c + 2] ** 2) / sums[c];
        best = Math.min(best, squares);
      }
      const { inertia } = await clusterByKMeans(points, 3, stream(seed), silentJob);
      expect(inertia).toBeGreaterThanOrEqual(best - 1e-9);
      if (inertia <= best + 1e-9) optimal++;
    }
    expect(optimal).toBeGreaterThanOrEqual(8);
  });

  it('finds well separated blobs by mini-batches too, in the same way every time', async () => {
    const [n, k, columns] = [10_000, 100, 16];
    const random = stream();
    const centres = Float32Array.from({ length: k * columns }, () => random.normal());
    const data = Float32Array.from({ length: n * columns }, (_, i) => {
      const blob = Math.floor(i / columns) % k;
      return centres[blob * columns + (i % columns)] + 0.1 * random.normal();
    });
    const points = { rows: n, columns, data };
    const found = await clusterByKMeans(points, k, stream(2), silentJob, { lloydWork: 0 });
    const again = await clusterByKMeans(points, k, stream(2), silentJob, { lloydWork: 0 });
    expect(again.inertia).toBe(found.inertia);
    expect(again.assignment.every((cluster, i) => cluster === found.assignment[i])).toBe(true);
    expect(new Set(found.assignment).size).toBe(k);
    const pure = upTo(k).filter((blob) =>
      upTo(n / k).every((r) => found.assignment[blob + r * k] === found.assignment[blob]),
    );
    expect(pure.length).toBeGreaterThan(0.9 * k);
    expect(found.inertia).toBeLessThan(0.5 * n * columns); // 0.01 · n · columns if all were found
  });

  it('seeds with distinct points, in groups too, spread over the blobs', async () => {
    const [n, columns, k] = [9000, 64, 1000];
    const random = stream();
    const points = { rows: n, columns, data: Float32Array.from({ length: n * columns }, () => random.normal()) };
    for (let i = 0; i < 8000; i++) points.data.fill(0, i * columns, (i + 1) * columns); // 1,001 distinct points
    const seeds = await seedPoints(points, k, stream(3), pace);
    expect(new Set(seeds).size).toBe(k);
    expect(seeds.filter((i) => i < 8000).length).toBeLessThanOrEqual(1);
  });

  it('stops when it is cancelled', async () => {
    const { features } = randomContext({ pool: 2000, dimensions: 16 });
    const controller = new AbortController();
    const job = { signal: controller.signal, report: () => controller.abort() };
    await expect(clusterByKMeans(features!, 20, stream(), job)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('nearest rows', () => {
  it('agrees with brute force, in plain and in native code', async () => {
    for (const [n, k, dimensions] of [
      [40, 7, 5],
      [900, 80, 64],
    ]) {
      const { features, labelledFeatures } = randomContext({ pool: n, labelled: k, dimensions });
      const { index, squared: found } = await nearestRows(features!, labelledFeatures!, pace);
      for (let i = 0; i < n; i++) {
        const distances = upTo(k).map((c) => squared(at(features!, i), at(labelledFeatures!, c)));
        expect(found[i]).toBeCloseTo(distances[index[i]], 10);
        expect(distances[index[i]]).toBeLessThanOrEqual(Math.min(...distances) + 1e-4);
      }
    }
  });

  it('gives ties to the lower index', async () => {
    const { index } = await nearestRows(rowsOf([[0], [5]]), rowsOf([[1], [-1], [1]]), pace);
    expect([...index]).toEqual([0, 0]);
  });
});
