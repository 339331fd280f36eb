import type { CurveChart } from './curve';
import { curveTable } from './table';

/** A chart's table as text for a document. */

/** As a table of LaTeX with the rules of booktabs. */
export function curveLatex(chart: CurveChart): string {
  const { caption, header, rows } = curveTable(chart);
  const numbers = header.length - words(header);
  const line = (cells: readonly string[]) => `${cells.map(latexCell).join(' & ')} \\\\`;
  return [
    '% \\usepackage{booktabs}',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${latexCell(caption)}}`,
    `  \\begin{tabular}{${'l'.repeat(words(header))}${'r'.repeat(numbers)}}`,
    '    \\toprule',
    `    ${line(header)}`,
    '    \\midrule',
    ...rows.map((row) => `    ${line(row)}`),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

/** As a table of Markdown with the caption above. */
export function curveMarkdown(chart: CurveChart): string {
  const { caption, header, rows } = curveTable(chart);
  const rule = header.map((_, i) => (i < words(header) ? '---' : '---:'));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    markdownCell(caption),
    '',
    ...[header.map(markdownCell), rule, ...rows.map((row) => row.map(markdownCell))].map(line),
    '',
  ].join('\n');
}

/** Columns of words before those of numbers. */
const words = (header: readonly string[]): number => (header[1] === 'Pre-training' ? 2 : 1);

const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '±': '$\\pm$',
  '–': '--',
  '≈': '$\\approx$',
};

/** Names come from people: what LaTeX would obey is written out. */
const latexCell = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\~^±–≈&%$#_{}]/g, (character) => special[character] ?? `\\${character}`);

const markdownCell = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]|#~]/g, (character) => `\\${character}`)
    .replaceAll('<', '&lt;');
