import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GaussianKernel, ONE } from '../../../src/engine/geometry/gaussianKernel';
import { herd } from '../../../src/engine/geometry/herding';
import { silentJob } from '../../../src/engine/job';
import { type Matrix, row, unitRows } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import type { Pick } from '../../../src/engine/strategies/define';
import { maxHerding } from '../../../src/engine/strategies/maxHerding';
import { type Given, randomContext, rowsOf, runWith, smallRows } from '../../support/contexts';

const select = (context: Given, k: number): Promise<Pick[]> =>
  runWith(maxHerding, context, k, Random.stream(1, 'select'), silentJob);

const contextOf = (pool: Matrix, labelled: Matrix, options: Record<string, unknown> = {}): Given => ({
  poolSize: pool.rows,
  classCount: 1,
  representation: pool,
  labelledRepresentation: labelled,
  labelledLabels: new Int32Array(labelled.rows),
  options,
});

/** Kernel values by the definition, in double precision. */
function kernelBetween(a: Matrix, b: Matrix, sigma: number): number[][] {
  const normalised = (m: Matrix): number[][] =>
    Array.from({ length: m.rows }, (_, i) => {
      const r = Array.from<number>(row<Float32Array | Float64Array>(m, i));
      const largest = Math.max(...r.map(Math.abs)) || 1; // keeps the squares of the smallest numbers above 0
      const norm = Math.hypot(...r.map((v) => v / largest)) || 1;
      return r.map((v) => v / largest / norm);
    });
  const bs = normalised(b);
  return normalised(a).map((x) =>
    bs.map((y) => Math.exp(-x.reduce((sum, v, j) => sum + (v - y[j]) ** 2, 0) / sigma ** 2)),
  );
}

/** Follows the picks and checks that each has the largest gain by the definition, up to the kernel's resolution. */
function expectGreedy(picks: readonly Pick[], pool: Matrix, labelled: Matrix, sigma: number): void {
  const kernel = kernelBetween(pool, pool, sigma);
  const coverage = kernelBetween(pool, labelled, sigma).map((values) => Math.max(0, ...values));
  const left = new Set(kernel.keys());
  const resolution = 3e-6 / Math.min(1, sigma ** 2);
  for (const { index, score } of picks) {
    const gain = (j: number): number =>
      kernel.reduce((sum, k, x) => sum + Math.max(0, k[j] - coverage[x]), 0) / pool.rows;
    const best = Math.max(...[...left].map(gain));
    expect(gain(index)).toBeGreaterThanOrEqual(best - resolution);
    expect(Math.abs(score - gain(index))).toBeLessThan(resolution);
    left.delete(index);
    for (const [x, k] of kernel.entries()) coverage[x] = Math.max(coverage[x], k[index]);
  }
}

describe('MaxHerding', () => {
  it('agrees with brute force on small pools', async () => {
    const sigmas = fc.constantFrom(0.3, 1, 2);
    await fc.assert(
      fc.asyncProperty(smallRows(3), smallRows(3, { min: 0, max: 4 }), sigmas, async (p, l, sigma) => {
        const [pool, labelled] = [rowsOf(p), rowsOf(l)];
        const picks = await select(contextOf(pool, labelled, { sigma }), p.length);
        expectGreedy(picks, pool, labelled, sigma);
      }),
      { seed: 1 },
    );
  });

  it('agrees with brute force where the products run in native code', async () => {
    const { representation, labelledRepresentation } = randomContext({ pool: 300, labelled: 20, dimensions: 64 });
    const picks = await select(contextOf(representation!, labelledRepresentation!), 25);
    expectGreedy(picks, representation!, labelledRepresentation!, 1);
  });

  it('picks the same whether the kernel is kept in memory or computed again, with few candidates at a time or many', async () => {
    for (const labelled of [0, 20]) {
      const size = 300;
      const context = randomContext({ pool: size, labelled, dimensions: 64 });
      const [pool, covered] = [context.features!, context.labelledFeatures!];
      const request = { pool, labelled: covered, sigma: 1, k: 120 };
      const kept = await herd({ ...request, kernelMemory: 4 * size * size }, silentJob);
      const scored = kept.map(({ index, gain }) => ({ index, score: gain, reason: '' }));
      expectGreedy(scored, pool, covered, 1);
      const weights = context.probabilities!.data.slice(0, size);
      const weighted = await herd({ ...request, weights }, silentJob);
      expect(weighted).not.toEqual(kept);
      for (const candidates of [1, 2, 7, 300])
        for (const kernelMemory of [0, 4 * size * size]) {
          expect(await herd({ ...request, kernelMemory, candidates }, silentJob)).toEqual(kept);
          expect(await herd({ ...request, weights, kernelMemory, candidates }, silentJob)).toEqual(weighted);
        }
    }
  });

  it('gives exact ties to the lower index, and a copy of a pick no gain', async () => {
    // After 0, the gains of 1, 2 and 3 are all 1 − e⁻⁴, as sums of different numbers.
    const square = rowsOf([
      [0, 1],
      [1, 0],
      [0, -1],
      [-1, 0],
      [0, 1],
    ]);
    const picks = await select(contextOf(square, rowsOf([])), 5);
    expect(picks.map((p) => p.index)).toEqual([0, 1, 2, 3, 4]);
    expect(picks[1].score).toBeCloseTo((1 - Math.exp(-4)) / 5, 6);
    expect(picks.at(-1)).toMatchObject({ index: 4, score: 0, reason: 'looks like an image chosen before' });
  });

  it('depends on directions only, not on lengths', async () => {
    const { representation } = randomContext({ pool: 50 });
    const { rows, columns, data } = representation!;
    const scaled = {
      rows,
      columns,
      data: Float64Array.from(data, (v, i) => v * 2 ** ((Math.floor(i / columns) % 7) - 3)),
    };
    const none = rowsOf([]);
    expect(await select(contextOf(scaled, none), 20)).toEqual(await select(contextOf(representation!, none), 20));
  });

  it('uses the features where there is no representation', async () => {
    const context = randomContext({ pool: 50, labelled: 6 });
    const { representation, labelledRepresentation, ...features } = context;
    const expected = contextOf(context.features!, context.labelledFeatures!);
    expect(await select(features, 10)).toEqual(await select(expected, 10));
    expect(await select(contextOf(representation!, labelledRepresentation!), 10)).not.toEqual(
      await select(features, 10),
    );
  });

  it('refuses a wrong sigma in one sentence', () => {
    expect(() => maxHerding.withOptions({ sigma: 0 })).toThrow(
      /^The option "sigma" of the strategy maxHerding can't be used: .*\.$/,
    );
    expect(() => maxHerding.withOptions({ sigma: 'wide' })).toThrow('expected number');
    expect(maxHerding.withOptions({}).options).toEqual({ sigma: 1 });
  });
});

describe('the Gaussian kernel', () => {
  it.each([0.1, 0.5, 1, 3])('is exact to its resolution for sigma %f', async (sigma) => {
    const { representation } = randomContext({ pool: 200, dimensions: 6 });
    representation!.data.fill(0, 0, 6); // a row of zeros
    const points = unitRows(representation!);
    const expected = kernelBetween(points, points, sigma);
    const rows: number[][] = [];
    await new GaussianKernel(points, sigma).forEachRow(
      points,
      (_, values) => rows.push([...values]),
      async () => {},
    );
    const wrong: string[] = [];
    for (const [i, values] of rows.entries()) {
      expect(values[i]).toBe(ONE);
      for (const [j, value] of values.entries()) {
        // Products in single precision shift the squared distance by up to 5e-7.
        const tolerance = 1 / ONE + (5e-7 / sigma ** 2) * expected[i][j];
        if (Math.abs(value / ONE - expected[i][j]) > tolerance) wrong.push(`${i}, ${j}: ${value}`);
      }
    }
    expect(rows).toHaveLength(200);
    expect(wrong).toEqual([]);
  });
});
