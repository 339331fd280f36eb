import { FarthestPoints } from '../geometry/farthestPoints';
import { lowerToNearest } from '../geometry/nearest';
import { type Matrix, row } from '../numeric/matrix';
import { meanRow, squaredDistance } from '../numeric/vectors';
import { pacer } from '../pacer';
import { defineStrategy, noOptions, type Pick } from './define';

/**
 * Core-set (k-center greedy): again and again the image farthest from everything labelled or picked so far, by Euclidean
 * distance between features; the score is that distance. Without any labelled image the first pick is the image nearest
 * the mean of the pool, with score 0: the rule gives none, and an outlier would be the worst start.
 * O. Sener, S. Savarese, "Active learning for convolutional neural networks: a core-set approach", ICLR 2018,
 * algorithm 1 (without the mixed-integer refinement).
 */
export const coreset = defineStrategy({
  name: 'coreset',
  title: 'Core-set',
  hint: 'far from everything labelled',
  about: 'the images farthest from everything labelled',
  source: 'Sener & Savarese 2018',
  needs: ['features', 'labelledFeatures'],
  options: noOptions,
  async select({ features, labelledFeatures: labelled }, { k, job }) {
    const step = pacer(job, 'Selecting images', k, 'images');
    const nearest = new Float64Array(features.rows).fill(Number.POSITIVE_INFINITY);
    const points = new FarthestPoints(features, nearest);
    const picks: Pick[] = [];
    const pick = (index: number, score: number, reason: string): void => {
      picks.push({ index, score, reason });
      points.choose(index);
    };

    if (labelled.rows > 0) {
      const measure = pacer(job, 'Measuring distances to labelled images', features.rows, 'images');
      await lowerToNearest(nearest, features, labelled, measure);
    } else pick(nearestToMean(features), 0, 'at the centre of all images');
    while (picks.length < k) {
      await step(picks.length);
      const { index, squaredDistance } = await points.farthest(() => step(picks.length));
      const distance = Math.sqrt(squaredDistance);
      const reason =
        distance === 0 ? 'equals an image chosen before' : `far from all chosen so far (${distance.toPrecision(3)})`;
      pick(index, distance, reason);
    }
    return picks;
  },
});

function nearestToMean(features: Matrix): number {
  const mean = meanRow(features);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < features.rows; i++) {
    const distance = squaredDistance(row(features, i), mean, least);
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}
