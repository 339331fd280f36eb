import { renderTextTable } from '../../shared/chart/table';

export const textTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  renderTextTable({ header, rows });

export const percent = (value: number | null, digits = 1): string =>
  value === null ? '–' : `${(100 * value).toFixed(digits)} %`;
