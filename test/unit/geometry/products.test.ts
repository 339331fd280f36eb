import { afterEach, describe, expect, it } from 'vitest';
import { crossProducts, forEachPairProducts, forEachProductRow } from '../../../src/engine/geometry/products';
import type { Matrix } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';

function normal(rows: number, columns: number, seed: number): Matrix<Float32Array> {
  const random = Random.stream(seed, 'test');
  return { rows, columns, data: Float32Array.from({ length: rows * columns }, () => random.normal()) };
}

function product(a: Matrix, b: Matrix, i: number, j: number): number {
  let sum = 0;
  for (let t = 0; t < a.columns; t++) sum += a.data[i * a.columns + t] * b.data[j * a.columns + t];
  return sum;
}

describe('cross products', () => {
  it.each([
    ['plain', 7, 9, 5],
    ['plain', 1, 1, 1],
    ['plain', 3, 4, 0],
    ['plain', 5, 0, 3],
    ['native', 300, 257, 65],
    ['native', 1, 8000, 600],
  ])('are right in %s code: %i × %i of %i', async (_, n, m, d) => {
    const [a, b] = [normal(n, d, 1), normal(m, d, 2)];
    const products = await crossProducts(a, b);
    expect([products.rows, products.columns, products.data.length]).toEqual([n, m, n * m]);
    const wrong: number[] = [];
    for (let at = 0; at < n * m; at += 1 + Math.floor((n * m) / 20_000)) {
      const expected = product(a, b, Math.floor(at / m), at % m);
      if (Math.abs(products.data[at] - expected) > 2e-6 * (10 + d)) wrong.push(at);
    }
    expect(wrong).toEqual([]);
  });

  it('take doubles', async () => {
    const a = normal(200, 150, 1);
    const doubles = { rows: 200, columns: 150, data: Float64Array.from(a.data) };
    expect((await crossProducts(doubles, doubles)).data).toEqual((await crossProducts(a, a)).data);
  });

  it('are the same for equal rows, wherever they stand', async () => {
    const a = normal(301, 128, 1);
    const b = normal(307, 128, 2);
    for (const i of [17, 128, 300]) a.data.set(a.data.subarray(0, 128), i * 128);
    for (const j of [3, 64, 255, 306]) b.data.set(b.data.subarray(0, 128), j * 128);
    const { data } = await crossProducts(a, b);
    const rows = Array.from({ length: 301 }, (_, i) => data.subarray(i * 307, (i + 1) * 307));
    for (const i of [17, 128, 300]) expect(rows[i]).toEqual(rows[0]);
    for (const j of [3, 64, 255, 306]) expect(rows.every((r) => r[j] === r[0])).toBe(true);
  });

  describe('depend on their two rows alone', () => {
    const threads = process.env.WARMSTART_THREADS;
    afterEach(() => {
      if (threads === undefined) delete process.env.WARMSTART_THREADS;
      else process.env.WARMSTART_THREADS = threads;
    });

    // 512 columns are summed in four blocks, 129 in two, 96 in one
    it.each([512, 129, 96])('not on how many others there are, nor on the threads: %i columns', async (d) => {
      const [a, b] = [normal(200, d, 1), normal(3000, d, 2)];
      const some = (m: Matrix<Float32Array>, from: number, rows: number): Matrix<Float32Array> => ({
        rows,
        columns: d,
        data: m.data.slice(from * d, (from + rows) * d),
      });
      const all = (await crossProducts(a, b)).data;
      const wrong: string[] = [];
      for (const count of ['1', '2', '5', '16']) {
        process.env.WARMSTART_THREADS = count;
        for (const [n, m] of [
          [200, 3000],
          [1, 3000],
          [2, 2999],
          [7, 1025],
          [200, 513],
          [200, 300],
          [200, 127],
          [200, 1],
          [171, 7],
          [171, 171],
        ]) {
          const [i0, j0] = [200 - n, 3000 - m];
          const forward = await crossProducts(some(a, i0, n), some(b, j0, m));
          const back = await crossProducts(some(b, j0, m), some(a, i0, n));
          for (let i = 0; i < n; i++)
            for (let j = 0; j < m; j++) {
              const expected = all[(i0 + i) * 3000 + j0 + j];
              if (forward.data[i * m + j] !== expected) wrong.push(`${count} threads, ${n} × ${m}: ${i}, ${j}`);
              if (back.data[j * n + i] !== expected) wrong.push(`${count} threads, ${m} × ${n}: ${j}, ${i}`);
            }
        }
      }
      expect(wrong.slice(0, 5)).toEqual([]);
    });

    it('nor on the blocks in which they are computed', async () => {
      const [a, b] = [normal(450, 130, 1), normal(20_000, 130, 2)];
      const blocks: number[] = [];
      const sums: number[] = [];
      const visit = (i: number, products: Float32Array): void => {
        sums[i] = products.reduce((sum, p) => sum + p, 0);
      };
      await forEachProductRow(a, b, visit, async (done) => void blocks.push(done));
      expect(blocks).toEqual([200, 400, 450]);
      for (const i of [0, 199, 200, 449]) {
        const alone = await crossProducts({ rows: 1, columns: 130, data: a.data.slice(i * 130, (i + 1) * 130) }, b);
        expect(sums[i]).toBe(alone.data.reduce((sum, p) => sum + p, 0));
      }
    });
  });

  it('refuse rows of different lengths', async () => {
    await expect(crossProducts(normal(2, 3, 1), normal(2, 4, 1))).rejects.toThrow(RangeError);
  });

  it('come row by row, in blocks of bounded memory', async () => {
    const [a, b] = [normal(900, 16, 1), normal(20_000, 16, 2)]; // 72 MB of products in all
    const visited: number[] = [];
    const blocks: number[] = [];
    await forEachProductRow(
      a,
      b,
      (i, products) => {
        visited.push(i);
        expect(products).toHaveLength(20_000);
        expect(Math.abs(products[i] - product(a, b, i, i))).toBeLessThan(1e-4);
      },
      async (done) => void blocks.push(done),
    );
    expect(visited).toEqual(Array.from({ length: 900 }, (_, i) => i));
    expect(blocks).toEqual([200, 400, 600, 800, 900]);
  });

  it('stop where the step after a block throws', async () => {
    const a = normal(900, 16, 1);
    let rows = 0;
    const stop = async (): Promise<void> => {
      throw new Error('enough');
    };
    await expect(forEachProductRow(a, normal(20_000, 16, 2), () => void rows++, stop)).rejects.toThrow('enough');
    expect(rows).toBe(200);
  });
});

describe('products of all pairs', () => {
  it.each([
    ['plain', 9, 5],
    ['plain', 1, 3],
    ['plain', 0, 3],
    ['native', 2500, 130], // two blocks
  ])('equal those of all rows with all, each pair once, in %s code: %i rows of %i', async (_, n, d) => {
    const a = normal(n, d, 4);
    const { data } = await crossProducts(a, a);
    const seen: number[] = [];
    const blocks: number[] = [];
    const visit = (i: number, products: Float32Array): void => {
      seen.push(i);
      expect(products).toEqual(data.subarray(i * n + i, (i + 1) * n));
    };
    await forEachPairProducts(a, visit, async (done) => {
      blocks.push(done);
    });
    expect(seen).toEqual(Array.from({ length: n }, (_, i) => i));
    expect(blocks.at(-1) ?? 0).toBe(n);
    expect(blocks.length > 1).toBe(n === 2500);
  });
});
