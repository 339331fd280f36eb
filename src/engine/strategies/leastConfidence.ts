import { topTwo } from '../numeric/probabilities';
import { className, percent } from './ranking';
import { uncertaintyStrategy } from './uncertainty';

/**
 * Least-confidence sampling: the images whose most probable class has the smallest probability; the score is −max p.
 * D. D. Lewis, W. A. Gale, "A sequential algorithm for training text classifiers", SIGIR 1994 (for several classes:
 * A. Culotta, A. McCallum, "Reducing labeling effort for structured prediction tasks", AAAI 2005).
 */
export const leastConfidence = uncertaintyStrategy({
  name: 'leastConfidence',
  title: 'Least confidence',
  summary: 'Asks about the images whose likeliest class is least certain.',
  score: (p) => -p[topTwo(p).first],
  reason(p, _score, context) {
    const { first } = topTwo(p);
    return `only ${percent(p[first])} sure that it is ${className(context, first)}`;
  },
});
