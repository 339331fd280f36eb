import type { Job } from '../job';
import { type Matrix, stacked, takeRows } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { EXACT_ROWS } from '../numeric/sample';
import { pacer } from '../pacer';
import { Balls, forEachSquaredDistances } from './balls';
import { REGIONS, type RegionSize, Regions } from './regions';

export interface CoverRequest {
  /** Vectors of length 1 (or 0) of the pool [n × d] and of the labelled images [m × d]. */
  readonly pool: Matrix<Float32Array>;
  readonly labelled: Matrix<Float32Array>;
  readonly radius: number;
  readonly k: number;
  /** Groups a large pool. */
  readonly random: Random;
  /** Bytes that the lists of neighbours may take; those that don't fit are found again when needed. */
  readonly neighbourMemory?: number;
  /** Images up to which each is compared with all others. */
  readonly exactRows?: number;
  /** What each is compared with in a larger pool. */
  readonly regions?: RegionSize;
}

export interface BallCover {
  /** Images whose ball was the fullest, each with the number of images in it that nothing labelled or picked before covers. */
  readonly picks: readonly { readonly index: number; readonly fresh: number }[];
  /** 1 for every image of the pool that a labelled or picked one covers. */
  readonly covered: Uint8Array;
}

/**
 * Up to k images, each with the ball that holds the most images not covered yet by a labelled or picked one, as long as there
 * is one that holds more than one. Ties go to the lower index.
 *
 * In a pool of more than 50,000 images each is compared only with those of its region, groups of about 500 similar ones. How many
 * the picks cover is then counted in the whole pool.
 */
export async function pickFullBalls(request: CoverRequest, job: Job): Promise<BallCover> {
  const { pool, radius, neighbourMemory, random, exactRows = EXACT_ROWS } = request;
  if (pool.rows <= exactRows) return pickAmong(request, new Balls(pool, radius, neighbourMemory), job);
  const regions = await Regions.of(pool, request.regions ?? REGIONS, random, job);
  const { picks } = await pickAmong(request, new Balls(pool, radius, neighbourMemory, regions), job);
  return counted(
    request,
    picks.map(({ index }) => index),
    job,
  );
}

/** The same by given balls. */
async function pickAmong({ pool, labelled, radius, k }: CoverRequest, balls: Balls, job: Job): Promise<BallCover> {
  const n = pool.rows;
  const covered = await coveredBy(labelled, pool, radius, job);
  const gains = new Int32Array(n); // uncovered images in the ball of each image
  const uncovered = Array.from(covered.keys()).filter((i) => !covered[i]);
  const measure = pacer(job, 'Finding neighbours', uncovered.length, 'images');
  const count = (ball: Int32Array, sign: 1 | -1): void => {
    for (let j = 0; j < ball.length; j++) gains[ball[j]] += sign;
  };
  await balls.forEach(uncovered, (_, ball) => count(ball, 1), measure);

  const step = pacer(job, 'Selecting images', k, 'images');
  const picks: { index: number; fresh: number }[] = [];
  const pace = (): Promise<void> => step(picks.length);
  const isPicked = new Uint8Array(n);
  while (picks.length < k) {
    await pace();
    let best = -1;
    for (let i = 0; i < n; i++) if (!isPicked[i] && (best < 0 || gains[i] > gains[best])) best = i;
    if (gains[best] < 2 && labelled.rows + picks.length > 0) break;
    const fresh: number[] = [];
    const cover = (_: number, ball: Int32Array): void => {
      for (const i of ball) if (!covered[i]) fresh.push(i);
    };
    await balls.forEach([best], cover, pace);
    for (const i of fresh) covered[i] = 1;
    await balls.forEach(fresh, (_, ball) => count(ball, -1), pace);
    isPicked[best] = 1;
    picks.push({ index: best, fresh: fresh.length });
  }
  return { picks, covered };
}

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

/** The picked images with how many images of the whole pool each is the first to cover. */
async function counted(
  { pool, labelled, radius }: CoverRequest,
  picked: readonly number[],
  job: Job,
): Promise<BallCover> {
  const fresh = new Int32Array(picked.length);
  const covered = new Uint8Array(pool.rows);
  const place = new Map(picked.map((index, t) => [index, t]));
  const limit = radius ** 2;
  const visit = (i: number, squared: Float32Array): void => {
    const own = place.get(i); // its distance to itself may not come out as 0
    const end = own === undefined ? squared.length : labelled.rows + own;
    let first = 0;
    while (first < end && squared[first] >= limit) first++;
    if (first === squared.length) return;
    covered[i] = 1;
    if (first >= labelled.rows) fresh[first - labelled.rows]++;
  };
  const centres = stacked(labelled, takeRows(pool, picked));
  const step = pacer(job, 'Measuring coverage', pool.rows, 'images');
  await forEachSquaredDistances(pool, centres, visit, step);
  return { picks: picked.map((index, t) => ({ index, fresh: fresh[t] })), covered };
}
