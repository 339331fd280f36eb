import { describe, expect, it } from 'vitest';
import { matrix } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { contrastiveHealth, effectiveRank } from '../../../src/engine/pretrain/health';
import { hasCollapsed } from '../../../src/shared/encoderHealth';

describe('the effective rank', () => {
  /** Rows along so many directions, each as long. */
  const along = (directions: number, rows: number, columns: number) => {
    const data = new Float32Array(rows * columns);
    for (let i = 0; i < rows; i++) data[i * columns + (i % directions)] = (i / directions) & 1 ? 1 : -1;
    return matrix(rows, columns, data);
  };

  it.each([
    ['more rows than numbers', 240, 30],
    ['fewer', 240, 500],
  ])('is the number of directions that rows vary in: %s', async (_, rows, columns) => {
    for (const directions of [1, 5, 20])
      expect(await effectiveRank(along(directions, rows, columns))).toBeCloseTo(directions, 4);
  });

  it('does not depend on which way it is computed', async () => {
    const random = Random.stream(0, 'rows');
    const data = Float32Array.from({ length: 40 * 39 }, (_, i) => 3 + random.normal() * (1 + (i % 39)));
    const narrow = await effectiveRank(matrix(40, 39, data));
    const wide = new Float32Array(40 * 60);
    for (let i = 0; i < 40; i++) wide.set(data.subarray(i * 39, (i + 1) * 39), i * 60);
    expect(await effectiveRank(matrix(40, 60, wide))).toBeCloseTo(narrow, 3);
  });

  it('is 0 where all rows are equal', async () => {
    expect(await effectiveRank(matrix(3, 5, new Float32Array(15).fill(2)))).toBe(0);
  });
});

describe('the uniformity', () => {
  it('of a collapsed network that gives zeros is that of one point', () => {
    expect(contrastiveHealth(new Float32Array(8 * 5), 5)).toEqual({ alignment: 0, uniformity: 0 });
    const same = Float32Array.from({ length: 8 * 4 }, (_, i) => (i % 4 === 0 ? 1 : 0));
    expect(contrastiveHealth(same, 4)).toEqual({ alignment: 0, uniformity: 0 });
    expect(hasCollapsed({ effectiveRank: 1.2 })).toBe(true);
    expect(hasCollapsed({ effectiveRank: 2 })).toBe(false);
  });
});
