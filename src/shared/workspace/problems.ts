import type * as z from 'zod';
import { parseJson } from '../jsonText';
import { firstIssue } from '../schema/issue';
import { hasMergeMarks } from '../schema/labels';

/** What is wrong with a file of ours, as data: the engine and the extension each make a sentence of it. */
export type Fault =
  | { readonly kind: 'merge' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'notJson'; readonly detail: string }
  /** `place`: such as `classes[2].name`; null for the top level. `expected`: what should stand there. */
  | { readonly kind: 'damaged'; readonly place: string | null; readonly expected: string }
  | { readonly kind: 'repeatedImage'; readonly image: string }
  /** It says it is this number; `name` is the one that it should have then. */
  | { readonly kind: 'misnumbered'; readonly number: number; readonly name: string };

export type Parsed<T> = { readonly value: T; readonly fault: null } | { readonly value: null; readonly fault: Fault };

const wrong = (fault: Fault) => ({ value: null, fault }) as const;

/** The content of a JSON file, checked; or the first thing that is wrong with it. */
export function parseFile<S extends z.ZodType>(text: string, schema: S): Parsed<z.output<S>> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (hasMergeMarks(text)) return wrong({ kind: 'merge' });
    return wrong(text.trim() === '' ? { kind: 'empty' } : { kind: 'notJson', detail: (error as Error).message });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) return wrong({ kind: 'damaged', ...firstIssue(parsed.error) });
  return { value: parsed.data, fault: null };
}
