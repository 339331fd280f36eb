import type { Fault } from './problems';

/** Rounds, results and models carry their number in their name, of four digits or more. */

/** "0004" */
export const paddedNumber = (number: number): string => String(number).padStart(4, '0');

/** "0004.json" */
export const numberedName = (number: number): string => `${paddedNumber(number)}.json`;

/** Of the names in a folder those of numbered files, in the order given. */
export const numberedNames = (names: readonly string[]): string[] => names.filter(isNumberedName);

export const isNumberedName = (name: string): boolean => /^\d{4,}\.json$/.test(name);

/** What is wrong where a file says another number than its name; null when it says the same. */
export function numberFault(name: string, says: number): Fault | null {
  const wanted = numberedName(says);
  return wanted === name ? null : { kind: 'misnumbered', number: says, name: wanted };
}

export const byRound = (a: { readonly round: number }, b: { readonly round: number }): number => a.round - b.round;
