import { type FeatureFields, featuresOf, kindOf } from '../../shared/features';
import { decimal } from '../../shared/percent';
import { readableStrategy } from '../../shared/strategyName';

/** Pieces of Markdown that the parts of a report share. */

/** A strategy's name as people read it, escaped. */
export const strategyCell = (strategy: string): string => literal(readableStrategy(strategy));

/** The first two cells of a row. Names are escaped. */
export const rowName = (row: FeatureFields & { readonly strategy: string }): string[] => [
  strategyCell(row.strategy),
  kindOf(featuresOf(row)).pretraining,
];

/** Percentage points with their sign: "+1.8". */
export function signed(share: number): string {
  const text = decimal(100 * share, 1);
  return Number(text) > 0 ? `+${text}` : text.replace('-', '−');
}

/** "42.7 ± 0.8" in percent. */
export const spread = (value: number, sd: number | null): string =>
  decimal(100 * value, 1) + (sd === null ? '' : ` ± ${decimal(100 * sd, 1)}`);

/** Empty lines are left out. */
export const bullets = (lines: readonly string[]): string =>
  lines
    .filter(Boolean)
    .map((line) => `- ${line}`)
    .join('\n');

export const seeds = (n: number): string => `${n} ${n === 1 ? 'seed' : 'seeds'}`;

/** Cells are ready for Markdown; the first columns are words, the others numbers. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[], words = 2): string {
  const rule = header.map((_, column) => (column < words ? '---' : '---:'));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Names come from folders and people: they must not turn into tables, links or HTML. */
export function literal(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]|#~]/g, (character) => `\\${character}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
