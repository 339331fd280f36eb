import { type Matrix, row } from '../matrix';
import { nativeProducts } from './onnx/nativeProducts';

const NATIVE_FROM = 4_000_000; // multiplications; below, crossing into native code costs more than it saves
const NATIVE_AT_MOST = 4_000_000_000; // multiplications a call: a native call blocks, so it must stay far below a second

/**
 * All inner products between rows: a [n × d], b [m × d] → a bᵀ [n × m], in single precision. Large ones run in native
 * code on all cores, cut into calls short enough for a job to be cancelled in between (`afterBlock`).
 */
export async function crossProducts(
  a: Matrix,
  b: Matrix,
  afterBlock: () => Promise<void> = async () => {},
): Promise<Matrix<Float32Array>> {
  if (a.columns !== b.columns)
    throw new RangeError(`Rows of ${a.columns} and of ${b.columns} values have no inner products.`);
  const work = a.rows * b.rows * a.columns;
  if (work < NATIVE_FROM) return { rows: a.rows, columns: b.rows, data: productsInPlace(a, b) };
  const left = singlePrecision(a);
  const right = singlePrecision(b);
  const step = Math.max(1, Math.floor(NATIVE_AT_MOST / (b.rows * b.columns)));
  if (step >= a.rows) return nativeProducts(left, right);
  const data = new Float32Array(a.rows * b.rows);
  for (let start = 0; start < a.rows; start += step) {
    const rows = Math.min(step, a.rows - start);
    const block = { rows, columns: a.columns, data: left.data.subarray(start * a.columns, (start + rows) * a.columns) };
    data.set((await nativeProducts(block, right)).data, start * b.rows);
    await afterBlock();
  }
  return { rows: a.rows, columns: b.rows, data };
}

/** The same in plain JavaScript, summed in double precision; four columns at a time share each loaded value of a. */
function productsInPlace(a: Matrix, b: Matrix): Float32Array {
  const out = new Float32Array(a.rows * b.rows);
  const d = a.columns;
  for (let i = 0; i < a.rows; i++) {
    const x = row<Float32Array | Float64Array>(a, i);
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
