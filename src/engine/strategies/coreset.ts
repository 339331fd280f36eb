import { z } from 'zod';
import type { Job } from '../job';
import { type Matrix, row } from '../matrix';
import { forEachProductRow } from '../runtime/matrixProducts';
import { optionsParser } from './options';
import { pacer } from './pacer';
import type { Pick, Strategy } from './strategy';
import { dot, meanRow, squaredDistance } from './vectors';

/**
 * Core-set (k-center greedy): again and again the image farthest from everything labelled or picked so far, by Euclidean
 * distance between features; the score is that distance. Without any labelled image the first pick is the image nearest
 * the mean of the pool, with score 0: the rule gives none, and an outlier would be the worst start.
 * O. Sener, S. Savarese, "Active learning for convolutional neural networks: a core-set approach", ICLR 2018,
 * algorithm 1 (without the mixed-integer refinement).
 */
export const coreset: Strategy = {
  name: 'coreset',
  title: 'Core-set',
  summary: 'Asks about the images that lie farthest from everything labelled so far.',
  needs: ['features', 'labelledFeatures'],
  parseOptions: optionsParser('coreset', z.strictObject({})),
  async select(context, k, _random, job) {
    const features = context.features!;
    const labelled = context.labelledFeatures;
    const step = pacer(job, 'Selecting images', k, 'images');
    const nearest = new Float64Array(features.rows).fill(Number.POSITIVE_INFINITY);
    const picked = new Uint8Array(features.rows);
    const picks: Pick[] = [];
    const pick = (index: number, score: number, reason: string): void => {
      picks.push({ index, score, reason });
      picked[index] = 1;
      const centre = row<Float32Array | Float64Array>(features, index);
      for (let i = 0; i < nearest.length; i++) {
        if (!picked[i]) nearest[i] = Math.min(nearest[i], squaredDistance(row(features, i), centre, nearest[i]));
      }
    };

    if (labelled !== undefined && labelled.rows > 0) await lowerToLabelled(nearest, features, labelled, job);
    else pick(nearestToMean(features), 0, 'at the centre of all images');
    while (picks.length < k) {
      await step(picks.length);
      let farthest = -1;
      for (let i = 0; i < nearest.length; i++) {
        if (!picked[i] && (farthest < 0 || nearest[i] > nearest[farthest])) farthest = i;
      }
      const distance = Math.sqrt(nearest[farthest]);
      const reason =
        distance === 0 ? 'equals an image chosen before' : `far from all chosen so far (${distance.toPrecision(3)})`;
      pick(farthest, distance, reason);
    }
    return picks;
  },
};

function nearestToMean(features: Matrix): number {
  const mean = meanRow(features);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < features.rows; i++) {
    const distance = squaredDistance(row<Float32Array | Float64Array>(features, i), mean, least);
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

const EXACT_UP_TO = 50_000_000; // multiplications; a fraction of a second

/**
 * Squared distance of every row of the pool to its nearest labelled row. For large problems single-precision products
 * find the nearest, and its distance is then computed exactly, so that a copy of a labelled image is at distance 0.
 */
async function lowerToLabelled(nearest: Float64Array, pool: Matrix, labelled: Matrix, job: Job): Promise<void> {
  const step = pacer(job, 'Measuring distances to labelled images', pool.rows, 'images');
  const distanceTo = (i: number, l: number, limit?: number): number =>
    squaredDistance(row<Float32Array | Float64Array>(pool, i), row<Float32Array | Float64Array>(labelled, l), limit);
  if (pool.rows * labelled.rows * pool.columns <= EXACT_UP_TO) {
    for (let i = 0; i < pool.rows; i++) {
      for (let l = 0; l < labelled.rows; l++) nearest[i] = Math.min(nearest[i], distanceTo(i, l, nearest[i]));
    }
    return;
  }
  const halfNorms = new Float64Array(labelled.rows);
  for (let l = 0; l < labelled.rows; l++) {
    const r = row<Float32Array | Float64Array>(labelled, l);
    halfNorms[l] = dot(r, r) / 2;
  }
  const visit = (i: number, products: Float32Array): void => {
    let best = 0; // the smallest ‖l‖² / 2 − ⟨x, l⟩ belongs to the smallest ‖x − l‖²
    for (let l = 1; l < products.length; l++) {
      if (halfNorms[l] - products[l] < halfNorms[best] - products[best]) best = l;
    }
    nearest[i] = distanceTo(i, best);
  };
  await forEachProductRow(pool, labelled, visit, step);
}
