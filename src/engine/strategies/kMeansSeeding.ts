import { type Matrix, row, takeRows } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { squaredDistance } from '../numeric/vectors';
import { drawCentre, kMeansPlusPlus } from './kMeansPlusPlus';
import { nearestRows } from './nearestRows';

const SEQUENTIAL_UP_TO = 500_000_000; // multiplications in plain JavaScript; half a second

/**
 * The k points (k ≤ n) at which k-means starts, in the order in which they were drawn: k-means++, and for large problems
 * the same D² sampling in groups that grow, so that the distances to a whole group are one large product (k-means|| of
 * B. Bahmani et al., "Scalable k-means++", VLDB 2012, with exactly k draws in place of oversampling).
 */
export async function seedPoints(
  points: Matrix,
  k: number,
  random: Random,
  step: () => Promise<void>,
): Promise<Int32Array> {
  const first = random.integer(points.rows);
  if (points.rows * k * points.columns > SEQUENTIAL_UP_TO) return groupedSeeds(points, k, first, random, step);
  const lower = (centre: number, nearest: Float64Array): void => {
    const from = row<Float32Array | Float64Array>(points, centre);
    for (let i = 0; i < nearest.length; i++)
      nearest[i] = Math.min(nearest[i], squaredDistance(row(points, i), from, nearest[i]));
  };
  const centres = await kMeansPlusPlus({ count: points.rows, k, first, lower, uniform: () => random.uniform(), step });
  return Int32Array.from(centres, ({ index }) => index);
}

async function groupedSeeds(
  points: Matrix,
  k: number,
  first: number,
  random: Random,
  step: () => Promise<void>,
): Promise<Int32Array> {
  const seeds = new Int32Array(k).fill(first, 0, 1);
  const chosen = new Uint8Array(points.rows);
  chosen[first] = 1;
  const nearest = new Float64Array(points.rows).fill(Number.POSITIVE_INFINITY);
  for (let done = 0, count = 1; ; ) {
    const { squared } = await nearestRows(points, takeRows(points, seeds.subarray(done, count)), step);
    for (let i = 0; i < nearest.length; i++) nearest[i] = Math.min(nearest[i], squared[i]);
    if (count === k) return seeds;
    done = count;
    count = Math.min(k, done + Math.max(1, Math.min(done, k >> 4)));
    for (let s = done; s < count; s++) {
      await step();
      seeds[s] = drawCentre(nearest, chosen, () => random.uniform());
      chosen[seeds[s]] = 1;
    }
  }
}
