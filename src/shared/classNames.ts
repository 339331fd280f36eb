/** Longest name of a class, in characters: it stands on a button. */
export const MAX_CLASS_NAME = 100;

/** What keeps a name from being one of a class; `taken`: which class has it, but for case. */
export type ClassNameFault =
  | { readonly kind: 'empty' | 'long' | 'control' }
  | { readonly kind: 'taken'; readonly by: string };

/** Line ends and what else can't be seen or typed. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** Spaces, and characters without width, which nobody sees: they come along from web pages. */
const AROUND = /^[\s\u00AD\u200B-\u200F\u2060]+|[\s\u00AD\u200B-\u200F\u2060]+$/g;

/** A name as people meant it: one form of each letter, and no space around. */
export const cleanClassName = (name: string): string => name.normalize('NFC').replace(AROUND, '');

/** What is wrong with a cleaned name beside these others; null when nothing is. */
export function classNameFault(name: string, others: readonly string[]): ClassNameFault | null {
  if (name === '') return { kind: 'empty' };
  if ([...name].length > MAX_CLASS_NAME) return { kind: 'long' };
  if (CONTROL.test(name)) return { kind: 'control' };
  const by = others.find((other) => isSameClassName(other, name));
  return by === undefined ? null : { kind: 'taken', by };
}

/** On many systems folders named like these would be one. */
export const isSameClassName = (a: string, b: string): boolean => foldedClassName(a) === foldedClassName(b);

/** Equal for names that differ in case, in spaces around or in how letters are encoded. */
export const foldedClassName = (name: string): string => cleanClassName(name).toLowerCase();
