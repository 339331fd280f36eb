/**
 * Rows as CSV (RFC 4180 but for the line end): a field is quoted where it must be, and where a reader that trims would take
 * spaces off its ends. What looks like a formula stays as it is: these files are read back as data.
 */
export function csvText(rows: Iterable<readonly (string | number)[]>, lineEnd: '\n' | '\r\n' = '\n'): string {
  return Array.from(rows, (row) => row.map(csvField).join(',') + lineEnd).join('');
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
