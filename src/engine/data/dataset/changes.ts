import type { IndexEntry } from './list';

/** How the images of a folder differ from those of the import before; ids, sorted. */
export interface ImageChanges {
  readonly added: readonly string[];
  /** The same id with another content. */
  readonly changed: readonly string[];
  readonly missing: readonly string[];
  /** False where the list of images before was lost: then only what people answered or were asked can be missed. */
  readonly whole: boolean;
}

/** `before`: the list of the import before; `remembered`: images that rounds asked for or people answered. */
export function changesOf(
  now: readonly IndexEntry[],
  before: readonly IndexEntry[] | null,
  remembered: ReadonlySet<string>,
): ImageChanges {
  const hashes = new Map(before?.map(({ id, hash }) => [id, hash]));
  const present = new Set(now.map(({ id }) => id));
  const known = before ? hashes.keys() : remembered;
  const ids = (entries: readonly IndexEntry[]) => entries.map(({ id }) => id).sort();
  return {
    added: before ? ids(now.filter(({ id }) => !hashes.has(id))) : [],
    changed: ids(now.filter(({ id, hash }) => hashes.has(id) && hashes.get(id) !== hash)),
    missing: [...known].filter((id) => !present.has(id)).sort(),
    whole: before !== null,
  };
}
