import * as z from 'zod';
import { Balls, forEachSquaredDistances } from '../geometry/balls';
import { FarthestPoints } from '../geometry/farthestPoints';
import { nearestRows } from '../geometry/nearest';
import { pureRadius } from '../geometry/pureRadius';
import type { Job } from '../job';
import { type Matrix, stacked, stackedUnitRows, takeRows } from '../numeric/matrix';
import { pacer } from '../pacer';
import { defineStrategy, type Pick } from './define';

/**
 * ProbCover: again and again the image whose ball of radius delta holds the most images not covered yet, on vectors of
 * length 1; the score is that number. A labelled or picked image covers its ball.
 *
 * Once no ball holds more than one uncovered image, that count tells nothing more: then the image farthest from everything
 * labelled or picked follows, which takes the uncovered images first, each with score 1, and then the covered ones (0).
 *
 * Options: `delta`, or, where it is not given, `purity` (0.95): delta is the largest radius up to 1 at which so large a
 * share of the balls holds only images of one pseudo-class (see `pureRadius`).
 * O. Yehuda, A. Dekel, G. Hacohen, D. Weinshall, "Active learning through a covering lens", NeurIPS 2022, algorithm 1.
 */
export const probcover = defineStrategy({
  name: 'probcover',
  title: 'ProbCover',
  hint: 'the most look-alikes not covered yet',
  about: 'the images with the most look-alikes not yet covered by a labelled one',
  source: 'Yehuda et al. 2022',
  needs: ['representation', 'labelledRepresentation'],
  options: z.strictObject({
    delta: z.number().positive().max(2).optional(),
    purity: z.number().positive().max(1).default(0.95),
  }),
  async select({ poolSize, classCount, representation, labelledRepresentation }, { k, options, random, job }) {
    const { delta, purity } = options;
    const points = stackedUnitRows(representation, labelledRepresentation);
    const radius = delta ?? (await pureRadius(points, Math.max(1, classCount), purity, random, job));
    const { columns, data } = points;
    const pool = { rows: poolSize, columns, data: data.subarray(0, poolSize * columns) };
    const labelled = { rows: points.rows - poolSize, columns, data: data.subarray(poolSize * columns) };
    return coverGreedily({ pool, labelled, radius, k }, job);
  },
});

export interface CoverRequest {
  /** Vectors of length 1 (or 0) of the pool [n × d] and of the labelled images [m × d]. */
  readonly pool: Matrix<Float32Array>;
  readonly labelled: Matrix<Float32Array>;
  readonly radius: number;
  readonly k: number;
  /** Bytes that the lists of neighbours may take; those that don't fit are found again when needed. */
  readonly neighbourMemory?: number;
}

/** The picks of ProbCover at a given radius. */
export async function coverGreedily(request: CoverRequest, job: Job): Promise<Pick[]> {
  const { pool, labelled, radius, k, neighbourMemory } = request;
  const n = pool.rows;
  const covered = await coveredBy(labelled, pool, radius, job);
  const balls = new Balls(pool, radius, neighbourMemory);
  const gains = new Int32Array(n); // uncovered images in the ball of each image
  const uncovered = Array.from(covered.keys()).filter((i) => !covered[i]);
  const measure = pacer(job, 'Finding neighbours', uncovered.length, 'images');
  const count = (ball: Int32Array, sign: 1 | -1): void => {
    for (let j = 0; j < ball.length; j++) gains[ball[j]] += sign;
  };
  await balls.forEach(uncovered, (_, ball) => count(ball, 1), measure);

  const step = pacer(job, 'Selecting images', k, 'images');
  const pace = (): Promise<void> => step(picks.length);
  const picks: Pick[] = [];
  const picked = new Uint8Array(n);
  const pick = (index: number, score: number, reason: string): void => {
    picked[index] = 1;
    picks.push({ index, score, reason });
  };
  while (picks.length < k) {
    await pace();
    let best = -1;
    for (let i = 0; i < n; i++) if (!picked[i] && (best < 0 || gains[i] > gains[best])) best = i;
    if (gains[best] < 2 && labelled.rows + picks.length > 0) break;
    const fresh: number[] = [];
    const cover = (_: number, ball: Int32Array): void => {
      for (const i of ball) if (!covered[i]) fresh.push(i);
    };
    await balls.forEach([best], cover, pace);
    for (const i of fresh) covered[i] = 1;
    await balls.forEach(fresh, (_, ball) => count(ball, -1), pace);
    pick(best, fresh.length, fresh.length > 1 ? `stands for ${fresh.length.toLocaleString('en')} look-alikes` : ALONE);
  }
  if (picks.length === k) return picks;

  const chosen = stacked(
    labelled,
    takeRows(
      pool,
      picks.map(({ index }) => index),
    ),
  );
  const { squared: nearest } = await nearestRows(pool, chosen, pace);
  const points = new FarthestPoints(pool, nearest, picked);
  while (picks.length < k) {
    await pace();
    const { index } = await points.farthest(pace);
    points.choose(index);
    pick(index, covered[index] ? 0 : 1, covered[index] ? KNOWN : ALONE);
  }
  return picks;
}

const ALONE = 'has no look-alikes among the images left';
const KNOWN = 'looks like an image chosen before, but less than all others left';

/** 1 for every image of the pool that lies in the ball of a labelled one. */
async function coveredBy(
  labelled: Matrix<Float32Array>,
  pool: Matrix<Float32Array>,
  radius: number,
  job: Job,
): Promise<Uint8Array> {
  const covered = new Uint8Array(pool.rows);
  const limit = radius ** 2;
  const visit = (_: number, squared: Float32Array): void => {
    for (let j = 0; j < squared.length; j++) if (squared[j] < limit) covered[j] = 1;
  };
  const step = pacer(job, 'Measuring coverage', labelled.rows, 'labelled images');
  if (labelled.rows > 0) await forEachSquaredDistances(labelled, pool, visit, step);
  return covered;
}
