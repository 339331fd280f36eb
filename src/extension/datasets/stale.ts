import { createHash } from 'node:crypto';
import { REVIEWED } from '../../shared/reviewed';
import type { ResultsFile } from '../../shared/schema/results';
import { FEWEST_HELD_OUT } from '../../shared/workspace/heldOut';
import type { Stale } from './datasetState';
import type { LabelCount } from './labelCounts';

/** The tree must not be held up: of more labels nobody is told that one was changed. */
const MOST_LABELS = 20_000;

/** What there is to compare with the newest results. */
export interface LabelsNow {
  readonly counted: Pick<LabelCount, 'classes' | 'isReviewed'>;
  /** How many labels teach. */
  readonly labelled: number;
  /** Images of test sets. */
  readonly heldOut: ReadonlySet<string>;
  /** Whether a test split is measured on, so that a test set is not. */
  readonly hasTestSplit: boolean;
}

/**
 * Whether labels that the newest results were trained on have been changed or taken away since, or a test set has got labels that
 * they were not measured on. New labels to learn from are nothing to tell of: the next round trains on them.
 */
export function staleIn(newest: ResultsFile | undefined, now: LabelsNow): Stale | null {
  if (!newest || now.labelled > MOST_LABELS) return null;
  if (haveChanged(newest, now)) return 'labels';
  return isMeasuredElsewhere(newest, now) ? 'testSet' : null;
}

function haveChanged(newest: ResultsFile, { counted, labelled, heldOut }: LabelsNow): boolean {
  if (labelled !== newest.labelled) return labelled < newest.labelled;
  const rows = [...counted.classes((image) => !heldOut.has(image))];
  return digestOf(rows.map((row) => (counted.isReviewed(row[0]) ? [...row, REVIEWED] : row))) !== newest.labels;
}

function isMeasuredElsewhere({ testSet }: ResultsFile, { counted, heldOut, hasTestSplit }: LabelsNow): boolean {
  if (hasTestSplit) return false;
  const tested = [...counted.classes((image) => heldOut.has(image) && !counted.isReviewed(image))];
  return (tested.length < FEWEST_HELD_OUT ? undefined : digestOf(tested)) !== testSet?.labels;
}

/** As the engine digests labels, in the order of ids. */
const digestOf = (rows: readonly (readonly string[])[]): string =>
  createHash('sha256').update(JSON.stringify(rows)).digest('hex');
