import { describe, expect, it } from 'vitest';
import { standardisationOf } from '../../../src/engine/learner/standardisation';
import { fromRows } from './data';

describe('standardisation', () => {
  it('centres each column and scales all by the root mean square of the standard deviations', () => {
    // Column means 2, 10, 5; standard deviations 1, 3, 0.
    const { mean, scale } = standardisationOf(
      fromRows([
        [1, 7, 5],
        [3, 13, 5],
      ]),
    );
    expect([...mean]).toEqual([2, 10, 5]);
    expect(scale).toBeCloseTo(Math.sqrt(10 / 3), 12);
  });

  it('gives a scale of 1 to a single row', () => {
    expect(standardisationOf(fromRows([[4, 5]])).scale).toBe(1);
  });
});
