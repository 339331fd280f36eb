import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentJob } from '../../../src/engine/job';
import { heldOutTemperature } from '../../../src/engine/learner/calibration';
import type { Matrix } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import type { Pick, Strategy } from '../../../src/engine/strategies/define';
import { maxHerding } from '../../../src/engine/strategies/maxHerding';
import { uncertainties, uncertaintyHerding } from '../../../src/engine/strategies/uncertaintyHerding';
import { type Given, randomContext, rowsOf, runWith, smallProbabilities, smallRows } from '../../support/contexts';

const pick = (strategy: Strategy, context: Given, k: number): Promise<Pick[]> =>
  runWith(strategy, context, k, Random.stream(1, 'select'), silentJob);
const select = (context: Given, k: number): Promise<Pick[]> => pick(uncertaintyHerding, context, k);

const unit = (rows: readonly (readonly number[])[]): number[][] =>
  rows.map((r) => {
    const largest = Math.max(...r.map(Math.abs)) || 1;
    const norm = Math.hypot(...r.map((v) => v / largest)) || 1;
    return r.map((v) => v / largest / norm);
  });
const squared = (a: readonly number[], b: readonly number[]): number => a.reduce((s, v, j) => s + (v - b[j]) ** 2, 0);
const toRows = ({ rows, columns, data }: Matrix): number[][] =>
  Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);

/** 1 − (p₁ − p₂) of softmax(ln p / T), written out. */
function uncertainty(p: readonly number[], temperature: number): number {
  const powers = p.map((v) => v ** (1 / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  const [first, second] = powers.map((v) => v / sum).sort((a, b) => b - a);
  return 1 - (first - second);
}

/** Follows the picks and checks that each has the largest gain by the definition, up to the kernel's resolution. */
function expectGreedy(
  picks: readonly Pick[],
  pool: readonly (readonly number[])[],
  labelled: readonly (readonly number[])[],
  weights: readonly number[],
  sigma: number,
): void {
  const [xs, ls] = [unit(pool), unit(labelled)];
  const between = (a: readonly number[], b: readonly number[]) => Math.exp(-squared(a, b) / sigma ** 2);
  const kernel = xs.map((x) => xs.map((y) => between(x, y)));
  const coverage = xs.map((x) => Math.max(0, ...ls.map((l) => between(x, l))));
  const left = new Set(xs.keys());
  const resolution = 4e-6 / Math.min(1, sigma ** 2);
  for (const { index, score } of picks) {
    const gain = (j: number) =>
      kernel.reduce((sum, k, i) => sum + weights[i] * Math.max(0, k[j] - coverage[i]), 0) / xs.length;
    expect(gain(index)).toBeGreaterThanOrEqual(Math.max(...[...left].map(gain)) - resolution);
    expect(Math.abs(score - gain(index))).toBeLessThan(resolution);
    left.delete(index);
    for (const [i, k] of kernel.entries()) coverage[i] = Math.max(coverage[i], k[index]);
  }
}

describe('uncertainty herding', () => {
  it('agrees with brute force at fixed temperatures and radii', async () => {
    const size = fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 4 }));
    const input = size.chain(([n, m]) =>
      fc.record({
        pool: smallRows(3, { min: n, max: n }),
        labelled: smallRows(3, { min: m, max: m }),
        p: smallProbabilities(3, n),
        temperature: fc.constantFrom(0.5, 1, 4),
        radius: fc.constantFrom(0.3, 1, 2),
      }),
    );
    await fc.assert(
      fc.asyncProperty(input, async ({ pool, labelled, p, temperature, radius }) => {
        const context: Given = {
          poolSize: pool.length,
          classCount: 3,
          representation: rowsOf(pool),
          probabilities: rowsOf(p),
          labelledRepresentation: rowsOf(labelled),
          labelledLabels: labelled.map(() => 0),
          options: { temperature, radius },
        };
        const weights = p.map((r) => uncertainty(r, temperature));
        expectGreedy(await select(context, pool.length), pool, labelled, weights, radius);
      }),
      { seed: 1 },
    );
  });

  it('agrees with brute force at the temperature of the held-out images, where products run in native code', async () => {
    const context = randomContext({ pool: 300, labelled: 20, dimensions: 64 });
    const { representation, labelledRepresentation, labelledLabels, probabilities } = context;
    const random = Random.stream(0, 'calibration');
    const temperature = await heldOutTemperature(labelledRepresentation!, labelledLabels, 3, random, silentJob);
    const weights = toRows(probabilities!).map((p) => uncertainty(p, temperature!));
    expectGreedy(await select(context, 25), toRows(representation!), toRows(labelledRepresentation!), weights, 1);
  });

  it('is MaxHerding while nothing is labelled, without a model, and below four labels', async () => {
    const { probabilities: _, ...blind } = randomContext({ pool: 60, labelled: 9 });
    for (const context of [randomContext({ pool: 60 }), randomContext({ pool: 60, labelled: 3 }), blind])
      expect(await select(context, 20)).toEqual(await pick(maxHerding, context, 20));
  });

  it('looks at the model from four labels on', async () => {
    const context = randomContext({ pool: 60, labelled: 9 });
    expect(await select(context, 20)).not.toEqual(await pick(maxHerding, context, 20));
  });

  it('takes the smallest distance between labelled images that differ for an adaptive radius, at least 0.05', async () => {
    const context = randomContext({ pool: 40 });
    const withLabelled = (angles: readonly number[]): Given => ({
      ...context,
      representation: rowsOf(Array.from({ length: 40 }, (_, i) => [Math.cos(i), Math.sin(i)])),
      labelledRepresentation: rowsOf(angles.map((a) => [Math.cos(a), Math.sin(a)])),
      labelledLabels: angles.map(() => 0),
    });
    const chord = (angle: number) => 2 * Math.sin(angle / 2);
    for (const [angles, sigma] of [
      [[0, 0.5, 2, 2], chord(0.5)],
      [[0, 0.01, 3], 0.05],
      [[1, 1], 1],
      [[1], 1],
    ] as const) {
      const given = withLabelled(angles);
      const picks = await select({ ...given, options: { radius: 'adaptive', temperature: 1 } }, 10);
      const fixed = await select({ ...given, options: { radius: sigma, temperature: 1 } }, 10);
      expect(picks.map((p) => p.index)).toEqual(fixed.map((p) => p.index));
      for (const [i, { score }] of picks.entries()) expect(score).toBeCloseTo(fixed[i].score, 5);
    }
  });

  it('wants to know the labels of what is labelled', async () => {
    await expect(select({ ...randomContext({ pool: 5, labelled: 4 }), labelledLabels: [] }, 1)).rejects.toMatchObject({
      message: expect.stringContaining('needs "labelledLabels"'),
    });
  });

  it('refuses a wrong option in one sentence', () => {
    expect(() => uncertaintyHerding.withOptions({ radius: 'wide' })).toThrow(
      `The option "radius" of the strategy uncertaintyHerding can't be used: expected a number above 0 or 'adaptive'.`,
    );
    expect(() => uncertaintyHerding.withOptions({ temperature: 0 })).toThrow('The option "temperature"');
    expect(uncertaintyHerding.withOptions({}).options).toEqual({ radius: 1, temperature: 'adaptive' });
  });
});

describe('the uncertainty', () => {
  it('is that of the tempered distribution, also where probabilities vanish', () => {
    const p = rowsOf([
      [0.7, 0.2, 0.1],
      [1, 0, 0],
      [0.5, 0.5, 0],
      [1 - 1e-300, 1e-300, 0],
    ]);
    for (const temperature of [0.5, 1, 19.9]) {
      const found = uncertainties(p, temperature);
      for (const [i, r] of toRows(p).entries()) expect(found[i]).toBeCloseTo(uncertainty(r, temperature), 12);
    }
    expect(uncertainties(p, 1)[0]).toBeCloseTo(0.5, 15);
  });
});
