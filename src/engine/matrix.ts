/** A dense row-major matrix: element (i, j) is `data[i * columns + j]`. */
export interface Matrix<T extends Float32Array | Float64Array = Float32Array | Float64Array> {
  readonly rows: number;
  readonly columns: number;
  readonly data: T;
}

/** A matrix over existing data, [rows × columns]. */
export function matrix<T extends Float32Array | Float64Array>(rows: number, columns: number, data: T): Matrix<T> {
  if (data.length !== rows * columns)
    throw new RangeError(`A ${rows} × ${columns} matrix needs ${rows * columns} values, not ${data.length}.`);
  return { rows, columns, data };
}

/** Row i as a view, not a copy. */
export function row<T extends Float32Array | Float64Array>(m: Matrix<T>, i: number): T {
  return m.data.subarray(i * m.columns, (i + 1) * m.columns) as T;
}

/** The given rows, copied, in the given order. */
export function takeRows<T extends Float32Array | Float64Array>(m: Matrix<T>, indices: ArrayLike<number>): Matrix<T> {
  const data = m.data.slice(0, 0).constructor as new (n: number) => T;
  const out = new data(indices.length * m.columns);
  for (let k = 0; k < indices.length; k++) out.set(row(m, indices[k]), k * m.columns);
  return { rows: indices.length, columns: m.columns, data: out };
}
