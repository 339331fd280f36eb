import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/numeric/random';
import {
  areaUnderBudgetCurve,
  bootstrapInterval,
  defaultAxis,
  labelsToReach,
  mean,
  median,
  pairedComparison,
  quantile,
  sampleStandardDeviation,
  studentInterval,
  studentQuantile,
} from '../../../src/shared/statistics';

const uniform = (seed = 1) => {
  const random = Random.stream(seed, 'test');
  return () => random.uniform();
};

describe('mean, spread and quantiles', () => {
  it('agree with values worked out by hand', () => {
    expect(mean([1, 2, 3, 4])).toBe(2.5);
    expect(sampleStandardDeviation([1, 2, 3, 4])).toBeCloseTo(Math.sqrt(5 / 3), 12);
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([10, 20, 30, 40, 50], 0.1)).toBeCloseTo(14, 12);
  });

  it('are null where they are not defined', () => {
    expect(mean([])).toBeNull();
    expect(median([])).toBeNull();
    expect(sampleStandardDeviation([3])).toBeNull();
  });

  it('leave the values in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe("Student's t", () => {
  it.each([
    [1, 12.7062],
    [2, 4.30265],
    [3, 3.18245],
    [4, 2.77645],
    [9, 2.26216],
    [29, 2.04523],
    [120, 1.97993],
  ])('has the tabulated 97.5 %% quantile for %i degrees of freedom', (degrees, expected) => {
    expect(studentQuantile(0.95, degrees)).toBeCloseTo(expected, 4);
  });

  it('gives the interval of 1, 2, 3: 2 ± 4.30265 / √3', () => {
    const interval = studentInterval([1, 2, 3]);
    expect(interval?.low).toBeCloseTo(-0.48414, 4);
    expect(interval?.high).toBeCloseTo(4.48414, 4);
    expect(studentInterval([1])).toBeNull();
  });

  it('refuses levels and degrees of freedom that make no sense', () => {
    expect(() => studentQuantile(1, 3)).toThrow(RangeError);
    expect(() => studentQuantile(0.95, 0)).toThrow(RangeError);
  });
});

describe('the bootstrap', () => {
  it('of three values reaches from the smallest to the largest: each has 1 chance in 27', () => {
    expect(bootstrapInterval([1, 2, 6], uniform())).toEqual({ low: 1, high: 6 });
  });

  it('of many values comes near the normal interval', () => {
    const random = Random.stream(3, 'values');
    const values = Array.from({ length: 200 }, () => random.normal());
    const half = (1.96 * (sampleStandardDeviation(values) ?? 0)) / Math.sqrt(200);
    const interval = bootstrapInterval(values, uniform());
    expect(interval?.low).toBeCloseTo((mean(values) ?? 0) - half, 1);
    expect(interval?.high).toBeCloseTo((mean(values) ?? 0) + half, 1);
  });

  it('is repeatable, and null for one value', () => {
    const values = [0.1, 0.4, 0.2, 0.9, 0.5];
    expect(bootstrapInterval(values, uniform(7))).toEqual(bootstrapInterval(values, uniform(7)));
    expect(bootstrapInterval([1], uniform())).toBeNull();
  });
});

describe('pairedComparison', () => {
  const ours = new Map([
    [0, 0.5],
    [1, 0.6],
    [2, 0.7],
    [9, 0.1],
  ]);
  const theirs = new Map([
    [2, 0.4],
    [1, 0.4],
    [0, 0.4],
    [5, 0.9],
  ]);

  it("pairs by seed, leaves seeds of one side out, and takes Student's interval for few", () => {
    const result = pairedComparison(ours, theirs, uniform());
    expect(result).toMatchObject({ n: 3, wins: 3, interval: 'student-t' });
    expect(result?.mean).toBeCloseTo(0.2, 12);
    // Differences 0.1, 0.2, 0.3: sd 0.1, half-width 4.30265 · 0.1 / √3 = 0.248414.
    expect(result?.low).toBeCloseTo(-0.048414, 5);
    expect(result?.high).toBeCloseTo(0.448414, 5);
  });

  it('has no interval for one pair, and no result for none', () => {
    expect(pairedComparison(new Map([[1, 0.4]]), new Map([[1, 0.6]]), uniform())).toMatchObject({
      n: 1,
      wins: 0,
      low: null,
      high: null,
      interval: null,
    });
    expect(pairedComparison(ours, new Map(), uniform())).toBeNull();
  });

  it("takes the bootstrap from 30 pairs on: at ten it is a fifth narrower than Student's", () => {
    const upTo = (n: number) => {
      const none = new Map(Array.from({ length: n }, (_, seed) => [seed, 0]));
      return pairedComparison(new Map(Array.from({ length: n }, (_, seed) => [seed, seed / n])), none, uniform())!;
    };
    const [ten, thirty] = [upTo(10), upTo(30)];
    expect(ten).toMatchObject({ n: 10, wins: 9, interval: 'student-t' });
    // 0.45 ± 2.26216 · 0.302765 / √10
    expect(ten.low).toBeCloseTo(0.2334, 3);
    expect(ten.high).toBeCloseTo(0.6666, 3);
    const width = ({ low, high }: { low: number | null; high: number | null }) => high! - low!;
    expect(width(ten.bootstrap!) / width(ten)).toBeCloseTo(0.82, 1);
    expect(thirty).toMatchObject({ n: 30, interval: 'bootstrap', low: thirty.bootstrap?.low });
  });
});

describe('areaUnderBudgetCurve', () => {
  const curve = [
    { labelled: 400, value: 0.6 },
    { labelled: 100, value: 0.2 },
    { labelled: 200, value: 0.4 },
  ];

  it('weighs by labels on a linear axis: (100 · 0.3 + 200 · 0.5) / 300', () => {
    expect(areaUnderBudgetCurve(curve, 'linear')).toBeCloseTo(130 / 300, 12);
  });

  it('weighs by doublings on a logarithmic axis: (0.3 + 0.5) / 2', () => {
    expect(areaUnderBudgetCurve(curve, 'log')).toBeCloseTo(0.4, 12);
  });

  it('of one point is its value, of none null', () => {
    expect(areaUnderBudgetCurve([{ labelled: 7, value: 0.3 }], 'log')).toBe(0.3);
    expect(areaUnderBudgetCurve([], 'linear')).toBeNull();
  });

  it('never leaves the range of the values by rounding', () => {
    for (let last = 11; last < 400; last++) {
      const flat = [10, 10 + last / 3, 10 + last].map((labelled) => ({ labelled, value: 1 }));
      expect(areaUnderBudgetCurve(flat, 'log')).toBe(1);
    }
  });

  it('refuses 0 labels on a logarithmic axis', () => {
    expect(() => areaUnderBudgetCurve([{ labelled: 0, value: 0 }, ...curve], 'log')).toThrow(RangeError);
  });
});

describe('labelsToReach', () => {
  const curve = [
    { labelled: 100, value: 0.3 },
    { labelled: 200, value: 0.5 },
    { labelled: 300, value: 0.45 },
    { labelled: 400, value: 0.6 },
  ];

  it('interpolates in the logarithm of the budget', () => {
    expect(labelsToReach(curve, 0.4)).toBeCloseTo(100 * Math.SQRT2, 9);
    expect(labelsToReach(curve, 0.5)).toBeCloseTo(200, 9);
  });

  it('follows the running maximum over a dip: 0.5 at 300, 0.6 at 400', () => {
    expect(labelsToReach(curve, 0.55)).toBeCloseTo(Math.sqrt(300 * 400), 9);
  });

  it('gives the first budget for what is there from the start, and null for what is never reached', () => {
    expect(labelsToReach(curve, 0.1)).toBe(100);
    expect(labelsToReach(curve, 0.61)).toBeNull();
    expect(labelsToReach([], 0.1)).toBeNull();
  });

  it('goes linearly from 0 labels, which have no logarithm', () => {
    const fromNothing = [
      { labelled: 0, value: 0.1 },
      { labelled: 100, value: 0.3 },
    ];
    expect(labelsToReach(fromNothing, 0.2)).toBeCloseTo(50, 9);
  });
});

describe('defaultAxis', () => {
  it('is logarithmic from a factor of ten on', () => {
    expect(defaultAxis([7, 14, 70])).toBe('log');
    expect(defaultAxis([10, 99])).toBe('linear');
    expect(defaultAxis([0, 100])).toBe('linear');
  });
});
