/** Letters for the classes after the ninth, in the order of a keyboard; without those that mean something else. */
const LETTERS = 'qwertyuioasdhjklzxcvbm';
/** Adds a class. */
export const ADD_CLASS_KEY = '#';

const CLASS_KEYS = [...'123456789', ...LETTERS];

/** The key of a class, or null for one that has none. */
export const keyOfClass = (index: number): string | null => CLASS_KEYS[index] ?? null;

/** Which of so many classes has a key; null for a key that is none of theirs. */
export function classOfKey(key: string, classes: number): number | null {
  const at = CLASS_KEYS.indexOf(key.length === 1 ? key.toLowerCase() : key);
  return at >= 0 && at < classes ? at : null;
}
