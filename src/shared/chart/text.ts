import { decimal } from '../percent';

/** Text for charts: escaping, numbers, and widths without a browser to measure them. */

/** Escapes for XML text and attributes, and drops characters that XML 1.0 can't hold (controls, lone surrogates). */
export function escapeXml(text: string): string {
  let safe = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const allowed =
      code === 0x9 ||
      code === 0xa ||
      (code >= 0x20 && code < 0xd800) ||
      (code >= 0xe000 && code < 0xfffe) ||
      code > 0xffff;
    if (allowed) safe += entities.get(character) ?? character;
  }
  return safe;
}

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** A share in percent without needless decimals: "30 %", "12.5 %". */
export const shortPercent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;

/** "28,709": the same in every locale, so that the same results give the same file. */
export function wholeNumber(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Share of the pool in percent, with as many decimals as it needs to differ from zero ("10 %", "0.24 %"). */
export function poolPercent(labelled: number, poolSize: number): string {
  const value = (100 * labelled) / poolSize;
  const decimals = value >= 9.95 || Number.isInteger(Number(value.toFixed(2))) ? 0 : value >= 0.995 ? 1 : 2;
  return `${decimal(value, decimals)} %`;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What a reader calls characters: an emoji with its modifiers is one. */
export function characters(text: string): string[] {
  return [...graphemes.segment(text)].map((part) => part.segment);
}

/** Emoji and East Asian wide characters, which take about twice the room of others. */
const wide =
  /[\p{Extended_Pictographic}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** Whether a character (a grapheme) takes about the room of two. */
export const isWide = (character: string): boolean => wide.test(character);

/** Advance widths in em, after DejaVu Sans: wider than most interface fonts, so that the estimate is on the safe side. */
function advance(character: string): number {
  if (isWide(character)) return 1.3;
  if (/^[ilj'|!.,:;·]/.test(character)) return 0.32;
  if (/^[ftrI ()[\]/-]/.test(character)) return 0.4;
  if (/^[mw%WM@±]/.test(character)) return 0.95;
  if (/^\p{Lu}/u.test(character)) return 0.72;
  return 0.62;
}

/** Estimated width of a text in pixels. */
export function textWidth(text: string, fontSize: number): number {
  let em = 0;
  for (const character of characters(text)) em += advance(character);
  return em * fontSize;
}

/** The text, or as much of its beginning as fits, with an ellipsis. */
export function elide(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  let kept = '';
  for (const character of characters(text)) {
    if (textWidth(`${kept}${character}…`, fontSize) > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** The text in lines that fit, broken between words; a word that is wider than a line stands alone. */
export function wrapped(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter(Boolean)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, fontSize) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
