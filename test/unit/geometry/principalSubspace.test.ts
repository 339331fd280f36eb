import { describe, expect, it } from 'vitest';
import { principalSubspace } from '../../../src/engine/geometry/principalSubspace';
import { silentJob } from '../../../src/engine/job';
import { type Matrix, matrix, row } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { dot } from '../../../src/engine/numeric/vectors';

const [ROWS, COLUMNS] = [60, 200];

/** Rows around the origin that vary along given orthogonal axes, by less and less. */
function spread(strengths: readonly number[], noise: number): Matrix<Float32Array> {
  const random = Random.stream(4, 'split');
  const data = new Float32Array(ROWS * COLUMNS);
  for (let i = 0; i < ROWS; i++)
    for (let j = 0; j < COLUMNS; j++)
      data[i * COLUMNS + j] = (strengths[j % 20] ?? 0) * (j < 20 ? random.normal() : 0) + noise * random.normal();
  return matrix(ROWS, COLUMNS, data);
}

const energy = (rows: Matrix<Float32Array>): number => rows.data.reduce((sum, value) => sum + value * value, 0);

/** Squared length of the rows within the span of orthonormal directions. */
const within = (rows: Matrix, directions: Matrix): number => {
  let sum = 0;
  for (let i = 0; i < rows.rows; i++)
    for (let k = 0; k < directions.rows; k++) sum += dot(row(rows, i), row(directions, k)) ** 2;
  return sum;
};

describe('principalSubspace', () => {
  it('gives orthonormal directions that hold what the rows vary in', async () => {
    const rows = spread([9, 8, 7, 6, 5], 0.01);
    const directions = await principalSubspace(rows, 5, silentJob);
    expect([directions.rows, directions.columns]).toEqual([5, COLUMNS]);
    for (let a = 0; a < 5; a++)
      for (let b = 0; b < 5; b++) expect(dot(row(directions, a), row(directions, b))).toBeCloseTo(a === b ? 1 : 0, 5);
    expect(within(rows, directions) / energy(rows)).toBeGreaterThan(0.9999);
  });

  it('prefers the directions of most variance where it can not have all', async () => {
    const rows = spread([9, 8, 7, 1, 1, 1], 0);
    const directions = await principalSubspace(rows, 3, silentJob);
    let strong = 0;
    for (let i = 0; i < ROWS; i++) for (let j = 0; j < 3; j++) strong += row(rows, i)[j]! ** 2;
    expect(within(rows, directions)).toBeGreaterThan(0.999 * strong);
  });

  it('gives no more directions than the rows span, and keeps their distances then', async () => {
    const rows = spread([3, 2], 0);
    const directions = await principalSubspace(rows, 50, silentJob);
    expect(directions.rows).toBe(2);
    expect(within(rows, directions)).toBeCloseTo(energy(rows), 1);
    const few = matrix(4, COLUMNS, rows.data.slice(0, 4 * COLUMNS));
    expect((await principalSubspace(few, 512, silentJob)).rows).toBe(2);
  });

  it('gives the same bytes each time', async () => {
    const rows = spread([9, 8, 7, 6, 5], 0.1);
    const [once, again] = [await principalSubspace(rows, 12, silentJob), await principalSubspace(rows, 12, silentJob)];
    expect(again.data).toEqual(once.data);
  });
});
