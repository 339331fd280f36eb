import { resolve } from 'node:path';
import { inputError } from '../errors';
import type { Matrix, Vector } from '../numeric/matrix';
import { type NpyArray, type NpyData, readNpy } from '../store/npy';

/** A nested JSON array, or the path of a .npy file relative to the base folder. */
export type ArrayValue = readonly unknown[] | string;

/** A matrix [rows × columns]. `[]` is one without rows. */
export async function matrixFrom(name: string, value: ArrayValue, baseDirectory: string): Promise<Matrix> {
  const { matrices, stacked } = await matricesFrom(name, value, baseDirectory);
  if (stacked) throw inputError(`"${name}" has three dimensions; it must have two, a row for each image.`);
  return matrices[0];
}

/** One matrix, or a stack of matrices of equal shape where the array has three dimensions. */
export async function matricesFrom(
  name: string,
  value: ArrayValue,
  baseDirectory: string,
): Promise<{ matrices: Matrix[]; stacked: boolean }> {
  if (typeof value !== 'string') {
    const first = value[0];
    const stacked = Array.isArray(first) && Array.isArray(first[0]);
    if (!stacked) return { matrices: [fromRows(name, value)], stacked };
    return { matrices: fromStack(name, value), stacked };
  }
  const path = resolve(baseDirectory, value);
  const { shape, data } = await readNpy(path);
  if (shape.length !== 2 && shape.length !== 3)
    throw inputError(`"${name}" (${path}) has the shape (${shape.join(', ')}); it must have a row for each image.`);
  const [rows, columns] = shape.slice(-2);
  const values = realNumbers(name, data);
  const matrices: Matrix[] = [];
  const count = shape.length === 3 ? shape[0] : 1;
  if (count === 0) throw inputError(`"${name}" (${path}) is empty.`);
  for (let t = 0; t < count; t++)
    matrices.push({ rows, columns, data: values.subarray(t * rows * columns, (t + 1) * rows * columns) });
  return { matrices, stacked: shape.length === 3 };
}

/** A vector of numbers. */
export async function numbersFrom(name: string, value: ArrayValue, baseDirectory: string): Promise<Float64Array> {
  if (typeof value !== 'string') return Float64Array.from(value, (v, i) => numberAt(name, v, [i]));
  const path = resolve(baseDirectory, value);
  const { shape, data }: NpyArray = await readNpy(path);
  if (shape.length !== 1)
    throw inputError(`"${name}" (${path}) has the shape (${shape.join(', ')}); it must have one dimension.`);
  return Float64Array.from(realNumbers(name, data));
}

function fromStack(name: string, value: readonly unknown[]): Matrix[] {
  const matrices = value.map((pass, t) => {
    if (!Array.isArray(pass)) throw inputError(`"${name}[${t}]" is not an array of rows.`);
    return fromRows(`${name}[${t}]`, pass);
  });
  const { rows, columns } = matrices[0];
  const odd = matrices.findIndex((m) => m.rows !== rows || m.columns !== columns);
  if (odd > 0) {
    const { rows: r, columns: c } = matrices[odd];
    throw inputError(`"${name}[${odd}]" is ${r} × ${c}, but "${name}[0]" is ${rows} × ${columns}; they must agree.`);
  }
  return matrices;
}

function fromRows(name: string, value: readonly unknown[]): Matrix<Float64Array> {
  const columns = Array.isArray(value[0]) ? value[0].length : 0;
  const rows = value.map((row, i) => rowOf(name, row, i, columns)); // before there is room made for all
  const data = new Float64Array(rows.length * columns);
  for (const [i, row] of rows.entries())
    for (let j = 0; j < columns; j++) data[i * columns + j] = numberAt(name, row[j], [i, j]);
  return { rows: rows.length, columns, data };
}

function rowOf(name: string, row: unknown, i: number, columns: number): readonly unknown[] {
  if (!Array.isArray(row)) throw inputError(`"${name}" must be an array of rows, but its row ${i} is not an array.`);
  if (row.length === columns) return row;
  throw inputError(`"${name}" is ragged: row ${i} (counted from 0) has ${row.length} values and row 0 has ${columns}.`);
}

function numberAt(name: string, value: unknown, place: readonly number[]): number {
  if (typeof value === 'number') return value;
  const at = place.map((i) => `[${i}]`).join('');
  throw inputError(`"${name}${at}" is ${JSON.stringify(value)}, not a number.`);
}

function realNumbers(name: string, data: NpyData): Vector {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  return Float64Array.from(data as Iterable<number | bigint>, (value) => {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw inputError(`"${name}" holds ${value}, a number too large to be used here.`);
  });
}
