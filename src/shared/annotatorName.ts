/** What names an annotator's file: letters, digits, space and . _ @ -, not starting or ending with a dot or space. */
export const annotatorPattern = /^(?![. ])[\p{L}\p{M}\p{N}_.@ -]{1,64}(?<![. ])$/u;

/** Whether two names differ only in upper and lower case, or in how marks are written, which many systems take for the same file. */
export const isNamedAlike = (one: string, other: string): boolean => one !== other && folded(one) === folded(other);

/** Of these names the pairs that differ only so. */
export function pairsNamedAlike(names: readonly string[]): (readonly [string, string])[] {
  const last = new Map<string, string>();
  return names.flatMap((name) => {
    const other = last.get(folded(name));
    last.set(folded(name), name);
    return other === undefined ? [] : [[other, name] as const];
  });
}

const folded = (name: string): string => name.normalize('NFC').toLowerCase();
