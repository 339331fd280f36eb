import type { Job } from '../job';
import { rowsBetween, stacked, takeRows, unitRows } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { EXACT_ROWS, stratifiedSample } from '../numeric/sample';
import { pacer } from '../pacer';
import { GaussianKernel, ONE } from './gaussianKernel';
import { type HerdingPick, type HerdingRequest, herd } from './herding';

const SAMPLED_EACH = 4; // images for each pick, at least
const BLOCK = 8192; // images scaled to length 1 at a time

export interface SampledHerdingRequest extends HerdingRequest {
  readonly random: Random;
  /** How many images are all looked at. */
  readonly exactRows?: number;
}

/**
 * The picks of `herd`, of a pool of any size: of more than 50,000 images (four for each pick where that is more) a sample stands
 * for all, as candidates and as what they cover. What the picks of a sample cover is then measured on the whole
 * pool, so gains are exact whichever they are.
 */
export async function herdFromSample(request: SampledHerdingRequest, job: Job): Promise<HerdingPick[]> {
  const { pool, weights, k, random, exactRows = EXACT_ROWS } = request;
  const most = Math.max(exactRows, SAMPLED_EACH * k);
  if (pool.rows <= most) return herd(request, job);
  const sample = stratifiedSample(pool.rows, most, random);
  const worth = weights && Float64Array.from(sample, (i) => weights[i]);
  const picks = await herd(
    { ...request, pool: takeRows(pool, sample), isSample: true, ...(worth && { weights: worth }) },
    job,
  );
  return measureCoverage(
    request,
    picks.map(({ index }) => sample[index]),
    job,
  );
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
