import { topTwo } from '../numeric/probabilities';
import { defineStrategy, noOptions } from './define';
import { percent, pickRows } from './picks';

/**
 * Least-confidence sampling: the images whose most probable class has the smallest probability; the score is −max p.
 * D. D. Lewis, W. A. Gale, "A sequential algorithm for training text classifiers", SIGIR 1994 (for several classes:
 * A. Culotta, A. McCallum, "Reducing labeling effort for structured prediction tasks", AAAI 2005).
 */
export const leastConfidence = defineStrategy({
  name: 'leastConfidence',
  title: 'Least confidence',
  hint: 'the lowest probability of the likeliest class',
  about: 'the images whose likeliest class is least likely',
  needs: ['probabilities'],
  options: noOptions,
  select: async ({ probabilities, className }, { k }) =>
    pickRows(
      probabilities,
      k,
      (p) => -p[topTwo(p).first],
      (p) => {
        const { first } = topTwo(p);
        return `only ${percent(p[first])} sure that it is ${className(first)}`;
      },
    ),
});
