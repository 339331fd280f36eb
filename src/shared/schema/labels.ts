import * as z from 'zod';
import { REVIEWED } from '../reviewed';
import { imageId, isoTime, schemaVersion } from './common';

/**
 * One person's answer for one image: a class name, or "skipped"; either may carry a flag (a note for later review). `source`:
 * the answer came from looking over what a model had said, so which image it is for, and what it says, hangs on that model.
 */
export const labelEntry = z
  .strictObject({
    label: z.string().min(1).optional(),
    skipped: z.literal(true).optional(),
    at: isoTime,
    /** Seconds that the answer took. */
    seconds: z.number().nonnegative(),
    flag: z.string().optional(),
    source: z.literal(REVIEWED).optional(),
  })
  .refine((entry) => entry.source === undefined || entry.label !== undefined, {
    message: 'a reviewed prediction needs a "label"',
  })
  .refine((entry) => (entry.label === undefined) === (entry.skipped === true), {
    message: 'expected either "label" (a class name) or "skipped": true',
  });
export type LabelEntry = z.infer<typeof labelEntry>;

const fields = Object.keys(labelEntry.shape) as (keyof LabelEntry)[];

export const isSameAnswer = (a: LabelEntry, b: LabelEntry): boolean =>
  a === b || fields.every((field) => a[field] === b[field]);

/** `labels/<annotator>.json`, as earlier versions wrote it: image id → answer. */
export const labelFile = z.strictObject({ schema: schemaVersion, labels: z.record(imageId, labelEntry) });

const LINES_VERSION = 2;

/** The first line of `labels/<annotator>.jsonl`. */
export const labelHead = z.strictObject({
  schema: z.literal(LINES_VERSION, {
    error: `expected { "schema": ${LINES_VERSION} } (a higher number was written by a newer Warmstart: update this one)`,
  }),
});

/**
 * Every further line: an answer to an image, or that it was withdrawn. One that takes the place of an earlier answer
 * says which by its time: two lines for an image that don't know of each other are two answers, which a merge left.
 */
export const labelLine = z
  .strictObject({
    image: imageId,
    ...labelEntry.shape,
    withdrawn: z.literal(true).optional(),
    seconds: labelEntry.shape.seconds.optional(),
    replaces: isoTime.optional(),
  })
  .refine(
    ({ label, skipped, withdrawn }) => [label, skipped, withdrawn].filter((said) => said !== undefined).length === 1,
    {
      message: 'expected either "label" (a class name), "skipped": true or "withdrawn": true',
    },
  )
  .refine(({ source, label }) => source === undefined || label !== undefined, {
    message: 'a reviewed prediction needs a "label"',
  })
  .refine(({ withdrawn, seconds }) => withdrawn === true || seconds !== undefined, {
    message: 'expected the seconds that the answer took',
    path: ['seconds'],
  });
export type LabelLine = z.infer<typeof labelLine>;

const HEAD = `{ "schema": ${LINES_VERSION} }\n`;

/** The text of a label file: one answer a line, sorted by image (code units), so that version control can merge it. */
export const serialiseLabels = (labels: ReadonlyMap<string, LabelEntry>): string =>
  HEAD +
  [...labels.keys()]
    .sort()
    .map((image) => answerLine(image, labels.get(image)!))
    .join('');

/** The line of an answer; `replaces` is the time of the one that it takes the place of. */
export const answerLine = (image: string, entry: LabelEntry, replaces?: string): string => {
  if (replaces !== undefined) return lineText({ image, ...entry, replaces });
  const known = texts.get(entry);
  if (known?.image === image) return known.text;
  const text = lineText({ image, ...entry });
  texts.set(entry, { image, text });
  return text;
};

/** The line that takes an answer back. */
export const withdrawnLine = (image: string, at: string, replaces: string): string =>
  lineText({ image, withdrawn: true, at, replaces });

/** Entries don't change, and most of a file's were in it the last time that it was written. */
const texts = new WeakMap<LabelEntry, { readonly image: string; readonly text: string }>();

/** A field that is forgotten would be lost with the next writing. */
type Every<T> = { [K in keyof Required<T>]: T[K] };

function lineText({ image, label, skipped, withdrawn, at, seconds, flag, source, replaces }: LabelLine): string {
  const ordered = { image, label, skipped, withdrawn, at, seconds, flag, source, replaces } satisfies Every<LabelLine>;
  const given = Object.entries(ordered).filter(([, value]) => value !== undefined);
  return `{ ${given.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(', ')} }\n`;
}

/**
 * Image ids that stand more than once in the text of a label file of earlier versions, with the line of the second time. JSON keeps only
 * the last of equal keys, so a careless merge could lose an answer without anyone noticing.
 */
export function repeatedIds(text: string): { readonly image: string; readonly line: number }[] {
  const seen = new Set<string>();
  const repeated = new Map<string, number>();
  let depth = 0;
  let last = '';
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}:]/g)) {
    if (token === '{') depth++;
    else if (token === '}') depth--;
    else if (token !== ':') last = token;
    else if (depth === 2) {
      const id = JSON.parse(last) as string;
      if (seen.has(id) && !repeated.has(id)) repeated.set(id, text.slice(0, index).split('\n').length);
      seen.add(id);
    }
  }
  return Array.from(repeated, ([image, line]) => ({ image, line }));
}
