import * as z from 'zod';
import { learnerChoices } from '../learners';
import { featureName } from './features';

/**
 * Who chooses the first batch, before anything is labelled: a random draw that all strategies of a seed share; the strategy,
 * where those that need a model, and those that draw at random anyway, begin with that shared draw; or the strategy alone,
 * where one that needs a model is refused, as in people's rounds.
 */
const firstDraws = ['random', 'strategy', 'own'] as const;

/** How a round is done, as data: the same for people, for benchmarks and for the demo. */
export const policySchema = z.strictObject({
  /** What models look at, and where training them starts. */
  features: featureName,
  learner: z.enum(learnerChoices),
  first: z.enum(firstDraws),
  strategy: z.string().min(1),
  /** The strategy's options, defaults filled in. */
  options: z.record(z.string(), z.unknown()),
});
export type Policy = Readonly<z.infer<typeof policySchema>>;

/** What a policy says of training, which knows nothing of who chooses. */
export const teachingPolicySchema = policySchema.pick({ features: true, learner: true });
export type TeachingPolicy = Readonly<z.infer<typeof teachingPolicySchema>>;
