import * as z from 'zod';
import { type CoverRequest, pickFullBalls } from '../geometry/ballCover';
import { FarthestPoints } from '../geometry/farthestPoints';
import { nearestRows } from '../geometry/nearest';
import { pureRadius } from '../geometry/pureRadius';
import type { Job } from '../job';
import { stacked, stackedUnitRows, takeRows } from '../numeric/matrix';
import { EXACT_ROWS } from '../numeric/sample';
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
 * share of the balls holds only images of one pseudo-class (see `pureRadius`). Of more than 50,000 images the radius comes from a
 * sample, and balls are looked for among similar images (see `pickFullBalls`).
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
    const exactRows = EXACT_ROWS + points.rows - poolSize;
    const request = { points, classes: Math.max(1, classCount), purity, exactRows };
    const radius = delta ?? (await pureRadius(request, random, job));
    const { columns, data } = points;
    const pool = { rows: poolSize, columns, data: data.subarray(0, poolSize * columns) };
    const labelled = { rows: points.rows - poolSize, columns, data: data.subarray(poolSize * columns) };
    return coverGreedily({ pool, labelled, radius, k, random }, job);
  },
});

/** The picks of ProbCover at a given radius. */
export async function coverGreedily(request: CoverRequest, job: Job): Promise<Pick[]> {
  const { pool, labelled, k } = request;
  const { picks: full, covered } = await pickFullBalls(request, job);
  const picks = full.map(({ index, fresh }): Pick => {
    return { index, score: fresh, reason: fresh > 1 ? `stands for ${fresh.toLocaleString('en')} look-alikes` : ALONE };
  });
  if (picks.length === k) return picks;

  const step = pacer(job, 'Selecting images', k, 'images');
  const pace = (): Promise<void> => step(picks.length);
  const before = picks.map(({ index }) => index);
  const centres = stacked(labelled, takeRows(pool, before));
  const { squared: nearest } = await nearestRows(pool, centres, pace);
  const isPicked = new Uint8Array(pool.rows);
  for (const index of before) isPicked[index] = 1;
  const points = new FarthestPoints(pool, nearest, isPicked);
  while (picks.length < k) {
    await pace();
    const { index } = await points.farthest(pace);
    points.choose(index);
    picks.push({ index, score: covered[index] ? 0 : 1, reason: covered[index] ? KNOWN : ALONE });
  }
  return picks;
}

const ALONE = 'has no look-alikes among the images left';
const KNOWN = 'looks like an image chosen before, but less than all others left';
