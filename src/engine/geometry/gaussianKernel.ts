import type { Matrix } from '../numeric/matrix';
import { unitSquaredLengths } from '../numeric/vectors';
import { forEachPairProducts, forEachProductRow } from './products';

/** A kernel value of 1 in the fixed-point numbers used here. */
export const ONE = 2 ** 24;

const SAME = 1e-6; // squared distance below which single precision can't tell unit vectors apart

type AfterBlock = (rowsDone: number) => Promise<void>;

/**
 * Rows of the Gaussian kernel k(x, y) = exp(−‖x − y‖² / σ²) between unit vectors (zero vectors are allowed).
 * Values are whole numbers in units of 2⁻²⁴, the resolution of the single-precision products they come from: their sums
 * are exact in any order, so that gains that are equal by symmetry come out equal, and updating them adds no rounding.
 */
export class GaussianKernel {
  private readonly lengths: Float64Array;
  private readonly points: Matrix<Float32Array>;

  /** Points as `unitRows` makes them. */
  constructor(
    points: Matrix<Float32Array>,
    private readonly sigma: number,
  ) {
    this.points = points;
    this.lengths = unitSquaredLengths(points);
  }

  /** `visit(i, values)` gets k(queries[i], every point); `values` is only valid during the call. */
  async forEachRow(
    queries: Matrix<Float32Array>,
    visit: (i: number, values: Int32Array) => void,
    afterBlock: AfterBlock,
  ): Promise<void> {
    const { lengths } = this;
    const queryLengths = queries === this.points ? lengths : unitSquaredLengths(queries);
    const values = new Int32Array(this.points.rows);
    const convert = (i: number, products: Float32Array): void => {
      this.fill(values, products, queryLengths[i], lengths);
      visit(i, values);
    };
    await forEachProductRow(queries, this.points, convert, afterBlock);
  }

  /** The same between the points, each pair once: `visit(i, values)` gets k(point i, points i, i + 1, … n − 1). */
  async forEachPair(visit: (i: number, values: Int32Array) => void, afterBlock: AfterBlock): Promise<void> {
    const { lengths } = this;
    const all = new Int32Array(this.points.rows);
    const convert = (i: number, products: Float32Array): void => {
      const values = all.subarray(i);
      this.fill(values, products, lengths[i], lengths.subarray(i));
      visit(i, values);
    };
    await forEachPairProducts(this.points, convert, afterBlock);
  }

  /** Kernel values of a vector from its inner products with others, by everyone's squared length. */
  private fill(values: Int32Array, products: Float32Array, own: number, lengths: Float64Array): void {
    const scale = 1 / this.sigma ** 2;
    for (let j = 0; j < values.length; j++) {
      const squared = own + lengths[j] - 2 * products[j];
      values[j] = squared < SAME ? ONE : negativeExponential(squared * scale);
    }
  }
}

const STEPS = 256; // table entries for each unit of y
const LAST = 18; // e⁻¹⁸ is below half a unit of 2⁻²⁴
const table = Float64Array.from({ length: STEPS * LAST }, (_, i) => ONE * Math.exp(-(i + 0.5) / STEPS));

/**
 * ONE · e⁻ʸ to the nearest whole number, or the one beside it, for y ≥ 0: a table and the second-order Taylor polynomial
 * around its entries, whose relative error of 1.3e-9 is far below the resolution. Several times as fast as Math.exp, which
 * would take most of the time of a selection.
 */
function negativeExponential(y: number): number {
  if (y >= LAST) return 0;
  const entry = (y * STEPS) | 0;
  const rest = y - (entry + 0.5) / STEPS;
  return (table[entry] * (1 - rest * (1 - 0.5 * rest)) + 0.5) | 0;
}
