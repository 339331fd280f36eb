import { type Matrix, row, takeRows } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { squaredDistance } from '../numeric/vectors';
import { nearestRows } from './nearest';

const SEQUENTIAL_UP_TO = 500_000_000; // multiplications in plain JavaScript; half a second

/** One chosen centre and its squared distance to the nearest earlier one (Infinity for the first). */
export interface Centre {
  readonly index: number;
  readonly squaredDistance: number;
}

export interface SeedingRequest {
  /** How many points there are. */
  readonly count: number;
  /** How many centres to choose; at most `count`. */
  readonly k: number;
  /** The first centre. */
  readonly first: number;
  /** Lowers nearest[i] to the squared distance between i and the centre wherever that is smaller. */
  lower(centre: number, nearest: Float64Array): void;
  /** Numbers uniform in [0, 1), one for every centre after the first, none while all distances are 0. */
  uniform(): number;
  /** Awaited before every draw, with the number of centres so far. */
  step(done: number): Promise<void>;
}

/**
 * k-means++ seeding (D² sampling): every further centre is drawn with probability proportional to its squared distance
 * to the nearest centre so far, by inverting the cumulative distribution: the first point whose cumulative probability
 * reaches the uniform number. Never chooses a point twice; when all others coincide with centres, takes the lowest index.
 * D. Arthur, S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007, section 2.2.
 */
export async function kMeansPlusPlus(request: SeedingRequest): Promise<Centre[]> {
  const { count, k, lower, uniform, step } = request;
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const chosen = new Uint8Array(count);
  const centres: Centre[] = [];
  const choose = (index: number): void => {
    centres.push({ index, squaredDistance: nearest[index] });
    lower(index, nearest);
    chosen[index] = 1;
    nearest[index] = 0;
  };
  if (k > 0) choose(request.first);
  while (centres.length < k) {
    await step(centres.length);
    choose(drawCentre(nearest, chosen, uniform));
  }
  return centres;
}

/** A point not chosen yet, drawn by its squared distance; the lowest index, with no number drawn, where all are 0. */
function drawCentre(nearest: Float64Array, chosen: Uint8Array, uniform: () => number): number {
  let total = 0;
  for (let i = 0; i < nearest.length; i++) if (!chosen[i]) total += nearest[i];
  if (total === 0) return chosen.indexOf(0);
  const target = total * uniform();
  let cumulative = 0;
  let last = -1;
  for (let i = 0; i < nearest.length; i++) {
    if (chosen[i] || nearest[i] === 0) continue;
    cumulative += nearest[i];
    last = i;
    if (cumulative >= target) break;
  }
  return last; // also where rounding leaves the sum a little short of the target
}

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
    const from = row(points, centre);
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
