import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/numeric/random';
import { holm, pairsNeeded, signFlipTest } from '../../../src/shared/signFlip';

const uniform = (seed = 1) => {
  const random = Random.stream(seed, 'test');
  return () => random.uniform();
};
const exact = (differences: readonly number[]) => signFlipTest(differences, uniform())?.p;

describe('signFlipTest', () => {
  it('of three differences of one sign is 2 / 2³, the smallest possible', () => {
    expect(signFlipTest([0.01, 0.02, 0.03], uniform())).toEqual({ p: 0.25, n: 3, exact: true, smallest: 0.25 });
  });

  // All 2ⁿ sign patterns enumerated with numpy 1.24.2: mean over product([1, -1], repeat=n) of |d·s| >= |Σd|.
  it.each([
    [[0.01, -0.02, 0.03], 0.75],
    [[0.01, 0.01, -0.01, 0.01, 0.01], 0.375],
    [[0.012, -0.004, 0.021, 0.008, 0.015, -0.001, 0.009, 0.017, 0.003, 0.011], 0.01171875],
    [[0.0216, 0.008, 0.0138, 0.0264, 0.0227, -0.0058, 0.0135, 0.0025, 0.003, 0.0081, 0.0054, 0.0185], 0.0029296875],
  ])('of %j is %d', (differences, p) => {
    expect(exact(differences)).toBe(p);
  });

  it('is null without pairs, and 1 for one pair', () => {
    expect(signFlipTest([], uniform())).toBeNull();
    expect(signFlipTest([0.3], uniform())).toMatchObject({ p: 1, smallest: 1 });
  });

  it('samples beyond 16 pairs, repeatably, and never gives 0', () => {
    const equal = new Array<number>(20).fill(0.01);
    const result = signFlipTest(equal, uniform(), 1000);
    expect(result).toMatchObject({ n: 20, exact: false, smallest: 1 / 1001 });
    expect(result?.p).toBeGreaterThanOrEqual(1 / 1001);
    expect(result?.p).toBeLessThan(0.01);
    // 17 fair signs, 11 of them positive: P(|X − 8.5| ≥ 2.5) for X ~ Binomial(17, ½) is 0.3323 (math.comb).
    const mixed = Array.from({ length: 17 }, (_, i) => (i < 11 ? 1 : -1));
    const sampled = signFlipTest(mixed, uniform(3));
    expect(Math.abs((sampled?.p ?? 0) - 0.3323)).toBeLessThan(0.006); // four standard errors of 100,000 samples
    expect(signFlipTest(mixed, uniform(3))).toEqual(sampled);
  });

  const hundredth = fc.integer({ min: -100, max: 100 }).map((n) => n / 100);
  const differences = fc.array(hundredth, { minLength: 1, maxLength: 9 });

  it('of identical rows is 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), (n) => {
        expect(exact(new Array<number>(n).fill(0))).toBe(1);
      }),
    );
  });

  it('knows neither order, sign nor scale, and lies between its smallest value and 1', () => {
    fc.assert(
      fc.property(differences, (values) => {
        const p = exact(values) ?? 0;
        expect(exact(values.toReversed())).toBe(p);
        expect(exact(values.map((value) => -value))).toBe(p);
        expect(exact(values.map((value) => value * 4))).toBe(p); // a power of two: no rounding
        expect(p).toBeGreaterThanOrEqual(2 ** (1 - values.length));
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('holm', () => {
  it('multiplies the smallest by m, the next by m − 1 … and never falls', () => {
    // 0.005 · 4, 0.01 · 3, 0.03 · 2, then 0.04 · 1 raised to 0.06.
    const corrected = holm([0.01, 0.04, 0.03, 0.005]);
    for (const [i, expected] of [0.03, 0.06, 0.06, 0.02].entries()) expect(corrected[i]).toBeCloseTo(expected, 12);
  });

  it('stops at 1, and neither counts nor corrects what was not tested', () => {
    expect(holm([0.6, null, 0.7])).toEqual([1, null, 1]);
    expect(holm([0.04, null])).toEqual([0.04, null]);
    expect(holm([])).toEqual([]);
  });

  it('is never below p, never above Bonferroni, and keeps the order', () => {
    const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(ps, (values) => {
        const corrected = holm(values).map((p) => p ?? -1);
        for (const [i, p] of values.entries()) {
          expect(corrected[i]).toBeGreaterThanOrEqual(p);
          expect(corrected[i]).toBeLessThanOrEqual(Math.min(1, values.length * p));
          for (const [j, other] of values.entries())
            if (p < other) expect(corrected[i]).toBeLessThanOrEqual(corrected[j]);
        }
      }),
    );
  });
});

describe('pairsNeeded', () => {
  it('is 6 for one test: 2 / 2⁶ = 0.031, 2 / 2⁵ = 0.063; 10 for sixteen', () => {
    expect(pairsNeeded(1)).toBe(6);
    expect(pairsNeeded(16)).toBe(10);
  });
});
