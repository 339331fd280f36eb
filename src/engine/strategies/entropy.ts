import { shannonEntropy, topTwo } from '../numeric/probabilities';
import { defineStrategy, noOptions } from './define';
import { percent, pickRows } from './picks';

/**
 * Entropy sampling: the images whose predicted class distribution has the largest Shannon entropy (nats).
 * C. E. Shannon, "A mathematical theory of communication", 1948; as a query rule: B. Settles, "Active Learning
 * Literature Survey", 2009, section 3.1.
 */
export const entropy = defineStrategy({
  name: 'entropy',
  title: 'Entropy',
  hint: 'the least decided over all classes',
  about: 'the images about which the model is least decided over all classes',
  needs: ['probabilities'],
  options: noOptions,
  select: async ({ probabilities, className }, { k }) =>
    pickRows(probabilities, k, shannonEntropy, (p, score) => {
      const { first } = topTwo(p);
      const most = Math.log(p.length).toFixed(2);
      return `entropy ${score.toFixed(2)} of at most ${most}; likeliest ${className(first)} (${percent(p[first])})`;
    }),
});
