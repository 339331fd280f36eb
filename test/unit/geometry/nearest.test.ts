import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FarthestPoints } from '../../../src/engine/geometry/farthestPoints';
import { lowerToNearest } from '../../../src/engine/geometry/nearest';
import { type Matrix, row } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { squaredDistance } from '../../../src/engine/numeric/vectors';

const now = async (): Promise<void> => {};

/** Clusters of very different width, some rows copied, some far from 0, where products in single precision cancel. */
function clusters(rows: number, columns: number, seed: number, offset = 0): Matrix<Float64Array> {
  const random = Random.stream(seed, 'test');
  const centres = Float64Array.from({ length: 5 * columns }, () => offset + random.normal());
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const [centre, width] = [random.integer(5), 10 ** -random.integer(5)];
    for (let j = 0; j < columns; j++) data[i * columns + j] = centres[centre * columns + j] + width * random.normal();
  }
  for (let copy = 0; copy < rows / 10; copy++) {
    const [from, to] = [random.integer(rows), random.integer(rows)];
    data.copyWithin(to * columns, from * columns, (from + 1) * columns);
  }
  return { rows, columns, data };
}

const single = (m: Matrix): Matrix => ({ ...m, data: Float32Array.from(m.data) });
const scaled = (m: Matrix, factor: number): Matrix => ({ ...m, data: m.data.map((v) => v * factor) as Float64Array });

function exactly(points: Matrix, centres: Matrix, start: Float64Array): Float64Array {
  return start.map((least, i) => {
    let smallest = least;
    for (let c = 0; c < centres.rows; c++)
      smallest = Math.min(
        smallest,
        squaredDistance(row<Float64Array>(points as Matrix<Float64Array>, i), row(centres as Matrix<Float64Array>, c)),
      );
    return smallest;
  });
}

describe('squared distances to the nearest centre', () => {
  const points = clusters(700, 96, 1);
  const cases: [string, Matrix, Matrix][] = [
    ['doubles', points, clusters(90, 96, 1)],
    ['singles', single(points), single(clusters(90, 96, 1))],
    ['far from 0', clusters(700, 96, 2, 1000), clusters(90, 96, 2, 1000)],
    ['huge', scaled(points, 1e30), scaled(clusters(90, 96, 1), 1e30)],
    ['tiny', scaled(points, 1e-30), scaled(clusters(90, 96, 1), 1e-30)],
    ['of different lengths', scaled(points, 1e-12), clusters(90, 96, 1)],
    ['few', { ...points, rows: 40, data: points.data.subarray(0, 40 * 96) }, clusters(9, 96, 1)],
  ];
  it.each(cases)('are those of computing all in double precision: %s', async (_, x, centres) => {
    const start = new Float64Array(x.rows).fill(Number.POSITIVE_INFINITY);
    const expected = exactly(x, centres, start);
    const nearest = start.slice();
    await lowerToNearest(nearest, x, centres, now);
    expect(nearest).toEqual(expected);
    // and from values that are in part smaller already
    const half = expected.map((value, i) => value * (i % 3));
    const lowered = half.slice();
    await lowerToNearest(lowered, x, centres, now);
    expect(lowered).toEqual(exactly(x, centres, half));
  });

  it('are 0 for a copy', async () => {
    const x = clusters(700, 96, 3, 1000);
    const nearest = new Float64Array(700).fill(Number.POSITIVE_INFINITY);
    await lowerToNearest(nearest, x, { ...x, rows: 100, data: x.data.slice(0, 100 * 96) }, now);
    for (let i = 0; i < 100; i++) expect(nearest[i]).toBe(0);
    expect(nearest.some((value) => value > 0)).toBe(true);
  });
});

describe('the farthest points', () => {
  async function order(points: Matrix, start: Float64Array, k: number): Promise<[number, number][]> {
    const farthest = new FarthestPoints(points, start.slice());
    const picks: [number, number][] = [];
    for (let t = 0; t < k; t++) {
      const { index, squaredDistance } = await farthest.farthest(now);
      picks.push([index, squaredDistance]);
      farthest.choose(index);
    }
    return picks;
  }

  function bruteForce(points: Matrix, start: Float64Array, k: number): [number, number][] {
    const nearest = start.slice();
    const picks: [number, number][] = [];
    const free = new Set(nearest.keys());
    for (let t = 0; t < k; t++) {
      let best = -1;
      for (const i of free) if (best < 0 || nearest[i] > nearest[best]) best = i;
      free.delete(best);
      picks.push([best, nearest[best]]);
      const m = points as Matrix<Float64Array>;
      for (const i of free) nearest[i] = Math.min(nearest[i], squaredDistance(row(m, i), row(m, best)));
    }
    return picks;
  }

  it.each([
    ['from nothing', Number.POSITIVE_INFINITY],
    ['below a bound', 20],
  ])('come as when all distances are kept up to date, %s', async (_, bound) => {
    for (const offset of [0, 100]) {
      const points = clusters(1500, 48, 4, offset); // more than a block of points
      const start = new Float64Array(1500).fill(bound);
      expect(await order(points, start, 150)).toEqual(bruteForce(points, start, 150));
    }
  });

  it('come in the order of their indices where they tie', async () => {
    const grid = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })), {
      minLength: 1,
      maxLength: 14,
    });
    await fc.assert(
      fc.asyncProperty(grid, async (cells) => {
        const points = { rows: cells.length, columns: 2, data: Float64Array.from(cells.flat()) };
        const start = new Float64Array(cells.length).fill(Number.POSITIVE_INFINITY);
        expect(await order(points, start, cells.length)).toEqual(bruteForce(points, start, cells.length));
      }),
      { seed: 1 },
    );
  });
});
