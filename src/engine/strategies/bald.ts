import * as z from 'zod';
import type { DropoutSummary } from '../numeric/dropoutSummary';
import { row } from '../numeric/matrix';
import { shannonEntropy, topTwo } from '../numeric/probabilities';
import { defineStrategy } from './define';
import { percent, pickLargest } from './picks';

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
export const bald = defineStrategy({
  name: 'bald',
  title: 'BALD',
  hint: 'the model contradicts itself under dropout',
  about: 'the images on which the model contradicts itself when parts of it are left out',
  source: 'Gal et al. 2017',
  needs: ['dropout'],
  options: z.strictObject({ passes: z.int().min(2).max(10_000).default(20) }),
  orders: ({ passes }) => ({ dropout: { passes } }),
  async select({ dropout, className }, { k }) {
    const scores = mutualInformation(dropout);
    return pickLargest(scores, k, (i) => {
      const p = row(dropout.mean, i);
      const { first } = topTwo(p);
      return `disagreement ${scores[i].toFixed(3)}; likeliest ${className(first)} (${percent(p[first])})`;
    });
  },
});
