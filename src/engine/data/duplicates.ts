import { byId } from './byId';
import type { IndexEntry } from './dataset/list';

/** Exact duplicates: images with the same decoded pixels (equal files always have them). Nothing is removed for it. */
export interface Duplicates {
  /** Sets of two or more images with the same pixels. */
  readonly groups: readonly DuplicateGroup[];
  /** Images beyond the first of each group. */
  readonly copies: number;
  /** Test images that also stand in the pool: accuracy on them is too good. */
  readonly leaks: readonly { readonly test: string; readonly train: readonly string[] }[];
  /** Same pixels, different known classes: at least one of them is wrong. */
  readonly conflicts: readonly { readonly ids: readonly string[]; readonly labels: readonly (string | null)[] }[];
}

export interface DuplicateGroup {
  /** Sorted. */
  readonly ids: readonly string[];
  /** Whether the files are equal too, byte for byte. */
  readonly sameFile: boolean;
}

/** Groups images by the hash of their pixels; `pixelHashes[i]` belongs to `entries[i]`. */
export function findDuplicates(
  entries: readonly IndexEntry[],
  pixelHashes: readonly string[],
  classes: readonly string[],
): Duplicates {
  const byPixels = new Map<string, IndexEntry[]>();
  for (const [i, entry] of entries.entries()) {
    const group = byPixels.get(pixelHashes[i]);
    if (group) group.push(entry);
    else byPixels.set(pixelHashes[i], [entry]);
  }
  const groups = [...byPixels.values()].filter((group) => group.length > 1).map((group) => group.sort(byId));
  groups.sort((a, b) => byId(a[0], b[0]));
  const idsOf = (group: readonly IndexEntry[]) => group.map(({ id }) => id);
  return {
    groups: groups.map((group) => ({ ids: idsOf(group), sameFile: group.every(({ hash }) => hash === group[0].hash) })),
    copies: groups.reduce((sum, group) => sum + group.length - 1, 0),
    leaks: groups.flatMap((group) => {
      const train = idsOf(group.filter(({ split }) => split === 'train'));
      const test = train.length === 0 ? [] : group.filter(({ split }) => split === 'test');
      return test.map(({ id }) => ({ test: id, train }));
    }),
    conflicts: groups
      .filter((group) => new Set(group.flatMap(({ label }) => label ?? [])).size > 1)
      .map((group) => ({
        ids: idsOf(group),
        labels: group.map(({ label }) => (label === null ? null : classes[label])),
      })),
  };
}
