import type { Job } from '../job';
import { type Matrix, rowsBetween, takeRows, unitRows } from '../numeric/matrix';
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
  const coverage = await coverageBy(labelled, request, job);
  if (picked.length < k) picked.push(...(await herdFinely(request, coverage, picked, job)));
  return addedCoverage(request, coverage, picked, job);
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
async function herdFinely(
  request: PoolHerdingRequest,
  byLabelled: Int32Array,
  picked: readonly number[],
  job: Job,
): Promise<number[]> {
  const { pool, sigma, k, weights, random, regions: size = REGIONS } = request;
  const before = await coverageBy(takeRows(pool, picked), request, job);
  const coverage = before.map((value, x) => Math.max(value, byLabelled[x]));
  const points = unitRows(pool);
  const regions = await Regions.of(points, size, random, job);
  const { sample } = size;
  return herdInRegions(
    { points, regions, sigma, k: k - picked.length, coverage, weights, picked, sample, random },
    job,
  );
}

type Covered = Pick<HerdingRequest, 'pool' | 'sigma' | 'weights'>;

/** How well some images cover each of the pool, in units of 1 / ONE. */
async function coverageBy(centres: Matrix | undefined, request: Covered, job: Job): Promise<Int32Array> {
  const coverage = new Int32Array(request.pool.rows);
  if (centres === undefined || centres.rows === 0) return coverage;
  const visit = (x: number, values: Int32Array): void => {
    for (let l = 0; l < values.length; l++) if (values[l] > coverage[x]) coverage[x] = values[l];
  };
  await forEachKernelRow(request, centres, visit, job);
  return coverage;
}

/** What each of the picked images adds to the coverage of the pool by the labelled ones and those picked before it. */
export async function measureCoverage(
  request: Omit<HerdingRequest, 'k'>,
  picked: readonly number[],
  job: Job,
): Promise<HerdingPick[]> {
  return addedCoverage(request, await coverageBy(request.labelled, request, job), picked, job);
}

/** The same by what covers the pool before the first of them. */
async function addedCoverage(
  request: Covered,
  before: Int32Array,
  picked: readonly number[],
  job: Job,
): Promise<HerdingPick[]> {
  const { pool, weights } = request;
  const gains = new Float64Array(picked.length);
  const nearestTo = new Int32Array(picked.length);
  const add = (x: number, values: Int32Array): void => {
    let covered = before[x];
    for (let t = 0; t < values.length; t++) {
      const rise = values[t] - covered;
      if (rise <= 0) continue;
      gains[t] += (weights?.[x] ?? 1) * rise;
      nearestTo[t]++;
      covered += rise;
    }
  };
  await forEachKernelRow(request, takeRows(pool, picked), add, job);
  return picked.map((index, t) => ({ index, gain: gains[t] / (pool.rows * ONE), nearestTo: nearestTo[t] }));
}

/** Visits the kernel between each image of the pool and some others; `values` is only valid during the call. */
async function forEachKernelRow(
  { pool, sigma }: Covered,
  others: Matrix,
  visit: (x: number, values: Int32Array) => void,
  job: Job,
): Promise<void> {
  const kernel = new GaussianKernel(unitRows(others), sigma);
  const step = pacer(job, 'Measuring coverage', pool.rows, 'images');
  for (let start = 0; start < pool.rows; start += BLOCK) {
    const block = unitRows(rowsBetween(pool, start, Math.min(pool.rows, start + BLOCK)));
    await kernel.forEachRow(
      block,
      (i, values) => visit(start + i, values),
      (done) => step(start + done),
    );
  }
}
