import type * as z from 'zod';
import { brokenLine } from '../jsonLine';
import { parseJson } from '../jsonText';
import { conflictIn, type LineRange } from '../mergeMarks';
import { firstIssue } from '../schema/issue';

/** What is wrong with a file of ours, as data: the engine and the extension each make a sentence of it. */
export type Fault =
  /** A merge that nobody has finished. `keep`: `both` where its lines are answers, each of its own. */
  | ({ readonly kind: 'merge'; readonly keep: 'one' | 'both' } & LineRange)
  | { readonly kind: 'empty' }
  | { readonly kind: 'notJson'; readonly detail: string }
  /** `place`: such as `classes[2].name`; null for the top level. `expected`: what should stand there. */
  | { readonly kind: 'damaged'; readonly place: string | null; readonly expected: string }
  /** `line`: where it is answered again; null where another file does. */
  | { readonly kind: 'repeatedImage'; readonly image: string; readonly line: number | null }
  /** It says it is this number; `name` is the one that it should have then. */
  | { readonly kind: 'misnumbered'; readonly number: number; readonly name: string };

export type Parsed<T> = { readonly value: T; readonly fault: null } | { readonly value: null; readonly fault: Fault };

const wrong = (fault: Fault) => ({ value: null, fault }) as const;

/** Where in the file, and what; some messages name the line already. */
const withLine = (text: string, { message }: Error): string =>
  message.startsWith('line ') ? message : `line ${brokenLine(text)}: ${message}`;

/** The content of a JSON file, checked; or the first thing that is wrong with it. */
export function parseFile<S extends z.ZodType>(
  text: string,
  schema: S,
  keep: 'one' | 'both' = 'one',
): Parsed<z.output<S>> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const conflict = conflictIn(text);
    if (conflict) return wrong({ kind: 'merge', keep, ...conflict });
    return wrong(text.trim() === '' ? { kind: 'empty' } : { kind: 'notJson', detail: withLine(text, error as Error) });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) return wrong({ kind: 'damaged', ...firstIssue(parsed.error) });
  return { value: parsed.data, fault: null };
}
