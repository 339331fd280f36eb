import { className, percent, topTwo } from './ranking';
import { uncertaintyStrategy } from './uncertainty';

/** Shannon entropy of a distribution in nats: −Σ p ln p with 0 ln 0 = 0. */
export function shannonEntropy(p: ArrayLike<number>): number {
  let sum = 0;
  for (let c = 0; c < p.length; c++) if (p[c] > 0) sum -= p[c] * Math.log(p[c]);
  return sum;
}

/**
 * Entropy sampling: the images whose predicted class distribution has the largest Shannon entropy (nats).
 * C. E. Shannon, "A mathematical theory of communication", 1948; as a query rule: B. Settles, "Active Learning
 * Literature Survey", 2009, section 3.1.
 */
export const entropy = uncertaintyStrategy({
  name: 'entropy',
  title: 'Entropy',
  summary: 'Asks about the images whose predicted class distribution is flattest.',
  score: shannonEntropy,
  reason(p, score, context) {
    const { first } = topTwo(p);
    const most = Math.log(p.length).toFixed(2);
    return `entropy ${score.toFixed(2)} of at most ${most}; likeliest ${className(context, first)} (${percent(p[first])})`;
  },
});
