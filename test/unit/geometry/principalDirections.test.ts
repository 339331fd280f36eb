import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { principalDirections } from '../../../src/engine/geometry/principalDirections';
import { Random } from '../../../src/engine/numeric/random';
import { dot } from '../../../src/engine/numeric/vectors';
import { rowsOf, smallRows } from '../../support/contexts';

describe('principal directions', () => {
  it('are orthonormal, and no more than the rows span', () => {
    fc.assert(
      fc.property(smallRows(4), fc.integer({ min: 1, max: 6 }), (rows, count) => {
        const directions = principalDirections(rowsOf(rows), count);
        expect(directions.length).toBeLessThanOrEqual(Math.min(count, 4, rows.length));
        for (const [a, x] of directions.entries())
          for (const [b, y] of directions.entries()) expect(Math.abs(dot(x, y) - (a === b ? 1 : 0))).toBeLessThan(1e-9);
      }),
      { seed: 1 },
    );
  });

  it('find where most of the length lies', () => {
    const random = Random.stream(1, 'test');
    const rows = Array.from({ length: 3000 }, () =>
      Array.from({ length: 30 }, (_, j) => random.normal() * (j % 10 === 3 ? 3 : 0.1)),
    );
    const directions = principalDirections(rowsOf(rows), 3);
    for (const j of [3, 13, 23]) expect(directions.reduce((sum, v) => sum + v[j] ** 2, 0)).toBeGreaterThan(0.999);
  });

  it('are none for rows of zeros', () => {
    expect(principalDirections(rowsOf([[0, 0]]), 2)).toEqual([]);
  });
});
