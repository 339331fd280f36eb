import type { Job } from '../job';
import { type Matrix, takeRows } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { EXACT_ROWS, stratifiedSample } from '../numeric/sample';
import { pacer } from '../pacer';
import { forEachPairOfPoints, forEachSquaredDistances } from './balls';
import { clusterByKMeans } from './kMeans';

/** The largest radius that is looked at: at a distance of 1, vectors of length 1 stand at 60°. */
const LARGEST_RADIUS = 1;

const FEWEST_MEASURED = 1000; // points of a large problem

export interface RadiusRequest {
  /** Vectors of length 1. */
  readonly points: Matrix<Float32Array>;
  readonly classes: number;
  readonly purity: number;
  /** Points up to which all pairs of them are looked at. */
  readonly exactRows?: number;
}

/**
 * The largest radius, up to 1, at which at least the share `purity` of the balls around all points (vectors of length 1)
 * is pure: every point nearer to the centre than the radius has the centre's pseudo-label, its cluster of a k-means with
 * one cluster a class.
 *
 * A ball is pure up to the distance to the nearest point with another pseudo-label, so the radius is a quantile of these
 * distances: the number that the bisection of other implementations comes near to, in one pass over all pairs. Of more than
 * 50,000 points only a sample's distances to all of them are measured, as many as 50,000 have among themselves.
 * O. Yehuda, A. Dekel, G. Hacohen, D. Weinshall, "Active learning through a covering lens", NeurIPS 2022, section 3.3.
 */
export async function pureRadius(request: RadiusRequest, random: Random, job: Job): Promise<number> {
  const { points, classes, purity, exactRows = EXACT_ROWS } = request;
  const { assignment } = await clusterByKMeans(points, classes, random, job, { exactRows });
  const most = Math.max(FEWEST_MEASURED, Math.floor(exactRows ** 2 / points.rows));
  const reach =
    points.rows <= exactRows
      ? await distancesToOthers(points, assignment, job)
      : await distancesOfSome(stratifiedSample(points.rows, most, random), points, assignment, job);
  reach.sort();
  const pure = Math.ceil(purity * reach.length - 1e-9); // 0.9 · 10 must not count as more than 9
  return Math.min(reach[reach.length - pure], LARGEST_RADIUS);
}

/** For every point the distance to the nearest one of another cluster; Infinity where there is none. */
async function distancesToOthers(points: Matrix<Float32Array>, clusters: Int32Array, job: Job): Promise<Float64Array> {
  const least = new Float64Array(points.rows).fill(Number.POSITIVE_INFINITY);
  const visit = (i: number, squared: Float32Array): void => {
    const own = clusters[i];
    for (let t = 1; t < squared.length; t++) {
      const j = i + t;
      if (clusters[j] === own) continue;
      if (squared[t] < least[i]) least[i] = squared[t];
      if (squared[t] < least[j]) least[j] = squared[t];
    }
  };
  await forEachPairOfPoints(points, visit, pacer(job, 'Finding the radius', points.rows, 'images'));
  return least.map(Math.sqrt);
}

/** The same for some of the points. */
async function distancesOfSome(
  some: Int32Array,
  points: Matrix<Float32Array>,
  clusters: Int32Array,
  job: Job,
): Promise<Float64Array> {
  const least = new Float64Array(some.length).fill(Number.POSITIVE_INFINITY);
  const visit = (q: number, squared: Float32Array): void => {
    const own = clusters[some[q]];
    for (let j = 0; j < squared.length; j++) if (squared[j] < least[q] && clusters[j] !== own) least[q] = squared[j];
  };
  const step = pacer(job, 'Finding the radius', some.length, 'images');
  await forEachSquaredDistances(takeRows(points, some), points, visit, step);
  return least.map(Math.sqrt);
}
