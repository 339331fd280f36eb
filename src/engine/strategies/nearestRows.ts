import { forEachProductRow } from '../geometry/products';
import { type Matrix, row } from '../numeric/matrix';
import { squaredDistance, squaredLengths } from '../numeric/vectors';

type Vector = Float32Array | Float64Array;

export interface NearestRows {
  /** For every point the index of its nearest centre; equally near ones give the lower index. */
  readonly index: Int32Array;
  /** ‖point − centre‖² to that centre, in double precision. */
  readonly squared: Float64Array;
}

/**
 * The nearest of the centres [k × d], k ≥ 1, for every point [n × d]. The large product runs in single precision through
 * the runtime, block by block, so that memory stays proportional to n + k: it finds the nearest, whose distance is then
 * computed exactly. Two centres whose distances differ by less than single precision shows may therefore be confused.
 */
export async function nearestRows(
  points: Matrix,
  centres: Matrix,
  afterBlock: (rowsDone: number) => Promise<void>,
): Promise<NearestRows> {
  const index = new Int32Array(points.rows);
  const squared = new Float64Array(points.rows);
  const halves = squaredLengths(centres).map((length) => length / 2);
  const visit = (i: number, products: Float32Array): void => {
    const best = nearestByProduct(halves, products);
    index[i] = best;
    squared[i] = squaredDistance(row<Vector>(points, i), row<Vector>(centres, best));
  };
  await forEachProductRow(points, centres, visit, afterBlock);
  return { index, squared };
}

/**
 * The centre nearest to x (the lower index of equally near ones) by the products ⟨x, c⟩ and the halves ‖c‖² / 2: the smallest
 * ‖c‖² / 2 − ⟨x, c⟩ belongs to the smallest ‖x − c‖².
 */
export function nearestByProduct(halves: Float64Array, products: Float32Array): number {
  let best = 0;
  let least = halves[0] - products[0];
  for (let c = 1; c < products.length; c++) {
    const value = halves[c] - products[c];
    if (value < least) {
      least = value;
      best = c;
    }
  }
  return best;
}
