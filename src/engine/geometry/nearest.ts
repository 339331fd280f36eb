import { type Matrix, row } from '../numeric/matrix';
import { squaredDistance, squaredLengths } from '../numeric/vectors';
import { forEachProductRow } from './products';

const EXACT_UP_TO = 2_000_000; // multiplications; a few milliseconds
const LARGEST = 1e37; // products of lengths up to here stay finite in single precision, partial sums included

/**
 * How far a product of two vectors in single precision may be off, by their lengths; Infinity where it may not be finite. In
 * any order of summation |fl(⟨x, c⟩) − ⟨x, c⟩| ≤ γ ‖x‖ ‖c‖ with γ = d u / (1 − d u), u = 2⁻²⁴ (N. Higham, "Accuracy and
 * Stability of Numerical Algorithms", 2002, section 3.1).
 */
export function productError(columns: number, length: number, other: number): number {
  if (!(length * other < LARGEST && length < LARGEST && other < LARGEST)) return Number.POSITIVE_INFINITY;
  // also covers the rounding of doubles to single precision; the last term, what gets lost below its smallest number
  const gamma = 1.01 * (columns + 4) * 2 ** -24;
  return gamma * length * other + columns * 2 ** -124 * (1 + length + other);
}

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
    squared[i] = squaredDistance(row(points, i), row(centres, best));
  };
  await forEachProductRow(points, centres, visit, afterBlock);
  return { index, squared };
}

/**
 * The centre nearest to x (the lower index of equally near ones) by the products ⟨x, c⟩ and the halves ‖c‖² / 2: the smallest
 * ‖c‖² / 2 − ⟨x, c⟩ belongs to the smallest ‖x − c‖².
 */
function nearestByProduct(halves: Float64Array, products: Float32Array): number {
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

/**
 * Lowers nearest[i] to min_c ‖point_i − centre_c‖² wherever that is smaller, exactly as `squaredDistance` gives it: for
 * points [n × d], centres [k × d].
 *
 * In large problems single-precision products through the runtime only sort out which centres can matter: by how far they
 * may be off, a distance that can't be below the limit is known, and every other one is computed in double precision: equal
 * vectors are at distance 0 and ties are ties.
 */
export async function lowerToNearest(
  nearest: Float64Array,
  points: Matrix,
  centres: Matrix,
  afterBlock: (rowsDone: number) => Promise<void>,
): Promise<void> {
  const n = points.rows;
  if (n === 0 || centres.rows === 0) return;
  const measure = (i: number, c: number): void => {
    nearest[i] = Math.min(nearest[i], squaredDistance(row(points, i), row(centres, c), nearest[i]));
  };
  const lengths = squaredLengths(points);
  const centreLengths = squaredLengths(centres);
  const longest = Math.sqrt(centreLengths.reduce((a, b) => Math.max(a, b)));
  const longestPoint = Math.sqrt(lengths.reduce((a, b) => Math.max(a, b)));
  const isSmall = n * centres.rows * points.columns <= EXACT_UP_TO;
  if (isSmall || productError(points.columns, longestPoint, longest) === Number.POSITIVE_INFINITY) {
    const rowsAtOnce = Math.max(1, Math.floor(20_000_000 / (centres.rows * points.columns)));
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < centres.rows; c++) measure(i, c);
      if ((i + 1) % rowsAtOnce === 0 || i + 1 === n) await afterBlock(i + 1);
    }
    return;
  }

  const halves = centreLengths.map((length) => length / 2);
  const visit = (i: number, products: Float32Array): void => {
    const error = productError(points.columns, Math.sqrt(lengths[i]), longest);
    const best = nearestByProduct(halves, products);
    const least = halves[best] - products[best]; // half of ‖x − c‖² − ‖x‖²
    const rounding = points.columns * 2 ** -52 * (lengths[i] + longest ** 2); // of the squared lengths themselves
    const bound = (): number => (nearest[i] - lengths[i]) / 2 + error + rounding + 1e-15 * nearest[i];
    if (least > bound()) return;
    measure(i, best);
    const limit = bound();
    for (let c = 0; c < products.length; c++) if (halves[c] - products[c] <= limit && c !== best) measure(i, c);
  };
  await forEachProductRow(points, centres, visit, afterBlock);
}
