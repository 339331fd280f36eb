import { inputError } from '../errors';
import type { Matrix } from './matrix';

const SUM_TOLERANCE = 1e-3;

/** Whether all values are finite. */
export function areNumbers(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

/** Throws an input error that names the first row, and the image where names are known, with a value that is not finite. */
export function checkFinite(name: string, values: Matrix, images?: readonly string[]): void {
  const bad = values.data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const where = Math.floor(bad / values.columns);
  throw inputError(
    `${placeOf(where, name, images)} contains ${values.data[bad]}; every value must be a finite number.`,
  );
}

/** How an error calls a row: by its image where that has a name. */
export function placeOf(row: number, name: string, images: readonly string[] | undefined): string {
  const image = images?.[row];
  return image === undefined ? `Row ${row} of "${name}" (counted from 0)` : `"${name}" of the image ${image}`;
}

/** Throws an input error unless every row is a distribution: no value below 0, a sum of 1. */
export function checkDistributions(name: string, values: Matrix, images?: readonly string[]): void {
  checkFinite(name, values, images);
  const { rows, columns, data } = values;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let c = 0; c < columns; c++) {
      const p = data[i * columns + c];
      if (p < 0) throw inputError(`${placeOf(i, name, images)} contains ${p}; no probability is below 0.`);
      sum += p;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE)
      throw inputError(
        `${placeOf(i, name, images)} sums to ${sum.toPrecision(6)}, not to 1; give softmax outputs, not logits.`,
      );
  }
}

/** Throws an input error unless every label is a class index. */
export function checkLabels(
  name: string,
  labels: ArrayLike<number>,
  classCount: number,
  images?: readonly string[],
): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (Number.isInteger(label) && label >= 0 && label < classCount) continue;
    const whose = images?.[i] === undefined ? `Label ${i} of "${name}" (counted from 0)` : `The label of ${images[i]}`;
    throw inputError(
      `${whose} is ${label}; with ${classCount} classes it must be a whole number from 0 to ${classCount - 1}.`,
    );
  }
}

/** Throws an input error unless there is a row, a value or a name for each of so many images. */
export function checkCount(name: string, what: 'rows' | 'values' | 'names', count: number, images: number): void {
  if (count !== images) throw inputError(`"${name}" has ${count} ${what} for ${images} images; it needs one for each.`);
}
