import { createHash } from 'node:crypto';
import type { ResultsFile } from '../../shared/schema/results';

/** The tree must not be held up: of more labels nobody is told that one was changed. */
const MOST_LABELS = 20_000;

/**
 * Whether labels that the newest results were trained on have been changed or taken away since. New ones are nothing to tell of: the
 * next round trains on them. `labelled`: how many there are; `labels`: image → class, in the order of ids, as the engine digests them.
 */
export function isStale(
  newest: ResultsFile | undefined,
  labelled: number,
  labels: () => ReadonlyMap<string, string>,
): boolean {
  if (!newest || labelled > MOST_LABELS || labelled > newest.labelled) return false;
  if (labelled < newest.labelled) return true;
  return (
    createHash('sha256')
      .update(JSON.stringify([...labels()]))
      .digest('hex') !== newest.labels
  );
}
