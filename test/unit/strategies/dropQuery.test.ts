import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEncoder } from '../../../src/engine/features/encoder';
import { centralPoints } from '../../../src/engine/geometry/centralPoints';
import { silentJob } from '../../../src/engine/job';
import { unitRows } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { needsModel, usesModel } from '../../../src/engine/rounds/selectBatch';
import type { Pick } from '../../../src/engine/strategies/define';
import { candidatesOf, countChanges, dropQuery } from '../../../src/engine/strategies/dropQuery';
import { kMeans } from '../../../src/engine/strategies/kMeans';
import { type Given, randomContext, rowsOf, runWith, smallRows } from '../../support/contexts';

const stream = (): Random => Random.stream(1, 'select');
const run = (context: Given, k: number): Promise<Pick[]> => runWith(dropQuery, context, k, stream(), silentJob);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const argmax = (values: number[]): number => values.indexOf(Math.max(...values));

/** Changes of class under the same masks, with logits as plain sums. */
function changesByDefinition(
  x: number[][],
  weights: number[][],
  bias: number[],
  rate: number,
  passes: number,
): number[] {
  const random = stream();
  const classOf = (r: number[]): number =>
    argmax(weights.map((w, c) => w.reduce((sum, v, j) => sum + v * r[j], bias[c])));
  const changes = x.map(() => 0);
  for (let pass = 0; pass < passes; pass++) {
    for (const [i, r] of x.entries()) {
      const kept = r.map((v) => (random.chance(rate) ? 0 : v / (1 - rate)));
      if (classOf(kept) !== classOf(r)) changes[i]++;
    }
  }
  return changes;
}

describe('DropQuery', () => {
  it('agrees with the definition: changes, candidates, centres', async () => {
    const rates = fc.constantFrom(0, 0.5, 0.75);
    await fc.assert(
      fc.asyncProperty(smallRows(3, { max: 20 }), fc.integer({ min: 1, max: 6 }), rates, async (rows, k, rate) => {
        const weights = [
          [1, 0, 0.5],
          [0, 1, 0.25],
          [-1, 0.5, 1],
        ];
        const bias = [0.125, 0, -0.25];
        const head = { weights: rowsOf(weights), bias: Float64Array.from(bias) };
        const random = stream();
        const { changes } = await countChanges({ features: rowsOf(rows), head, rate, passes: 3 }, random, silentJob);
        const expected = changesByDefinition(rows, weights, bias, rate, 3);
        expect([...changes]).toEqual(expected);

        const context = {
          poolSize: rows.length,
          classCount: 3,
          labelledLabels: [],
          options: { rate },
          features: rowsOf(rows),
          head,
        };
        const picks = await run(context, k);
        const asked = Math.min(k, rows.length);
        expect(picks).toHaveLength(asked);
        for (const { index, score } of picks) expect(score).toBe(expected[index] / 3);
        // At most 20 images: fewer than 25 for each asked for, so one change is enough to be a candidate.
        const changed = upTo(rows.length).filter((i) => expected[i] > 0);
        const chosen = picks.map((p) => p.index);
        expect(chosen.filter((i) => changed.includes(i))).toHaveLength(Math.min(asked, changed.length));
        if (changed.length > k) {
          const points = unitRows(rowsOf(changed.map((i) => rows[i])));
          const central = await centralPoints(points, changed.length, k, random, silentJob);
          expect(chosen).toEqual(central.map((p) => changed[p.index]));
        }
      }),
      { seed: 1 },
    );
  });

  it('lowers the bar step by step, and tops up by chance', () => {
    const changes = Int32Array.from({ length: 200 }, (_, i) => (i < 25 ? 3 : i < 60 ? 2 : i < 80 ? 1 : 0));
    const candidates = (k: number): number => candidatesOf(changes, k, 3, stream()).candidates.length;
    expect(candidates(1)).toBe(60); // 60 ≥ 25: more than half of three passes
    expect(candidates(2)).toBe(60); // 60 ≥ 50
    expect(candidates(3)).toBe(80); // 60 < 75, so that one change is enough
    expect(candidates(80)).toBe(80);
    const { candidates: all, byChance } = candidatesOf(changes, 90, 3, stream());
    expect(all).toEqual(upTo(80));
    expect(byChance).toHaveLength(10);
    expect(byChance.every((i) => i >= 80)).toBe(true);
    expect(new Set(byChance).size).toBe(10);
    expect(candidatesOf(changes, 1, 5, stream()).candidates).toEqual(upTo(25)); // three of five
  });

  it('hides three quarters of the features and scales up the rest', async () => {
    // The class is 1 exactly where the sum of the kept features exceeds 2.5: where any of the four is kept.
    const n = 4000;
    const features = rowsOf(upTo(n).map(() => [1, 1, 1, 1]));
    const head = {
      weights: rowsOf([
        [0, 0, 0, 0],
        [1, 1, 1, 1],
      ]),
      bias: Float64Array.of(2.5, 0),
    };
    const { classes, changes } = await countChanges({ features, head, rate: 0.75, passes: 3 }, stream(), silentJob);
    expect(classes.every((c) => c === 1)).toBe(true);
    const share = changes.reduce((sum, c) => sum + c, 0) / (3 * n);
    expect(Math.abs(share - 0.75 ** 4)).toBeLessThan(4 * Math.sqrt((0.75 ** 4 * (1 - 0.75 ** 4)) / (3 * n)));
  });

  it('is k-means without a model, labelled images taken into account', async () => {
    const { head: _, ...context } = randomContext({ pool: 50, labelled: 6 });
    const { features, labelledFeatures } = context;
    const same = { ...context, representation: features!, labelledRepresentation: labelledFeatures! };
    expect(await run(context, 10)).toEqual(await runWith(kMeans, same, 10, stream(), silentJob));
  });

  it('runs before the first training, and uses the model once there is one', () => {
    expect(needsModel(dropQuery)).toBe(false);
    expect(usesModel(dropQuery, { ...createEncoder('small', [1, 16, 16], 0), pretrained: true })).toBe(true);
  });

  it('says why', async () => {
    const context = { ...randomContext({ pool: 40, labelled: 3 }), classNames: ['joy', 'fear', 'anger'] };
    const picks = await run(context, 40);
    const reasons = picks.map((p) => p.reason);
    expect(reasons[0]).toMatch(/^the guess \((joy|fear|anger)\) changed [123] of 3 times when parts were hidden$/);
    const unchanged = picks.filter((p) => p.score === 0);
    for (const { reason } of unchanged) expect(reason).toMatch(/^drawn by chance; the guess \(\w+\) never changed/);
  });

  it('checks a head that is there', async () => {
    const context = randomContext({ pool: 10 });
    const narrow = { weights: rowsOf([[1], [2], [3]]), bias: new Float64Array(3) };
    await expect(run({ ...context, head: narrow }, 2)).rejects.toMatchObject({
      code: 'input',
      message: 'The head\'s weights have 1 columns, but "features" has 5.',
    });
  });

  it('refuses wrong options in one sentence', () => {
    expect(() => dropQuery.withOptions({ rate: 1 })).toThrow(
      /^The option "rate" of the strategy dropQuery can't be used: .*\.$/,
    );
    expect(dropQuery.withOptions({}).options).toEqual({ rate: 0.75, passes: 3 });
  });
});
