import { type Matrix, row, rowsBetween } from '../numeric/matrix';

const NATIVE_FROM = 16_384; // values in the larger factor; below, crossing into native code costs more than it saves
const BLOCK_WORK = 2_000_000_000; // multiplications a block: a native call blocks, so it stays far below a second
const BLOCK_VALUES = 4_000_000; // results a block (16 MB)

/**
 * All inner products between rows: a [n × d], b [m × d] → a bᵀ [n × m], in single precision. Large ones run in native
 * code on all cores. The whole result is held in memory and made in one go: see `forEachProductRow` for more.
 */
export async function crossProducts(a: Matrix, b: Matrix): Promise<Matrix<Float32Array>> {
  if (a.columns !== b.columns)
    throw new RangeError(`Rows of ${a.columns} and of ${b.columns} values have no inner products.`);
  return isLarge(a, b) ? inNativeCode(singlePrecision(a), singlePrecision(b)) : inPlainCode(a, b);
}

/**
 * Visits a bᵀ row by row without ever holding all of it: `visit(i, products)` gets the inner products of row i of a with
 * all rows of b. `afterBlock(rowsDone)` is awaited a few times a second, for progress and for cancelling.
 * A product depends on its two rows and on whether the larger factor is large, so what is asked for in pieces against a
 * large b equals what is asked for at once, bit for bit.
 */
export async function forEachProductRow(
  a: Matrix,
  b: Matrix,
  visit: (i: number, products: Float32Array) => void,
  afterBlock: (rowsDone: number) => Promise<void>,
): Promise<void> {
  const right = singlePrecision(b);
  const multiply = isLarge(a, b) ? inNativeCode : inPlainCode;
  const step = blockRows(b);
  for (let start = 0; start < a.rows; start += step) {
    const end = Math.min(start + step, a.rows);
    const products = await multiply(singlePrecision(rowsBetween(a, start, end)), right);
    for (let i = start; i < end; i++) visit(i, row(products, i - start));
    await afterBlock(end);
  }
}

/**
 * The same for a aᵀ, each pair of rows once: `visit(i, products)` gets the inner products of row i with the rows i, i + 1,
 * … n − 1, equal bit for bit to those of `forEachProductRow(a, a, …)` in half the time.
 */
export async function forEachPairProducts(
  a: Matrix,
  visit: (i: number, products: Float32Array) => void,
  afterBlock: (rowsDone: number) => Promise<void>,
): Promise<void> {
  const all = singlePrecision(a);
  const multiply = isLarge(a, a) ? inNativeCode : inPlainCode;
  for (let start = 0; start < a.rows; ) {
    const rest = rowsBetween(all, start, a.rows);
    const end = Math.min(start + blockRows(rest), a.rows);
    const products = await multiply(rowsBetween(all, start, end), rest);
    for (let i = start; i < end; i++) visit(i, row(products, i - start).subarray(i - start));
    await afterBlock(end);
    start = end;
  }
}

/** Rows of the left factor in a block, by the size of the right one. */
function blockRows({ rows, columns }: Matrix): number {
  return Math.max(1, Math.floor(Math.min(BLOCK_WORK / (rows * columns), BLOCK_VALUES / rows)));
}

const isLarge = (a: Matrix, b: Matrix): boolean => Math.max(a.rows, b.rows) * a.columns >= NATIVE_FROM;

async function inNativeCode(a: Matrix<Float32Array>, b: Matrix<Float32Array>): Promise<Matrix<Float32Array>> {
  if (a.rows === 0 || b.rows === 0) return { rows: a.rows, columns: b.rows, data: new Float32Array(0) };
  const { nativeProducts } = await import('../runtime/onnx/nativeProducts'); // loaded only where it pays
  return nativeProducts(a, b);
}

async function inPlainCode(a: Matrix, b: Matrix): Promise<Matrix<Float32Array>> {
  return { rows: a.rows, columns: b.rows, data: plainProducts(a, b) };
}

/** The same in plain JavaScript, summed in double precision; four columns at a time share each loaded value of a. */
function plainProducts(a: Matrix, b: Matrix): Float32Array {
  const out = new Float32Array(a.rows * b.rows);
  const d = a.columns;
  for (let i = 0; i < a.rows; i++) {
    const x = row(a, i);
    let j = 0;
    for (; j + 4 <= b.rows; j += 4) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let t = 0, at = j * d; t < d; t++, at++) {
        const value = x[t];
        s0 += value * b.data[at];
        s1 += value * b.data[at + d];
        s2 += value * b.data[at + 2 * d];
        s3 += value * b.data[at + 3 * d];
      }
      out.set([s0, s1, s2, s3], i * b.rows + j);
    }
    for (; j < b.rows; j++) {
      let sum = 0;
      for (let t = 0; t < d; t++) sum += x[t] * b.data[j * d + t];
      out[i * b.rows + j] = sum;
    }
  }
  return out;
}

function singlePrecision(m: Matrix): Matrix<Float32Array> {
  return m.data instanceof Float32Array
    ? (m as Matrix<Float32Array>)
    : { rows: m.rows, columns: m.columns, data: Float32Array.from(m.data) };
}
