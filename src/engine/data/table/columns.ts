import { inputError } from '../../errors';
import type { TableFormat } from './format';

/** A column by the names that people give it, the one that is documented first; `plainName` of each. */
export type ColumnNames = readonly [documented: string, ...others: string[]];

/** A name without what people write in one way or another: case, spaces, underscores. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '');

type Header = Pick<TableFormat, 'path' | 'header' | 'line'>;

/** Where a column stands, -1 where it is not there. The documented name goes first. @throws UserError where several may be meant. */
export function columnOf({ path, header, line }: Header, [documented, ...others]: ColumnNames): number {
  const plain = header.map(plainName);
  const found = (names: readonly string[]) => plain.flatMap((name, i) => (names.includes(name) ? [i] : []));
  const named = found([documented]);
  const columns = named.length > 0 ? named : found(others);
  if (columns.length > 1)
    throw inputError(
      `${path} line ${line}: the columns ${columns.map((i) => header[i]).join(' and ')} may both be meant by ${documented}; keep one of them.`,
    );
  return columns[0] ?? -1;
}

/** Whether a header has a column of one of these names. */
export const namesAny =
  (...columns: readonly ColumnNames[]) =>
  (name: string): boolean =>
    columns.some((names) => names.includes(plainName(name)));

/** What stands in a header, for a message that it is not what was expected. */
export function describeHeader({ header, separator }: Pick<TableFormat, 'header' | 'separator'>): string {
  const names = header.filter((name) => name !== '').map((name) => name.slice(0, 40));
  if (names.length === 0) return 'it is empty';
  const shown = names.slice(0, 6).join(', ') + (names.length > 6 ? ', …' : '');
  const apart = separatorNames.get(separator) ?? separator;
  return names.length === 1 ? `it has the one column "${shown}"` : `it has ${shown}, separated by ${apart}`;
}

const separatorNames: ReadonlyMap<string, string> = new Map([
  [',', 'commas'],
  [';', 'semicolons'],
  ['\t', 'tabs'],
]);

/** Throws where a row has more cells than there are columns: a separator in a name that is not between quotes. */
export function requireWidth(cells: readonly string[], { header, separator }: TableFormat, where: string): void {
  if (!cells.slice(header.length).some((cell) => cell !== '')) return;
  const apart = separatorNames.get(separator) ?? separator;
  throw inputError(
    `${where}: it has ${cells.length} cells where the header has ${header.length}; put what holds ${apart} between quotes.`,
  );
}
