import * as z from 'zod';
import { REVIEWED } from '../reviewed';
import { imageId, isoTime, SCHEMA_VERSION, schemaVersion } from './common';

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

/** `labels/<annotator>.json`: image id → answer. */
export const labelFile = z.strictObject({ schema: schemaVersion, labels: z.record(imageId, labelEntry) });

/** The text of a label file: keys sorted by code unit, one entry a line, so that version control can merge it. */
export function serialiseLabels(labels: ReadonlyMap<string, LabelEntry>): string {
  const lines = [...labels.keys()].sort().map((id) => `    ${JSON.stringify(id)}: ${entryText(labels.get(id)!)}`);
  const body = lines.length > 0 ? `{\n${lines.join(',\n')}\n  }` : '{}';
  return `{\n  "schema": ${SCHEMA_VERSION},\n  "labels": ${body}\n}\n`;
}

/** Entries don't change, and most of a file's were in it the last time that it was written. */
const texts = new WeakMap<LabelEntry, string>();

function entryText(entry: LabelEntry): string {
  const known = texts.get(entry);
  if (known !== undefined) return known;
  const { label, skipped, at, seconds, flag, source } = entry;
  const ordered = { label, skipped, at, seconds, flag, source };
  const fields = Object.entries(ordered).filter(([, value]) => value !== undefined);
  const text = `{ ${fields.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(', ')} }`;
  texts.set(entry, text);
  return text;
}

/** Whether the text holds what version control leaves where it could not merge. */
export const hasMergeMarks = (text: string): boolean => /^(<{7}|>{7}|={7})( |$)/m.test(text);

/**
 * Image ids that stand more than once in a label file's text. JSON keeps only the last of equal keys, so a careless
 * merge could lose an answer without anyone noticing.
 */
export function repeatedIds(text: string): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  let depth = 0;
  let last = '';
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}:]/g)) {
    if (token === '{') depth++;
    else if (token === '}') depth--;
    else if (token !== ':') last = token;
    else if (depth === 2) {
      const id = JSON.parse(last) as string;
      if (seen.has(id)) repeated.add(id);
      seen.add(id);
    }
  }
  return [...repeated];
}
