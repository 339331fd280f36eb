import { type Matrix, matrix } from './matrix';

/** Rows that are worked on together, so that each value that is loaded serves all of them. */
const LANES = 4;

/**
 * Cholesky's factor of a symmetric matrix without negative eigenvalues, [n × n] → F [n × n], lower triangular, with
 * F Fᵀ = the matrix. `pivotOf` gives the diagonal's value for the square that is left of a row after those before it, which
 * rounding may have made negative; 0 leaves the row's column empty. `afterRows` is awaited every few rows.
 */
export async function choleskyFactor(
  { rows: n, data }: Matrix,
  pivotOf: (left: number) => number,
  afterRows: () => Promise<void>,
): Promise<Matrix<Float64Array>> {
  const factor = Float64Array.from(data);
  for (let from = 0; from < n; from += LANES) {
    const to = Math.min(from + LANES, n);
    if (to - from === LANES) projectFour(factor, n, from);
    for (let i = from; i < to; i++) {
      finishRow(factor, n, i, to - from === LANES ? from : 0);
      factor[i * n + i] = pivotOf(factor[i * n + i]);
      factor.fill(0, i * n + i + 1, (i + 1) * n);
    }
    await afterRows();
  }
  return matrix(n, n, factor);
}

/** Takes rows 0 … from − 1 out of the four rows that follow. */
function projectFour(factor: Float64Array, n: number, from: number): void {
  const row0 = from * n;
  const row1 = row0 + n;
  const row2 = row1 + n;
  const row3 = row2 + n;
  for (let j = 0; j < from; j++) {
    const at = j * n;
    let s0 = factor[row0 + j];
    let s1 = factor[row1 + j];
    let s2 = factor[row2 + j];
    let s3 = factor[row3 + j];
    for (let t = 0; t < j; t++) {
      const value = factor[at + t];
      s0 -= value * factor[row0 + t];
      s1 -= value * factor[row1 + t];
      s2 -= value * factor[row2 + t];
      s3 -= value * factor[row3 + t];
    }
    const pivot = factor[at + j];
    const share = pivot > 0 ? 1 / pivot : 0;
    factor[row0 + j] = s0 * share;
    factor[row1 + j] = s1 * share;
    factor[row2 + j] = s2 * share;
    factor[row3 + j] = s3 * share;
  }
}

/** Takes rows start … i − 1 out of row i, from which those before them are taken already; its diagonal is left as a square. */
function finishRow(factor: Float64Array, n: number, i: number, start: number): void {
  for (let j = start; j <= i; j++) {
    let sum = factor[i * n + j];
    for (let t = 0; t < j; t++) sum -= factor[j * n + t] * factor[i * n + t];
    const pivot = factor[j * n + j];
    factor[i * n + j] = j === i ? sum : pivot > 0 ? sum / pivot : 0;
  }
}

/** Solves F y = x in place for `count` vectors x of n values, one after the other; y is 0 where F's column is. */
export function solveLower({ rows: n, data }: Matrix, x: Float64Array, count: number): void {
  for (let i = 0; i < n; i++) {
    const pivot = data[i * n + i];
    for (let c = 0; c < count; c++) {
      const at = c * n;
      let sum = x[at + i];
      for (let j = 0; j < i; j++) sum -= data[i * n + j] * x[at + j];
      x[at + i] = pivot > 0 ? sum / pivot : 0;
    }
  }
}

/** Solves Fᵀ y = x in place in the same way. */
export function solveUpper({ rows: n, data }: Matrix, x: Float64Array, count: number): void {
  for (let i = n - 1; i >= 0; i--) {
    const pivot = data[i * n + i];
    for (let c = 0; c < count; c++) {
      const at = c * n;
      const value = pivot > 0 ? x[at + i] / pivot : 0;
      x[at + i] = value;
      for (let j = 0; j < i; j++) x[at + j] -= data[i * n + j] * value;
    }
  }
}
