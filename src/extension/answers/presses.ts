import type { LabelEntry } from '../../shared/schema/labels';

/** What taking back one press means: entries to put back as they were, and images whose answer goes. */
export interface Undoing {
  readonly at: string;
  readonly restore: ReadonlyMap<string, LabelEntry>;
  readonly remove: readonly string[];
  /** Images of which nobody knows whether the press changed an earlier answer. While there are any, it stays. */
  readonly unknown: readonly string[];
}

/** What presses took the place of. */
export interface Replacements {
  /** The answer of an image that the press at a time changed. */
  before(at: string, image: string): LabelEntry | undefined;
  /** Whether it is known what the press at that time changed. */
  knows(at: string): boolean;
}

/**
 * The last press of an annotator in a batch: the answers with the latest time, which one press shares. It is read from
 * the answers themselves, so it can be undone after a reload or a crash as well. Null when nothing is answered.
 */
export function lastPress(
  own: ReadonlyMap<string, LabelEntry>,
  batch: readonly string[],
  replaced: Replacements,
): Undoing | null {
  let at: string | null = null;
  let latest = Number.NEGATIVE_INFINITY;
  for (const image of batch) {
    const entry = own.get(image);
    if (entry && Date.parse(entry.at) > latest) {
      at = entry.at;
      latest = Date.parse(at);
    }
  }
  if (at === null) return null;
  const restore = new Map<string, LabelEntry>();
  const first: string[] = [];
  for (const image of batch) {
    if (own.get(image)?.at !== at) continue;
    const before = replaced.before(at, image);
    if (before) restore.set(image, before);
    else first.push(image);
  }
  return replaced.knows(at) ? { at, restore, remove: first, unknown: [] } : { at, restore, remove: [], unknown: first };
}

/** A time for the next press: now, but later than all answers of the batch, so that the order of presses is kept. */
export function nextTime(own: ReadonlyMap<string, LabelEntry>, batch: readonly string[], now: number): string {
  const latest = batch.reduce((most, image) => {
    const at = own.get(image)?.at;
    return at === undefined ? most : Math.max(most, Date.parse(at));
  }, Number.NEGATIVE_INFINITY);
  return new Date(Math.max(now, latest + 1)).toISOString();
}
