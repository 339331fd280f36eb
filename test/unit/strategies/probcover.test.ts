import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FarthestPoints } from '../../../src/engine/geometry/farthestPoints';
import { clusterByKMeans } from '../../../src/engine/geometry/kMeans';
import { pureRadius } from '../../../src/engine/geometry/pureRadius';
import { silentJob } from '../../../src/engine/job';
import { type Matrix, row, unitRows } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import type { Pick } from '../../../src/engine/strategies/define';
import { coverGreedily, probcover } from '../../../src/engine/strategies/probcover';
import {
  type Given,
  identicalImages,
  randomContext,
  rowsOf,
  runWith,
  smallRows,
  unitVectors,
} from '../../support/contexts';

const stream = (): Random => Random.stream(1, 'select');
const run = (context: Given, k: number): Promise<Pick[]> => runWith(probcover, context, k, stream(), silentJob);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const indices = (picks: readonly Pick[]): number[] => picks.map((p) => p.index);

function distance(a: Matrix, i: number, b: Matrix, j: number): number {
  const [x, y] = [row<Float32Array | Float64Array>(a, i), row<Float32Array | Float64Array>(b, j)];
  let sum = 0;
  for (let d = 0; d < x.length; d++) sum += (x[d] - y[d]) ** 2;
  return Math.sqrt(sum);
}

/** The rule written out, on distances between all. */
function bruteForce(pool: Matrix, labelled: Matrix, radius: number, k: number): { index: number; score: number }[] {
  const all = upTo(pool.rows);
  const between = all.map((i) => all.map((j) => (i === j ? 0 : distance(pool, i, pool, j))));
  const toLabelled = all.map((i) => upTo(labelled.rows).map((l) => distance(pool, i, labelled, l)));
  const picks: { index: number; score: number }[] = [];
  const taken = (i: number): boolean => picks.some((p) => p.index === i);
  const isCovered = (i: number): boolean =>
    toLabelled[i].some((d) => d < radius) || picks.some((p) => p.index === i || between[i][p.index] < radius);
  while (picks.length < Math.min(k, pool.rows)) {
    const open = all.filter((i) => !taken(i));
    const uncovered = all.filter((j) => !isCovered(j));
    const gains = open.map((i) => uncovered.filter((j) => i === j || between[i][j] < radius).length);
    let score = Math.max(...gains);
    let index = open[gains.indexOf(score)];
    if (score < 2 && picks.length + labelled.rows > 0) {
      const nearest = (i: number): number => Math.min(...toLabelled[i], ...picks.map((p) => between[i][p.index]));
      const farthest = Math.max(...open.map(nearest));
      index = open.find((i) => nearest(i) === farthest)!;
      score = isCovered(index) ? 0 : 1;
    }
    picks.push({ index, score });
  }
  return picks;
}

/** Whether single precision could take a distance for one on the other side of the radius, or confuse two distances. */
function isDelicate(pool: Matrix, labelled: Matrix, radius: number): boolean {
  const distances: number[] = [];
  for (let i = 0; i < pool.rows; i++) {
    for (let j = 0; j < i; j++) distances.push(distance(pool, i, pool, j));
    for (let l = 0; l < labelled.rows; l++) distances.push(distance(pool, i, labelled, l));
  }
  distances.sort((a, b) => a - b);
  const close = distances.some((d, i) => i > 0 && d > distances[i - 1] && d - distances[i - 1] < 1e-3);
  return close || distances.some((d) => Math.abs(d - radius) < 1e-3);
}

describe('ProbCover', () => {
  it('agrees with brute force, copies and ties included', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        smallRows(3),
        smallRows(3, { min: 0, max: 4 }),
        fc.constantFrom(0.2, 0.5, 0.9, 1.3),
        async (p, l, delta) => {
          const [pool, labelled] = [unitRows(rowsOf(p)), unitRows(rowsOf(l))];
          fc.pre(!isDelicate(pool, labelled, delta));
          runs++;
          const context = {
            poolSize: p.length,
            classCount: 2,
            labelledLabels: l.map(() => 0),
            options: { delta },
            representation: rowsOf(p),
            labelledRepresentation: rowsOf(l),
          };
          const picks = await run(context, p.length);
          expect(picks.map(({ index, score }) => ({ index, score }))).toEqual(
            bruteForce(pool, labelled, delta, p.length),
          );
        },
      ),
      { seed: 1 },
    );
    expect(runs).toBeGreaterThanOrEqual(100);
  });

  it('agrees with brute force where the products run in native code, and where neighbours are not kept', async () => {
    const { features, labelledFeatures } = randomContext({ pool: 300, labelled: 10, dimensions: 48, seed: 4 });
    const [pool, labelled] = [unitRows(features!), unitRows(labelledFeatures!)];
    for (const radius of [1.1, 1.25]) {
      const expected = bruteForce(pool, labelled, radius, 20);
      expect(expected[0].score).toBeGreaterThan(3);
      for (const neighbourMemory of [undefined, 0, 2000]) {
        const request = {
          pool,
          labelled,
          radius,
          k: 20,
          random: stream(),
          ...(neighbourMemory === undefined ? {} : { neighbourMemory }),
        };
        const picks = await coverGreedily(request, silentJob);
        expect(picks.map(({ index, score }) => ({ index, score }))).toEqual(expected);
      }
    }
  });

  it('goes on when everything is covered, farthest first, and says so', async () => {
    const directions = [0, 0.1, 0.2, 0.3, 0.35].map((angle) => [Math.cos(angle), Math.sin(angle)]);
    const context = {
      poolSize: 5,
      classCount: 2,
      labelledLabels: [],
      options: { delta: 1 },
      representation: rowsOf(directions),
    };
    const picks = await run(context, 4);
    expect(indices(picks)).toEqual([0, 4, 2, 1]);
    expect(picks[0]).toMatchObject({ score: 5, reason: 'stands for 5 look-alikes' });
    expect(picks[1]).toMatchObject({ score: 0, reason: expect.stringMatching(/^looks like an image chosen before/) });
  });

  it('takes images without look-alikes too, each once', async () => {
    const context = { ...randomContext({ pool: 40, labelled: 3 }), options: { delta: 1e-6 } };
    const picks = await run(context, 40);
    expect(new Set(indices(picks)).size).toBe(40);
    expect(picks[0]).toMatchObject({ score: 1, reason: 'has no look-alikes among the images left' });
  });

  it('copes with one class, one image, and copies', async () => {
    expect(indices(await run(identicalImages(randomContext({ pool: 30 })), 10))).toEqual(upTo(10));
    expect(indices(await run(randomContext({ pool: 1, labelled: 3, classes: 1 }), 4))).toEqual([0]);
    const one = { ...randomContext({ pool: 30, labelled: 12 }), labelledLabels: new Int32Array(12) };
    expect(new Set(indices(await run(one, 25))).size).toBe(25);
  });

  it('refuses wrong options in one sentence', () => {
    expect(() => probcover.withOptions({ delta: 0 })).toThrow(
      /^The option "delta" of the strategy probcover can't be used: .*\.$/,
    );
    expect(() => probcover.withOptions({ purity: 1.2 })).toThrow('The option "purity"');
    expect(probcover.withOptions({}).options).toEqual({ purity: 0.95 });
  });
});

describe('the radius', () => {
  it('is the largest at which the balls are pure enough', async () => {
    for (const [pool, classes, purity] of [
      [200, 3, 0.95],
      [60, 2, 0.9],
      [50, 4, 1],
      [10, 3, 0.9],
    ]) {
      const points = unitVectors(randomContext({ pool, labelled: 5, dimensions: 3 }));
      const { assignment } = await clusterByKMeans(points, classes, stream(), silentJob);
      const radius = await pureRadius({ points, classes, purity }, stream(), silentJob);
      const all = upTo(points.rows);
      const pureAt = (r: number): number =>
        all.filter((i) => all.every((j) => assignment[i] === assignment[j] || distance(points, i, points, j) >= r))
          .length;
      expect(radius).toBeGreaterThan(0);
      expect(pureAt(radius - 1e-5)).toBeGreaterThanOrEqual(purity * points.rows - 1e-9);
      expect(pureAt(radius + 1e-5)).toBeLessThan(purity * points.rows);
    }
  });

  it('is at most 1, and 1 where there is one class only', async () => {
    const points = unitVectors(randomContext({ pool: 40 }));
    expect(await pureRadius({ points, classes: 1, purity: 0.95 }, stream(), silentJob)).toBe(1);
    const opposite = unitRows(
      rowsOf([
        [1, 0],
        [-1, 0],
        [-1, 0.01],
        [1, 0.01],
      ]),
    );
    expect(await pureRadius({ points: opposite, classes: 2, purity: 0.95 }, stream(), silentJob)).toBe(1);
  });

  it('is what the strategy uses', async () => {
    const context = randomContext({ pool: 80, labelled: 4 });
    const delta = await pureRadius({ points: unitVectors(context), classes: 3, purity: 0.8 }, stream(), silentJob);
    const found = await run({ ...context, options: { purity: 0.8 } }, 30);
    expect(found).toEqual(await run({ ...context, options: { delta } }, 30));
    expect(found[0].score).toBeGreaterThan(1);
  });
});

describe('farthest-first traversal', () => {
  it.each([[120], [30], [0]])(
    'is the same as with all distances brought up to date, %i points watched at first',
    async (watchAll) => {
      const points = randomContext({ pool: 120, dimensions: 4 }).features!;
      points.data.copyWithin(40, 0, 20); // some copies
      const eager = upTo(120).map((i) => distance(points, i, points, 7) ** 2);
      const taken = new Uint8Array(120);
      taken[7] = 1;
      const traversal = new FarthestPoints(points, Float64Array.from(eager), taken.slice(), watchAll);
      for (let t = 0; t < 119; t++) {
        const most = Math.max(...eager.filter((_, i) => !taken[i]));
        const expected = eager.findIndex((v, i) => !taken[i] && v === most);
        const { index, squaredDistance } = await traversal.farthest(async () => {});
        traversal.choose(index);
        expect(index).toBe(expected);
        expect(squaredDistance).toBeCloseTo(most, 10);
        taken[index] = 1;
        for (let i = 0; i < 120; i++) eager[i] = Math.min(eager[i], distance(points, i, points, index) ** 2);
      }
    },
  );
});
