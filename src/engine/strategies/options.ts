import type * as z from 'zod';
import { usageError } from '../errors';

/** The options of a strategy that has none. */
export type NoOptions = Record<string, never>;

/**
 * Makes a strategy's `parseOptions` from a strict zod object: fills in defaults, and says in one sentence which option
 * is wrong. Parsing what was parsed before changes nothing.
 */
export function optionsParser<S extends z.ZodObject>(strategy: string, schema: S): (options: unknown) => z.output<S> {
  return (options) => {
    const parsed = schema.safeParse(options ?? {});
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(schema.shape);
      const takes = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
      throw usageError(`The strategy ${strategy} has no option "${issue.keys[0]}"; ${takes}.`);
    }
    const problem = issue.message.replace(/^Invalid input: /, '');
    const which = issue.path.length === 0 ? 'The options' : `The option "${issue.path.join('.')}"`;
    throw usageError(`${which} of the strategy ${strategy} can't be used: ${problem}.`);
  };
}
