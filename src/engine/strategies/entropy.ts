import { shannonEntropy, topTwo } from '../numeric/probabilities';
import { className, percent } from './ranking';
import { uncertaintyStrategy } from './uncertainty';

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
