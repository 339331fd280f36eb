import { type Matrix, row, type Vector } from './matrix';

/** a · b in double precision. The order of summation is fixed: equal vectors give equal results. */
export function dot(a: Vector, b: Vector): number {
  return dotAt(a, 0, b, 0, a.length);
}

/** The same for n values of each from a place on: without a view of the row, which would cost more than a short product. */
export function dotAt(a: Vector, from: number, b: Vector, start: number, n: number): number {
  const whole = n - (n % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let j = 0; j < whole; j += 4) {
    s0 += a[from + j] * b[start + j];
    s1 += a[from + j + 1] * b[start + j + 1];
    s2 += a[from + j + 2] * b[start + j + 2];
    s3 += a[from + j + 3] * b[start + j + 3];
  }
  for (let j = whole; j < n; j++) s0 += a[from + j] * b[start + j];
  return s0 + s1 + (s2 + s3);
}

/**
 * ‖a − b‖² in double precision, or some number ≥ `limit` as soon as the sum can't stay below it (partial distance
 * search): results below the limit are exactly what they are without one.
 */
export function squaredDistance(a: Vector, b: Vector, limit = Number.POSITIVE_INFINITY): number {
  const n = a.length;
  let sum = 0;
  for (let start = 0; start < n; start += 32) {
    const end = Math.min(start + 32, n);
    for (let j = start; j < end; j++) {
      const difference = a[j] - b[j];
      sum += difference * difference;
    }
    if (sum >= limit) return sum;
  }
  return sum;
}

/** The mean row. */
export function meanRow(m: Matrix): Float64Array {
  const mean = new Float64Array(m.columns);
  for (let i = 0; i < m.rows; i++) {
    const r = row(m, i);
    for (let j = 0; j < mean.length; j++) mean[j] += r[j];
  }
  for (let j = 0; j < mean.length; j++) mean[j] /= m.rows;
  return mean;
}

/** ‖row‖² of every row. */
export function squaredLengths(m: Matrix): Float64Array {
  return Float64Array.from({ length: m.rows }, (_, i) => {
    const r = row(m, i);
    return dot(r, r);
  });
}

/** ‖row‖² of rows as `unitRows` makes them, without their rounding: 1, or 0 for a row of zeros. */
export function unitSquaredLengths(m: Matrix): Float64Array {
  return Float64Array.from({ length: m.rows }, (_, i) => {
    for (let j = 0; j < m.columns; j++) if (m.data[i * m.columns + j] !== 0) return 1;
    return 0;
  });
}

/** Copies of all parts, one behind another. */
export function concatenated(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
