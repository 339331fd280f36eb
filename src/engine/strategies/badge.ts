import { GradientEmbeddings } from '../geometry/gradientEmbeddings';
import { kMeansPlusPlus } from '../geometry/kMeansSeeding';
import { seedByRejection } from '../geometry/seedingByRejection';
import { row } from '../numeric/matrix';
import { topTwo } from '../numeric/probabilities';
import { EXACT_ROWS } from '../numeric/sample';
import { pacer } from '../pacer';
import { defineStrategy, noOptions } from './define';
import { percent } from './picks';

/**
 * BADGE: k-means++ seeding on the last layer's gradients under the predicted labels, which are long where the model is
 * unsure and differ where images differ. The first pick is the longest gradient (score: its length), the others are
 * drawn by D² sampling (score: distance to the nearest gradient picked before). From more than 50,000 images they are drawn by
 * the same distribution with other random numbers.
 * J. T. Ash, C. Zhang, A. Krishnamurthy, J. Langford, A. Agarwal, "Deep batch active learning by diverse, uncertain
 * gradient lower bounds", ICLR 2020, algorithm 1.
 */
export const badge = defineStrategy({
  name: 'badge',
  title: 'BADGE',
  hint: 'uncertain and diverse',
  about: 'uncertain and diverse at once',
  source: 'Ash et al. 2020',
  needs: ['probabilities', 'features'],
  options: noOptions,
  async select({ probabilities, features, className }, { k, random, job }) {
    const gradients = new GradientEmbeddings(probabilities, features);
    let first = 0;
    for (let i = 1; i < gradients.count; i++) {
      if (gradients.squaredNorm(i) > gradients.squaredNorm(first)) first = i;
    }
    const step = pacer(job, 'Selecting images', k, 'images');
    const uniform = (): number => random.uniform();
    const shared = { count: gradients.count, k, first, uniform, step };
    const centres =
      gradients.count > EXACT_ROWS
        ? await seedByRejection({
            ...shared,
            lowerToAll: (some, nearest, pace) => gradients.lowerToAll(some, nearest, pace),
            leastTo: (i, some, limit) => gradients.leastTo(i, some, limit),
          })
        : await kMeansPlusPlus({ ...shared, lower: (centre, nearest) => gradients.lower(centre, nearest) });
    return centres.map(({ index, squaredDistance }, place) => {
      const score = Math.sqrt(place === 0 ? gradients.squaredNorm(index) : squaredDistance);
      const p = row(probabilities, index);
      const { first: likeliest } = topTwo(p);
      const guess = `${percent(p[likeliest])} sure of ${className(likeliest)}`;
      const why = place === 0 ? 'would change the model most' : 'would change the model in a new way';
      return { index, score, reason: `${why}; ${guess}` };
    });
  },
});
