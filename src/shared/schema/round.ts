import * as z from 'zod';
import { annotatorName, count, digest, encoderStamp, imageId, schemaUpTo } from './common';
import { policySchema } from './policy';

/** One image of a round: which, its score when it was picked (null when the strategy has no finite one), and why. */
const roundPick = z.strictObject({
  image: imageId,
  score: z.number().nullable(),
  reason: z.string(),
  /** Whether everybody answers it, so that people can be compared; absent: whoever comes first. */
  everybody: z.literal(true).exactOptional(),
});

/** An image that a person has answered before and is asked again, shown to that person alone, as if it were new. */
const repeat = z.strictObject({
  annotator: annotatorName,
  image: imageId,
  /** Before which of the picks it is shown; as many as there are picks: after the last. */
  place: count,
  /** As in the round that asked for it first. */
  score: z.number().nullable(),
  reason: z.string(),
});
export type Repeat = z.infer<typeof repeat>;

/**
 * `rounds/NNNN.json`: what was asked and how it was chosen, picks in order. It holds no times, so that the same seed on
 * the same machine gives the same bytes.
 */
export const roundFile = z
  .strictObject({
    schema: schemaUpTo(3),
    /** What its answers are for: a test set, which is measured on and never trained on. Absent: training. */
    purpose: z.literal('test').exactOptional(),
    round: z.int().positive(),
    strategy: z.string().min(1),
    /** The strategy's options, defaults filled in. */
    options: z.record(z.string(), z.unknown()),
    /** The rest of the policy; rounds of schema 1 lack it. */
    policy: policySchema.omit({ strategy: true, options: true }).exactOptional(),
    seed: z.int(),
    /** Number of images asked for; more than `picks` when the pool held fewer. */
    budget: z.int().positive(),
    dataset: z.strictObject({ name: z.string().min(1), digest }),
    encoder: encoderStamp,
    /** The trained model that scored the pool; null when the strategy looked at the encoder's features alone. */
    model: z.strictObject({ learner: z.string().min(1), labels: digest }).nullable(),
    /** Labelled and unlabelled images at the time of the choice. */
    labelled: count,
    pool: count,
    picks: z.array(roundPick),
    /** Images that people are asked again; absent: none. What they answer is no label. */
    repeats: z.array(repeat).exactOptional(),
  })
  .refine((round) => new Set(round.picks.map((pick) => pick.image)).size === round.picks.length, {
    path: ['picks'],
    message: 'expected every image once',
  });
export type RoundFile = z.infer<typeof roundFile>;
