import { describe, expect, it } from 'vitest';
import { columnStandardisation, overallStandardisation } from '../../../src/engine/learner/standardisation';
import { fromRows } from './data';

describe('standardisation', () => {
  // Column means 2, 10, 5; standard deviations 1, 3, 0.
  const features = fromRows([
    [1, 7, 5],
    [3, 13, 5],
  ]);

  it('scales each column by its own standard deviation, a constant one not at all', () => {
    const { mean, scale } = columnStandardisation(features);
    expect([...mean]).toEqual([2, 10, 5]);
    expect([...scale]).toEqual([1, 3, 1]);
  });

  it('scales all columns by the root mean square of the standard deviations', () => {
    const { mean, scale } = overallStandardisation(features);
    expect([...mean]).toEqual([2, 10, 5]);
    scale.forEach((s) => {
      expect(s).toBeCloseTo(Math.sqrt(10 / 3), 12);
    });
  });

  it('takes a weight of 2 for two copies of the row and 0 for none', () => {
    const copied = fromRows([
      [1, 7, 5],
      [3, 13, 5],
      [3, 13, 5],
    ]);
    const weighted = fromRows([
      [1, 7, 5],
      [3, 13, 5],
      [99, -99, Number.NaN],
    ]);
    for (const standardise of [columnStandardisation, overallStandardisation]) {
      const a = standardise(copied);
      const b = standardise(weighted, [1, 2, 0]);
      for (let j = 0; j < 3; j++) {
        expect(b.mean[j]).toBeCloseTo(a.mean[j], 12);
        expect(b.scale[j]).toBeCloseTo(a.scale[j], 12);
      }
    }
  });

  it('gives a scale of 1 to a single row and to a column that varies by rounding only', () => {
    expect([...overallStandardisation(fromRows([[4, 5]])).scale]).toEqual([1, 1]);
    expect([...columnStandardisation(fromRows([[4, 5]])).scale]).toEqual([1, 1]);
    expect([...columnStandardisation(fromRows([[1e6], [1e6 + 1e-4]])).scale]).toEqual([1]);
  });
});
