import * as z from 'zod';
import { usageError } from '../errors';
import { labelledCount } from './context';
import { parseOptions, type QueryRule, type Strategy } from './define';

/** What a hybrid is made of. */
export interface HybridParts {
  readonly name: string;
  readonly title: string;
  readonly early: Strategy;
  /** From so many labelled images on, `late` is in force. */
  until(classCount: number): number;
  readonly late: Strategy;
}

/** An object of the two parts: written out, a property `then` would look like a promise's to the linter. */
const parts = <U, T>(use: U, then: T): { use: U; then: T } => ({ use, then });

const optionsOfParts = z.strictObject(parts(z.unknown().optional(), z.unknown().optional()));

/**
 * One strategy while few images are labelled, another from then on: each is asked exactly as if it had been named alone.
 * Its options are those of its parts: `{"use": {...}, "then": {...}}`.
 */
export function hybridOf({ name, title, early, until, late }: HybridParts): Strategy {
  const { needs, uses } = early;
  return {
    name,
    title,
    needs,
    uses,
    withOptions(given) {
      const { use, then } = parseOptions(name, optionsOfParts, given);
      const first = early.withOptions(use);
      const second = late.withOptions(then);
      const rule: QueryRule = {
        name,
        needs,
        uses,
        orders: first.orders,
        options: parts(first.options, second.options),
        inForce: (labelled, classCount) =>
          (labelled < until(classCount) ? first : second).inForce(labelled, classCount),
        select: (context, k, random, job) =>
          rule.inForce(labelledCount(context), context.classCount).select(context, k, random, job),
      };
      return rule;
    },
  };
}

const PATTERN = /^(.+?)-until-(\d+)-then-(.+)$/;
const WHOLE = 'must be a whole number from 1 on';
const schema = z.strictObject({
  until: z.int(WHOLE).min(1, WHOLE),
  ...parts(
    z.string('must be the name of a strategy; only "then" can be a hybrid itself'),
    z.union([z.string(), z.record(z.string(), z.unknown())], 'must be the name of a strategy or a hybrid'),
  ),
});

/** A hybrid as people write it down: two strategies by name, and the number of labelled images between them. */
export type HybridDescription = Readonly<Record<string, unknown>>;

/**
 * The hybrid that a description means: `{"until": 35, "use": "maxHerding", "then": "margin"}`, as an object or as JSON, or
 * the name that such a one gets, `maxHerding-until-35-then-margin`, which is fit for lists and file names. `then` may be
 * a hybrid again, with a larger `until`. Undefined for a text that does not look like one; throws a usage error for
 * one that makes no sense.
 */
export function hybridFrom(
  description: string | HybridDescription,
  strategyNamed: (name: string | HybridDescription) => Strategy,
): Strategy | undefined {
  if (partsOf(description) > MOST_PARTS)
    throw usageError(`A hybrid strategy has at most ${MOST_PARTS} parts, and this has more; leave some out.`);
  if (typeof description !== 'string') return fromObject(description, strategyNamed);
  const text = description.trim();
  if (text.startsWith('{')) return fromObject(parseJson(text), strategyNamed);
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  return fromObject({ until: Number(match[2]), ...parts(match[1], match[3]) }, strategyNamed);
}

const MOST_PARTS = 20;

/** How many strategies follow each other in a description, as far as that can be told without understanding it. */
function partsOf(description: string | HybridDescription): number {
  if (typeof description === 'string') return description.split(/-until-|"until"/).length;
  let parts = 1;
  for (let at: unknown = description; typeof at === 'object' && at !== null; parts++)
    at = (at as Readonly<Record<string, unknown>>).then;
  return parts;
}

function fromObject(
  description: HybridDescription,
  strategyNamed: (name: string | HybridDescription) => Strategy,
): Strategy {
  const wrong = (problem: string) =>
    usageError(
      `The hybrid strategy ${JSON.stringify(description)} can't be used: ${problem}; write {"until": 35, "use": "maxHerding", "then": "margin"}.`,
    );
  const parsed = schema.safeParse(description);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    if (issue.code === 'unrecognized_keys') throw wrong(`it has an unknown field "${issue.keys[0]}"`);
    if (issue.path.length === 0) throw wrong('it must be an object');
    const field = String(issue.path[0]);
    throw wrong(`"${field}" ${description[field] === undefined ? 'is missing' : issue.message}`);
  }
  const { until } = parsed.data;
  const [early, late] = [strategyNamed(parsed.data.use), strategyNamed(parsed.data.then)];
  if (PATTERN.test(early.name)) throw wrong('only "then" can be a hybrid itself');
  if (early.name === late.name) throw wrong(`both of its parts are ${early.name}`);
  const next = PATTERN.exec(late.name);
  if (next && Number(next[2]) <= until)
    throw wrong(`"then" changes at ${next[2]} labelled images, which must be more than ${until}`);
  return hybridOf({
    name: `${early.name}-until-${until}-then-${late.name}`,
    title: `${early.title} until ${until}, then ${late.title}`,
    early,
    until: () => until,
    late,
  });
}

function parseJson(text: string): HybridDescription {
  try {
    return JSON.parse(text) as HybridDescription;
  } catch (error) {
    throw usageError(`The hybrid strategy ${text} is not valid JSON (${(error as Error).message}).`);
  }
}
