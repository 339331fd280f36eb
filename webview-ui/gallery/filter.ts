import { DIFFERENT, NO_ANSWER, SKIPPED } from '../../src/shared/protocol/gallery';
import { type ImageColumns, isUnknown } from './columns';

/** Filters that need no class; the page offers them in this order. */
export const plainFilters = [
  'all',
  'unlabelled',
  'labelled',
  'review',
  'reviewed',
  'wrong',
  'disputed',
  'skipped',
  'flagged',
  'duplicates',
  'test',
] as const;
export type PlainFilter = (typeof plainFilters)[number];

/** The images that somebody asked to see. */
export const SET_FILTER = 'set';

type Test = (i: number) => boolean;

const tests: Readonly<Record<PlainFilter, (columns: ImageColumns) => Test>> = {
  all: () => () => true,
  unlabelled: (columns) => (i) => {
    const label = columns.labelOf(i);
    return (label === NO_ANSWER || isUnknown(label)) && columns.test[i] === 0;
  },
  labelled: (columns) => (i) => columns.labelOf(i) >= 0,
  review: (columns) => (i) => columns.isToReview(i),
  reviewed: (columns) => (i) => columns.reviewed.has(i) && columns.labelOf(i) >= 0,
  wrong: (columns) => (i) => columns.isContradicted(i),
  disputed: (columns) => (i) => columns.labelOf(i) === DIFFERENT,
  skipped: (columns) => (i) => columns.labelOf(i) === SKIPPED,
  flagged: (columns) => (i) => columns.flags.has(i),
  duplicates: (columns) => (i) => (columns.group?.[i] ?? 0) > 0,
  test: (columns) => (i) => columns.test[i] === 1,
};

/**
 * Whether an image passes a filter: a plain one, `set` (what somebody asked to see), `label:`, `predicted:` or `review:` with the name of a
 * class, or `by:` with that of an annotator. One that is about something which is not there any more lets all pass.
 */
export function testOf(filter: string, columns: ImageColumns, classes: readonly string[]): Test {
  if (filter === SET_FILTER) return (i) => columns.isInSet(i);
  if (Object.hasOwn(tests, filter)) return tests[filter as PlainFilter](columns);
  const [, kind, name = ''] = /^(label|predicted|review|by):([\s\S]*)$/.exec(filter) ?? [];
  const given = kind === 'by' && columns.by.get(name);
  if (given) return (i) => given.has(i);
  const index = classes.indexOf(name);
  if (index < 0) return () => true;
  if (kind === 'label') return (i) => columns.labelOf(i) === index;
  if (kind === 'review') return (i) => columns.predictionOf(i) === index && columns.isToReview(i);
  return (i) => columns.predictionOf(i) === index;
}

/** The images of an order that pass a filter and have the text in their name. */
export function filtered(order: Int32Array, test: Test, text: string, columns: ImageColumns): Int32Array {
  const wanted = text.trim().toLowerCase();
  const searched = wanted === '' ? null : columns.searched;
  return order.filter((i) => test(i) && (searched === null || (searched[i] ?? '').includes(wanted)));
}

/** Whether predictions are being looked over, all or those of a class. */
export const isReview = (filter: string): boolean => filter === 'review' || filter.startsWith('review:');
