/** Numbers in single or double precision. */
export type Vector = Float32Array | Float64Array;

/** A dense row-major matrix: element (i, j) is `data[i * columns + j]`. */
export interface Matrix<T extends Vector = Vector> {
  readonly rows: number;
  readonly columns: number;
  readonly data: T;
}

/** A matrix over existing data, [rows × columns]. */
export function matrix<T extends Vector>(rows: number, columns: number, data: T): Matrix<T> {
  if (data.length !== rows * columns)
    throw new RangeError(`A ${rows} × ${columns} matrix needs ${rows * columns} values, not ${data.length}.`);
  return { rows, columns, data };
}

/** Row i as a view, not a copy. */
export function row<T extends Vector>(m: Matrix<T>, i: number): T {
  return m.data.subarray(i * m.columns, (i + 1) * m.columns) as T;
}

/** The rows from start to end − 1 as a view, not a copy. */
export function rowsBetween<T extends Vector>({ columns, data }: Matrix<T>, start: number, end: number): Matrix<T> {
  return { rows: end - start, columns, data: data.subarray(start * columns, end * columns) as T };
}

/** The given rows, copied, in the given order. */
export function takeRows<T extends Vector>(m: Matrix<T>, indices: ArrayLike<number>): Matrix<T> {
  const data = m.data.slice(0, 0).constructor as new (n: number) => T;
  const out = new data(indices.length * m.columns);
  for (let k = 0; k < indices.length; k++) out.set(row(m, indices[k]), k * m.columns);
  return { rows: indices.length, columns: m.columns, data: out };
}

/** The rows scaled to length 1, as a copy; a row of zeros stays as it is. */
export function unitRows(m: Matrix): Matrix<Float32Array> {
  const data = new Float32Array(m.rows * m.columns);
  writeUnitRows(m, data);
  return { rows: m.rows, columns: m.columns, data };
}

function writeUnitRows(m: Matrix, data: Float32Array): void {
  for (let i = 0; i < m.rows; i++) {
    const r = row(m, i);
    // Dividing by the largest value first keeps the squares of very large and very small rows finite.
    let largest = 0;
    for (let j = 0; j < r.length; j++) largest = Math.max(largest, Math.abs(r[j]));
    if (largest === 0) continue;
    let squares = 0;
    for (let j = 0; j < r.length; j++) squares += (r[j] / largest) ** 2;
    const norm = Math.sqrt(squares);
    for (let j = 0; j < r.length; j++) data[i * m.columns + j] = r[j] / largest / norm;
  }
}

/** Rows as columns, a copy. */
export function transposed({ rows, columns, data }: Matrix<Float32Array>): Matrix<Float32Array> {
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j];
  return { rows: columns, columns: rows, data: out };
}

/** The rows of both, scaled to length 1. */
export function stackedUnitRows(pool: Matrix, labelled: Matrix | undefined): Matrix<Float32Array> {
  if (labelled === undefined || labelled.rows === 0) return unitRows(pool);
  const rows = pool.rows + labelled.rows;
  const data = new Float32Array(rows * pool.columns); // of both at once: a copy of a large pool would not be small
  writeUnitRows(pool, data.subarray(0, pool.rows * pool.columns));
  writeUnitRows(labelled, data.subarray(pool.rows * pool.columns));
  return { rows, columns: pool.columns, data };
}

/** The rows of both, those of `top` first. */
export function stacked(top: Matrix<Float32Array>, below: Matrix<Float32Array>): Matrix<Float32Array> {
  const data = new Float32Array(top.data.length + below.data.length);
  data.set(top.data);
  data.set(below.data, top.data.length);
  return { rows: top.rows + below.rows, columns: top.columns, data };
}
