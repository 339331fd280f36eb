import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterByKMeans } from '../../../src/engine/geometry/kMeans';
import { Typicality } from '../../../src/engine/geometry/typicality';
import { silentJob } from '../../../src/engine/job';
import type { Matrix } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import type { Pick } from '../../../src/engine/strategies/define';
import { type TypiclustOptions, typicalPicks, typiclust } from '../../../src/engine/strategies/typiclust';
import { type Given, randomContext, rowsOf, runWith, smallRows, unitVectors, vectorFile } from '../../support/contexts';

interface Vectors {
  features: number[][];
  cluster: number[];
  typicality_all_points: { K: number; typicality_paper: number[]; typicality_authors_code: number[] }[];
  selection: {
    labelled: number[];
    budget: number;
    selected_authors_code: number[];
    selected_euclidean: number[];
    selected_euclidean_no_size_filter: number[];
  };
}
const vectors = vectorFile<Vectors>('h_typiclust.json');

const pace = async (): Promise<void> => {};
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const stream = (): Random => Random.stream(1, 'select');
const run = (context: Given, k: number): Promise<Pick[]> => runWith(typiclust, context, k, stream(), silentJob);
const optionsOf = (options: object): TypiclustOptions => typiclust.withOptions(options).options as TypiclustOptions;

/** The walk written out: everything computed anew for every pick. */
function bruteForce(
  points: number[][],
  clusters: ArrayLike<number>,
  poolSize: number,
  k: number,
  { distance, minClusterSize, neighbours }: TypiclustOptions,
): { index: number; score: number }[] {
  const all = upTo(points.length);
  const sizeOf = (c: number): number => all.filter((i) => clusters[i] === c).length;
  const labelledIn = (c: number): number => all.filter((i) => i >= poolSize && clusters[i] === c).length;
  const lowest = (c: number): number => all.find((i) => clusters[i] === c)!;
  const order = [...new Set(all.slice(0, poolSize).map((i) => clusters[i]))].sort(
    (a, b) => labelledIn(a) - labelledIn(b) || sizeOf(b) - sizeOf(a) || lowest(a) - lowest(b),
  );
  const left = new Set(all.slice(0, poolSize));
  const picks: { index: number; score: number }[] = [];
  const walk = (clusterList: number[]): void => {
    for (;;) {
      let any = false;
      for (const c of clusterList) {
        if (picks.length === k) return;
        const there = [...left].filter((i) => clusters[i] === c);
        if (there.length === 0) continue;
        any = true;
        const nearest = Math.min(neighbours, Math.max(1, Math.floor(there.length / 2)));
        const mean = (i: number): number => {
          const distances = there
            .filter((j) => j !== i)
            .map((j) => points[i].reduce((sum, v, d) => sum + (v - points[j][d]) ** 2, 0))
            .map((squared) => (distance === 'squared' ? squared : Math.sqrt(squared)))
            .sort((a, b) => a - b)
            .slice(0, nearest);
          return distances.reduce((sum, v) => sum + v, 0) / nearest;
        };
        const means = there.map(mean);
        const best = means.indexOf(Math.min(...means));
        const score = distance === 'squared' ? 1 / (means[best] + 1e-5) : 1 / Math.max(means[best], 1e-6);
        picks.push({ index: there[best], score: there.length === 1 ? 0 : score });
        left.delete(there[best]);
      }
      if (!any) return;
    }
  };
  walk(order.filter((c) => sizeOf(c) > minClusterSize));
  walk(order.filter((c) => sizeOf(c) <= minClusterSize));
  return picks;
}

function expectSame(picks: readonly Pick[], expected: { index: number; score: number }[]): void {
  expect(picks.map((p) => p.index)).toEqual(expected.map((p) => p.index));
  for (const [i, { score }] of picks.entries())
    expect(Math.abs(score - expected[i].score)).toBeLessThanOrEqual(1e-12 * expected[i].score);
}

const rowsOfMatrix = (m: Matrix): number[][] =>
  upTo(m.rows).map((i) => [...m.data.subarray(i * m.columns, (i + 1) * m.columns)]);

describe('typicality', () => {
  it.each(vectors.typicality_all_points.map((v) => [v.K, v] as const))(
    'is that of the vectors for K = %i',
    async (_, v) => {
      for (const [distance, expected] of [
        ['euclidean', v.typicality_paper],
        ['squared', v.typicality_authors_code],
      ] as const) {
        const everything = Int32Array.from(upTo(vectors.features.length));
        const typicality = new Typicality(rowsOf(vectors.features), everything, 20, distance);
        const found = await typicality.typicalities(v.K, pace);
        expect(found).toHaveLength(expected.length);
        for (const [i, value] of found.entries()) expect(Math.abs(value / expected[i] - 1)).toBeLessThan(1e-13);
      }
    },
  );

  it('stays right when more images are taken out than neighbours are kept', async () => {
    const points = randomContext({ pool: 150, dimensions: 3 }).features!;
    const clusters = Int32Array.from({ length: 150 }, (_, i) => i % 2);
    for (const distance of ['euclidean', 'squared'] as const) {
      const options = optionsOf({ distance, neighbours: 4 });
      const picks = await typicalPicks({ points, assignment: clusters, poolSize: 150, k: 150, options }, silentJob);
      expectSame(picks, bruteForce(rowsOfMatrix(points), clusters, 150, 150, options));
    }
  });
});

describe('TypiClust', () => {
  const { features, cluster, selection } = vectors;
  const pool = upTo(features.length).filter((i) => !selection.labelled.includes(i));
  const order = [...pool, ...selection.labelled];
  const request = {
    points: rowsOf(order.map((i) => features[i])),
    assignment: Int32Array.from(order, (i) => cluster[i]),
    poolSize: pool.length,
    k: selection.budget,
  };
  it.each([
    ['of the paper', {}, selection.selected_euclidean],
    ["of the authors' code", { distance: 'squared' }, selection.selected_authors_code],
    ['without a least size', { minClusterSize: 0 }, selection.selected_euclidean_no_size_filter],
  ])('makes the selection %s on the given clusters', async (_, options, expected) => {
    const picks = await typicalPicks({ ...request, options: optionsOf(options) }, silentJob);
    expect(picks.map((p) => pool[p.index])).toEqual(expected);
  });

  it('agrees with brute force on given clusters, small ones included', async () => {
    const clusterings = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 24, maxLength: 24 });
    const options = fc.record({
      distance: fc.constantFrom('euclidean', 'squared'),
      minClusterSize: fc.integer({ min: 0, max: 6 }),
      neighbours: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(
        smallRows(2, { max: 24 }),
        clusterings,
        options,
        fc.nat(),
        async (rows, clusters, chosen, cut) => {
          const poolSize = 1 + (cut % rows.length);
          const assignment = Int32Array.from(clusters.slice(0, rows.length));
          const parsed = optionsOf(chosen);
          for (const k of [1, Math.ceil(poolSize / 2), poolSize]) {
            const found = await typicalPicks(
              { points: rowsOf(rows), assignment, poolSize, k, options: parsed },
              silentJob,
            );
            expectSame(found, bruteForce(rows, assignment, poolSize, k, parsed));
          }
        },
      ),
      { seed: 1 },
    );
  });

  it('walks through k-means clusters, as many as labels after the batch', async () => {
    const context = randomContext({ pool: 120, labelled: 6 });
    const points = unitVectors(context);
    const { assignment } = await clusterByKMeans(points, 16, stream(), silentJob);
    const expected = bruteForce(rowsOfMatrix(points), assignment, 120, 10, optionsOf({}));
    expectSame(await run(context, 10), expected);
    const capped = { ...context, options: { maxClusters: 4 } };
    const { assignment: four } = await clusterByKMeans(points, 4, stream(), silentJob);
    expectSame(await run(capped, 110), bruteForce(rowsOfMatrix(points), four, 120, 110, optionsOf({})));
  });

  it('gives as many distinct picks as asked where all clusters are small, or labels all lie in one class', async () => {
    const all = await run(randomContext({ pool: 30 }), 29); // clusters of one or two
    expect(new Set(all.map((p) => p.index)).size).toBe(29);
    const one = await run({ ...randomContext({ pool: 30, labelled: 12 }), labelledLabels: new Int32Array(12) }, 20);
    expect(new Set(one.map((p) => p.index)).size).toBe(20);
  });

  it('says why', async () => {
    const [first] = await run(randomContext({ pool: 60 }), 2);
    expect(first.reason).toMatch(/^typical of a group of \d+ images, none labelled yet$/);
    const [, alone] = await typicalPicks(
      {
        points: rowsOf([[0], [1], [9]]),
        assignment: Int32Array.of(0, 0, 1),
        poolSize: 3,
        k: 2,
        options: optionsOf({}),
      },
      silentJob,
    );
    expect(alone).toEqual({ index: 2, score: 0, reason: 'unlike all others, in a group of its own' });
  });

  it('refuses wrong options in one sentence', () => {
    expect(() => typiclust.withOptions({ distance: 'cosine' })).toThrow(
      /^The option "distance" of the strategy typiclust can't be used: .*\.$/,
    );
    expect(() => typiclust.withOptions({ neighbours: 0 })).toThrow('The option "neighbours"');
    expect(typiclust.withOptions({}).options).toEqual({
      distance: 'euclidean',
      maxClusters: 500,
      minClusterSize: 5,
      neighbours: 20,
    });
  });
});
