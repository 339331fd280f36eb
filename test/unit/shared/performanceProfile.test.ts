import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { performanceProfile, ratiosToBest } from '../../../src/shared/performanceProfile';

const costs = [
  [0.6, 0.5, 0.55],
  [0.4, 0.44, 0.4],
  [0.3, 0.33, 0.45],
];

describe('performanceProfile', () => {
  it('divides by the best of the problem', () => {
    // numpy 1.24.2: C / C.min(1, keepdims=True)
    const expected = [
      [1.2, 1, 1.1],
      [1, 1.1, 1],
      [1, 1.1, 1.5],
    ];
    for (const [i, row] of ratiosToBest(costs).entries())
      for (const [j, ratio] of row.entries()) expect(ratio).toBeCloseTo(expected[i][j], 12);
    expect(ratiosToBest([[0, 0, 0.1]])).toEqual([[1, 1, Number.POSITIVE_INFINITY]]);
  });

  it('counts the problems within a factor; at 1 the wins, ties for all', () => {
    const profile = performanceProfile(costs);
    const at = (tau: number) => {
      const t = profile!.taus.findLastIndex((candidate) => candidate <= tau + 1e-9);
      return profile!.shares.map((heights) => heights[t]);
    };
    expect(profile?.taus).toHaveLength(51);
    expect(profile?.taus[0]).toBe(1);
    expect(profile?.taus.at(-1)).toBe(1.5);
    expect(at(1)).toEqual([2 / 3, 1 / 3, 1 / 3]);
    expect(at(1.11)).toEqual([2 / 3, 1, 2 / 3]);
    expect(at(1.21)).toEqual([1, 1, 2 / 3]);
    expect(at(1.5)).toEqual([1, 1, 1]);
    // 0.67 below 1.2 (20 of 51 factors), then 1.
    expect(profile?.area[0]).toBeCloseTo((20 * (2 / 3) + 31) / 51, 12);
  });

  it('has no profile without problems, and a flat one where all are equal', () => {
    expect(performanceProfile([])).toBeNull();
    const equal = performanceProfile([[0.2, 0.2]]);
    expect(equal?.taus.at(-1)).toBe(1.01);
    expect(equal?.area).toEqual([1, 1]);
  });

  it('holds every finite ratio in its last step, also one that rounding puts above it', () => {
    const profile = performanceProfile([[0.1, 0.14]]); // 0.14 / 0.1 > 1.4
    expect(profile?.taus.at(-1)).toBe(1.4);
    expect(profile?.shares[1]?.at(-1)).toBe(1);
  });

  it('never falls with τ, starts with the wins, and ends at 1 unless a ratio is infinite', () => {
    const row = fc.array(
      fc.integer({ min: 0, max: 50 }).map((n) => n / 50),
      { minLength: 3, maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (problems) => {
        const profile = performanceProfile(problems)!;
        expect(profile.taus).toEqual([...profile.taus].sort((a, b) => a - b));
        for (const [method, heights] of profile.shares.entries()) {
          for (let t = 1; t < heights.length; t++) expect(heights[t]).toBeGreaterThanOrEqual(heights[t - 1]);
          const wins = problems.filter((values) => values[method] === Math.min(...values)).length;
          expect(heights[0]).toBe(wins / problems.length);
          const lost = problems.filter((values) => values[method] > 0 && Math.min(...values) === 0).length;
          expect(heights.at(-1)).toBe((problems.length - lost) / problems.length);
        }
        expect(profile.shares.reduce((sum, heights) => sum + heights[0], 0)).toBeGreaterThanOrEqual(1 - 1e-12);
      }),
    );
  });
});
