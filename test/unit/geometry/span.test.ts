import { describe, expect, it } from 'vitest';
import { crossProducts } from '../../../src/engine/geometry/products';
import { spanCoordinates } from '../../../src/engine/geometry/span';
import { silentJob } from '../../../src/engine/job';
import { type Matrix, matrix, row, takeRows } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';

function normal(rows: number, columns: number): Matrix<Float32Array> {
  const random = Random.stream(4, 'span');
  return matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => random.normal()),
  );
}

async function expectSameProducts(rows: Matrix<Float32Array>): Promise<Matrix<Float64Array>> {
  const turned = await spanCoordinates(rows, silentJob);
  const [before, after] = [await crossProducts(rows, rows), await crossProducts(turned, turned)];
  const size = rows.columns;
  before.data.forEach((product, i) => {
    expect(after.data[i] / size).toBeCloseTo(product / size, 4);
  });
  return turned;
}

describe('coordinates in the span of rows', () => {
  it.each([
    [1, 5],
    [6, 40],
    [31, 700],
  ])('keep the inner products of %i rows of %i numbers, in a triangle', async (n, d) => {
    const turned = await expectSameProducts(normal(n, d));
    expect([turned.rows, turned.columns]).toEqual([n, n]);
    for (let i = 0; i < n; i++) expect([...row(turned, i).subarray(i + 1)].every((value) => value === 0)).toBe(true);
  });

  it('give a row that others give already no direction of its own', async () => {
    const turned = await expectSameProducts(takeRows(normal(3, 50), [0, 1, 0, 2, 1]));
    expect([2, 4].every((column) => [0, 1, 2, 3, 4].every((i) => row(turned, i)[column] === 0))).toBe(true);
    row(turned, 2).forEach((value, j) => {
      expect(value).toBeCloseTo(turned.data[j], 6);
    });
  });

  it('take rows of zeros', async () => {
    const turned = await spanCoordinates(matrix(3, 9, new Float32Array(27)), silentJob);
    expect([...turned.data]).toEqual(new Array(9).fill(0));
  });

  it('stop when cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const asked = spanCoordinates(normal(6, 9), { signal: controller.signal, report: () => {} });
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  });
});
