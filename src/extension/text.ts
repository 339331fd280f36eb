import { env, l10n } from 'vscode';
import { percent } from '../shared/percent';

/** Shares, counts and times as people read them, in the language of VS Code. */

/** "62.5 %", as in charts. */
export const percentText = (share: number): string =>
  percent(share, 1, (value, decimals) => {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return new Intl.NumberFormat(env.language, digits).format(value);
  });

export const numberText = (value: number, digits = 0): string =>
  new Intl.NumberFormat(env.language, { maximumFractionDigits: digits }).format(value);

export const imagesText = (n: number): string => (n === 1 ? l10n.t('1 image') : l10n.t('{0} images', numberText(n)));
export const labelsText = (n: number): string => (n === 1 ? l10n.t('1 label') : l10n.t('{0} labels', numberText(n)));

export function duration(seconds: number): string {
  if (seconds < 90) return l10n.t('{0} s', Math.max(0, Math.round(seconds)));
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return l10n.t('{0} min', minutes);
  return l10n.t('{0} h {1} min', Math.floor(minutes / 60), minutes % 60);
}

export const moment = (milliseconds: number): string =>
  new Intl.DateTimeFormat(env.language, { dateStyle: 'medium', timeStyle: 'short' }).format(milliseconds);

/** The day alone, for where there is little room. */
export const shortDate = (milliseconds: number): string =>
  new Intl.DateTimeFormat(env.language, { month: 'short', day: 'numeric' }).format(milliseconds);

/** "2026-01-31", the local day, as part of a name. */
export const isoDate = (day: Date): string =>
  [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-');

/** Text from files for quick picks and the status bar, where VS Code would draw `$(name)` as an icon. */
export const plainLabel = (text: string): string => text.replaceAll('$(', '\\$(');

/** Text from files for notifications, where VS Code would make a link of `[text](address)`. */
export const plainMessage = (text: string): string => text.replaceAll('](', '] (');

/** Letters that are written from right to left, and characters that turn the direction of what follows. */
const turning =
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A name or path as part of a sentence for people: one written from right to left is isolated (Unicode's FSI … PDI), so that
 * it leaves the words, numbers and punctuation around it in their places. Never for files.
 */
export const isolated = (name: string): string =>
  turning.test(name) ? `\u2068${name.replace(/[\u2066-\u2069]/g, '')}\u2069` : name;
