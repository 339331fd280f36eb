import * as z from 'zod';
import { usageError } from '../errors';
import type { Job } from '../job';
import type { Random } from '../numeric/random';
import { type Need, type Orders, type SelectionContext, type View, type Viewer, viewOf } from './context';

/** One image to label: which, how it scored when it was picked, and why in a few words for a person. */
export interface Pick {
  readonly index: number;
  readonly score: number;
  readonly reason: string;
}

/** A rule that picks the batch, before it has options. */
export interface Strategy {
  /** The name in files and on the command line. */
  readonly name: string;
  /** The name that people read. */
  readonly title: string;
  /** What it needs (and uses) whatever its options are; of a hybrid, with nothing labelled. */
  readonly needs: readonly Need[];
  readonly uses: readonly Need[];
  /** The strategy with its options, as a person or a file gave them; throws a usage error that names the wrong one. */
  withOptions(options: unknown): QueryRule;
}

/** A strategy with its options: what asks in a round. */
export interface QueryRule extends Viewer {
  /** Defaults filled in; as files keep them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The rule in force with so many labelled images: a part of a hybrid, else itself. Only its needs count then. */
  inForce(labelled: number, classCount: number): QueryRule;
  /**
   * At most k distinct pool indices in pick order (all of the pool when k ≥ poolSize); ties go to the lower index. Pure:
   * same context, k and random stream, same picks. Throws an input error for a context that lacks what it needs.
   */
  select(context: SelectionContext, k: number, random: Random, job: Job): Promise<Pick[]>;
}

/** What people read about a strategy where they choose one; `npm run manifest` puts it into the editor's settings. */
export interface Description {
  /** What it asks for, in a few words. */
  readonly hint: string;
  /** The same at more length. */
  readonly about: string;
  /** Who published it. */
  readonly source?: string | undefined;
  /** A sentence on what to expect. */
  readonly note?: string | undefined;
}

export type ListedStrategy = Strategy & Description;

interface SelectRequest<O> {
  /** From 1 to poolSize. */
  readonly k: number;
  readonly options: O;
  readonly random: Random;
  readonly job: Job;
}

/** A strategy that needs a part beyond plain arrays says, from its options, how that is to be made. */
type OrdersOf<N extends Need, O> = [N & keyof Orders] extends [never]
  ? { readonly orders?: never }
  : { readonly orders: (options: O) => { readonly [P in N & keyof Orders]: Orders[P] } };

type Definition<N extends Need, U extends Need, S extends z.ZodObject> = Description & {
  readonly name: string;
  readonly title: string;
  readonly needs: readonly N[];
  /** Parts that it takes where they are there. */
  readonly uses?: readonly U[];
  /** A strict object. */
  readonly options: S;
  select(context: View<N, U>, request: SelectRequest<z.output<S>>): Promise<Pick[]>;
} & OrdersOf<N | U, z.output<S>>;

/** A strategy from its definition, in whose type its needs are: a part that is needed is there, one that is used may be. */
export function defineStrategy<N extends Need, S extends z.ZodObject, U extends Need = never>(
  definition: Definition<N, U, S>,
): ListedStrategy {
  const { name, title, hint, about, source, note, needs, uses = [], options: schema, orders } = definition;
  return {
    name,
    title,
    hint,
    about,
    source,
    note,
    needs,
    uses,
    withOptions(given) {
      const options = parseOptions(name, schema, given);
      const viewer: Viewer<N, U> = { name, needs, uses, orders: orders?.(options) ?? {} };
      const rule: QueryRule = {
        ...viewer,
        options,
        inForce: () => rule,
        select: async (context, k, random, job) =>
          definition.select(await viewOf(context, viewer, job), { k, options, random, job }),
      };
      return rule;
    },
  };
}

/** The options of a strategy that has none. */
export const noOptions = z.strictObject({});

/** Options by their schema: fills in defaults, and says in one sentence which option is wrong. */
export function parseOptions<S extends z.ZodObject>(strategy: string, schema: S, options: unknown): z.output<S> {
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
}
