import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aheadByPairedT, pairwisePenalty, type SeedValues } from '../../../src/shared/pairwisePenalty';

const seeds = (...values: number[]): SeedValues => new Map(values.map((value, seed) => [seed, value]));

// t = √5 · mean / sd (ddof 1) of the differences with numpy 1.24.2: x − y 5.376, x − z 0.645, y − z −0.870; the bound
// for 4 degrees of freedom is 2.776.
const x = seeds(0.412, 0.398, 0.42, 0.405, 0.417);
const y = seeds(0.401, 0.39, 0.402, 0.399, 0.404);
const z = seeds(0.405, 0.41, 0.4, 0.42, 0.39);

describe('aheadByPairedT', () => {
  it('follows the t statistic', () => {
    expect(aheadByPairedT(x, y)).toBe(1);
    expect(aheadByPairedT(y, x)).toBe(-1);
    expect(aheadByPairedT(x, z)).toBe(0);
    expect(aheadByPairedT(y, z)).toBe(0);
  });

  it('changes just at the bound of three seeds: differences 1, 1 + s, 1 − s have t = √3 / s, to exceed 4.30265', () => {
    const bound = Math.sqrt(3) / 4.30265;
    const differences = (s: number) => seeds(1, 1 + s, 1 - s);
    expect(aheadByPairedT(differences(bound - 1e-4), seeds(0, 0, 0))).toBe(1);
    expect(aheadByPairedT(differences(bound + 1e-4), seeds(0, 0, 0))).toBe(0);
  });

  it('takes common seeds only, and nothing below two of them', () => {
    expect(aheadByPairedT(new Map([[7, 1]]), new Map([[7, 0]]))).toBeNull();
    expect(aheadByPairedT(seeds(1, 2, 3), new Map([[9, 0]]))).toBeNull();
    expect(aheadByPairedT(new Map([...x, [9, -50]]), new Map([...y, [8, 50]]))).toBe(1);
  });

  it('finds no difference between equal rows, and an infinite t where all differ by the same', () => {
    expect(aheadByPairedT(x, x)).toBe(0);
    expect(aheadByPairedT(seeds(0.5, 0.75, 1), seeds(0.25, 0.5, 0.75))).toBe(1);
  });

  it('tests nothing where two methods do the same in every seed: each was run once', () => {
    expect(aheadByPairedT(seeds(0.5, 0.5, 0.5), seeds(0.25, 0.25, 0.25))).toBeNull();
    expect(aheadByPairedT(seeds(0.5, 0.5, 0.5), seeds(0.5, 0.5, 0.5))).toBe(0);
    expect(aheadByPairedT(seeds(0.5, 0.5, 0.5), seeds(0.25, 0.26, 0.25))).toBe(1);
  });
});

describe('pairwisePenalty', () => {
  it('counts wins over the settings: x beats y in one of two', () => {
    const { wins, penalty } = pairwisePenalty([
      [x, x],
      [y, x],
      [z, z],
    ]);
    expect(wins).toEqual([
      [0, 0.5, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(penalty).toEqual([0, 0.25, 0]);
  });

  it('leaves out settings that cannot be tested', () => {
    const { wins } = pairwisePenalty([
      [x, seeds(1)],
      [y, seeds(0)],
    ]);
    expect(wins[0][1]).toBe(1);
    const none = pairwisePenalty([[seeds(1)], [seeds(0)]]);
    expect(none.wins).toEqual([
      [0, null],
      [null, 0],
    ]);
    expect(none.penalty).toEqual([null, null]);
  });

  it('has at most one winner a pair and setting, an empty diagonal, and turns over with the sign of the values', () => {
    const value = fc.integer({ min: 0, max: 20 }).map((n) => n / 20);
    const setting = fc.array(value, { minLength: 4, maxLength: 4 });
    const methods = fc.array(fc.array(setting, { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(methods, (values) => {
        const of = (sign: number) =>
          pairwisePenalty(values.map((settings) => settings.map((row) => seeds(...row.map((v) => sign * v)))));
        const [plain, turned] = [of(1), of(-1)];
        for (const [i, row] of plain.wins.entries())
          for (const [j, share] of row.entries()) {
            expect((share ?? 0) + (plain.wins[j][i] ?? 0)).toBeLessThanOrEqual(1);
            if (i === j) expect(share).toBe(0);
            expect(turned.wins[j][i]).toBe(share);
          }
      }),
    );
  });
});
