import { characters, isWide } from '../../shared/chart/text';

/** A table for a terminal: columns aligned, words to the left, numbers to the right. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows].map((row) => row.map(oneLine));
  const widths = header.map((_, column) => Math.max(...lines.map((row) => terminalWidth(row[column] ?? ''))));
  const numeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^(–|-?[\d.,].*|)$/.test(row[column] ?? '')),
  );
  const render = (row: readonly string[]) =>
    widths
      .map((width, column) => {
        const text = row[column] ?? '';
        const padding = ' '.repeat(width - terminalWidth(text));
        return numeric[column] ? padding + text : text + padding;
      })
      .join('  ')
      .trimEnd();
  const [first, ...others] = lines.map(render);
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [first, rule, ...others].join('\n');
}

/** Names come from files: control characters would move the cursor or colour the terminal. */
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');

/** Columns that a text takes in a terminal. */
const terminalWidth = (text: string): number =>
  characters(text).reduce((columns, character) => columns + (isWide(character) ? 2 : 1), 0);
