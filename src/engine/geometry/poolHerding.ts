import type { Job } from '../job';
import { type Matrix, rowsBetween, stacked, takeRows, unitRows } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { EXACT_ROWS, stratifiedSample } from '../numeric/sample';
import { pacer } from '../pacer';
import { GaussianKernel, ONE } from './gaussianKernel';
import { type HerdingPick, type HerdingRequest, herd } from './herding';
import { herdInRegions } from './regionHerding';
import { groupCount, REGIONS, type RegionSize, Regions } from './regions';

const BLOCK = 8192; // images scaled to length 1 at a time

export interface PoolHerdingRequest extends HerdingRequest {
  readonly random: Random;
  /** How many images are all compared with each other. */
  readonly exactRows?: number;
  /** What an image is compared with in a larger pool. */
  readonly regions?: RegionSize;
}

/**
 * The picks of `herd`, of a pool of any size. In one of more than 50,000 images what a pick covers is looked for in its region only,
 * the groups of similar images around it. Those need not hold all that it covers until there are about as many labelled and
 * picked images as regions side by side: up to then picks come from a sample of 50,000, where each covers so
 * many that a sample tells how many. What all picks cover is then measured on the whole pool, so gains are exact whichever they are.
 */
export async function herdPool(request: PoolHerdingRequest, job: Job): Promise<HerdingPick[]> {
  const { pool, labelled, k, exactRows = EXACT_ROWS, regions: size = REGIONS } = request;
  if (pool.rows <= exactRows) return herd(request, job);
  const coarse = Math.ceil(groupCount(pool.rows, size) / size.near);
  const picked = await herdSample(request, Math.max(0, Math.min(k, coarse - (labelled?.rows ?? 0))), job);
  if (picked.length < k) picked.push(...(await herdFinely(request, picked, job)));
  return measureCoverage(request, picked, job);
}

/** The first picks, from a sample, which stands for all as candidates and as what they cover. */
async function herdSample(request: PoolHerdingRequest, k: number, job: Job): Promise<number[]> {
  const { pool, weights, random, exactRows = EXACT_ROWS } = request;
  if (k === 0) return [];
  const sample = stratifiedSample(pool.rows, exactRows, random);
  const worth = weights && Float64Array.from(sample, (i) => weights[i]);
  const some = { ...request, k, pool: takeRows(pool, sample), isSample: true, ...(worth && { weights: worth }) };
  const picks = await herd(some, job);
  return picks.map(({ index }) => sample[index]);
}

/** The picks after these, each looked for with what it covers in its region. */
async function herdFinely(request: PoolHerdingRequest, picked: readonly number[], job: Job): Promise<number[]> {
  const { pool, labelled, sigma, k, weights, random, regions: size = REGIONS } = request;
  const points = unitRows(pool);
  const known = takeRows(points, picked);
  const covered = await coverageBy(points, labelled ? stacked(unitRows(labelled), known) : known, sigma, job);
  const regions = await Regions.of(points, size, random, job);
  return herdInRegions({ points, regions, sigma, k: k - picked.length, coverage: covered, weights, picked }, job);
}

/** How well each of the points is covered, in units of 1 / ONE. */
async function coverageBy(
  points: Matrix<Float32Array>,
  centres: Matrix<Float32Array>,
  sigma: number,
  job: Job,
): Promise<Int32Array> {
  const coverage = new Int32Array(points.rows);
  if (centres.rows === 0) return coverage;
  const visit = (x: number, values: Int32Array): void => {
    for (let l = 0; l < values.length; l++) if (values[l] > coverage[x]) coverage[x] = values[l];
  };
  const step = pacer(job, 'Measuring coverage', points.rows, 'images');
  await new GaussianKernel(centres, sigma).forEachRow(points, visit, step);
  return coverage;
}

/** What each of the picked images adds to the coverage of the pool by the labelled ones and those picked before it. */
export async function measureCoverage(
  request: Omit<HerdingRequest, 'k'>,
  picked: readonly number[],
  job: Job,
): Promise<HerdingPick[]> {
  const { pool, labelled, sigma, weights } = request;
  const n = pool.rows;
  const picks = unitRows(takeRows(pool, picked));
  const known = labelled?.rows ?? 0;
  const kernel = new GaussianKernel(labelled === undefined ? picks : stacked(unitRows(labelled), picks), sigma);
  const gains = new Float64Array(picked.length);
  const nearestTo = new Int32Array(picked.length);
  const add = (x: number, values: Int32Array): void => {
    let covered = 0;
    for (let l = 0; l < known; l++) if (values[l] > covered) covered = values[l];
    for (let t = 0; t < picked.length; t++) {
      const rise = values[known + t] - covered;
      if (rise <= 0) continue;
      gains[t] += (weights?.[x] ?? 1) * rise;
      nearestTo[t]++;
      covered += rise;
    }
  };
  const step = pacer(job, 'Measuring coverage', n, 'images');
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(n, start + BLOCK);
    const block = unitRows(rowsBetween(pool, start, end));
    await kernel.forEachRow(
      block,
      (i, values) => add(start + i, values),
      (done) => step(start + done),
    );
  }
  return picked.map((index, t) => ({ index, gain: gains[t] / (n * ONE), nearestTo: nearestTo[t] }));
}
