/** Whether two names differ only in upper and lower case, or in how marks are written, which many systems take for the same file. */
export const isNamedAlike = (one: string, other: string): boolean =>
  one !== other && foldedName(one) === foldedName(other);

/** Of these names the pairs that differ only so. */
export function pairsNamedAlike(names: readonly string[]): (readonly [string, string])[] {
  const last = new Map<string, string>();
  return names.flatMap((name) => {
    const other = last.get(foldedName(name));
    last.set(foldedName(name), name);
    return other === undefined ? [] : [[other, name] as const];
  });
}

/** Equal for names that many systems take for the same file. */
export const foldedName = (name: string): string => name.normalize('NFC').toLowerCase();
