import * as z from 'zod';
import { inputError } from '../errors';
import { type DropoutSummary, summarise } from '../numeric/dropoutSummary';
import { type Matrix, row } from '../numeric/matrix';
import { shannonEntropy, topTwo } from '../numeric/probabilities';
import { optionsParser } from './options';
import { className, percent, pickLargest } from './ranking';
import type { Strategy } from './strategy';

/** The options of `bald`. */
export const parseBaldOptions = optionsParser(
  'bald',
  z.strictObject({ passes: z.int().min(2).max(10_000).default(20) }),
);

/** Mutual information of each image's class and the dropout mask in nats, [n]: H(mean p) − mean H(p) ≥ 0. */
export function mutualInformation({ mean, meanEntropy }: DropoutSummary): Float64Array {
  return meanEntropy.map((entropy, i) => Math.max(0, shannonEntropy(row(mean, i)) - entropy));
}

/**
 * BALD: the images about which passes with different dropout masks disagree most; the score is the mutual information of
 * class and mask in nats. Option `passes` (default 20): dropout masks to draw; passes given as arrays are used as they are.
 * Refuses a network without dropout, whose passes are all the same.
 * N. Houlsby, F. Huszár, Z. Ghahramani, M. Lengyel, "Bayesian active learning for classification and preference
 * learning", 2011, eq. 2; with dropout: Y. Gal, R. Islam, Z. Ghahramani, "Deep Bayesian active learning with image data",
 * ICML 2017.
 */
export const bald: Strategy = {
  name: 'bald',
  title: 'BALD',
  summary: 'Asks about the images on which the model contradicts itself when parts of it are left out.',
  needs: ['dropoutProbabilities'],
  parseOptions: parseBaldOptions,
  async select(context, k) {
    const { dropoutProbabilities } = context;
    if (!context.dropout && dropoutProbabilities) refuseEqual(dropoutProbabilities);
    const summary = context.dropout ?? summarise(dropoutProbabilities!);
    const scores = mutualInformation(summary);
    return pickLargest(scores, k, (i) => {
      const p = row(summary.mean, i);
      const { first } = topTwo(p);
      return `disagreement ${scores[i].toFixed(3)}; likeliest ${className(context, first)} (${percent(p[first])})`;
    });
  },
};

/** Equal passes come from a network without dropout, unless every probability is 0 or 1 to the last digit. */
function refuseEqual(passes: readonly Matrix[]): void {
  const [first, ...others] = passes;
  const certain = first.data.every((p) => p === 0 || p === 1);
  if (certain || !others.every(({ data }) => data.every((p, j) => p === first.data[j]))) return;
  throw inputError(
    `The ${passes.length} passes are all the same, so the network has no dropout and bald has nothing to compare; switch dropout on, or choose another strategy, such as entropy.`,
  );
}
