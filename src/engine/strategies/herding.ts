import type { Job } from '../job';
import { type Matrix, takeRows } from '../matrix';
import { GaussianKernel, ONE } from './gaussianKernel';
import { pacer } from './pacer';
import { unitRows } from './vectors';

export interface HerdingRequest {
  /** Vectors of the pool [n × d] and of the labelled images [m × d]; any length, they are scaled to 1 here. */
  readonly pool: Matrix;
  readonly labelled: Matrix | undefined;
  readonly sigma: number;
  readonly k: number;
  /** What covering each image of the pool is worth, n numbers from 0 to 1; without them 1. */
  readonly weights?: ArrayLike<number>;
  /** Bytes that the kernel between all images of the pool may take; it is not kept where it needs more. */
  readonly kernelMemory?: number;
}

export interface HerdingPick {
  readonly index: number;
  /** By how much the pick raises the (weighted) mean coverage (0 … 1). */
  readonly gain: number;
  /** For how many images of the pool the pick lies nearer than anything chosen before. */
  readonly nearestTo: number;
}

const KERNEL_MEMORY = 256 * 2 ** 20; // bytes

/**
 * Greedy maximisation of the coverage mean_x w_x max_{l ∈ L} k(x, l) by k further images: each pick is
 * argmax_j mean_x w_x max(0, k(x, j) − m_x) with m_x the coverage of x so far; ties go to the lower index.
 *
 * The gains of all images are kept up to date. A pick changes m_x only for the images it is now nearest to, so only their
 * kernel rows are visited: on average n / (m + picks) of n rows for a pick. Lazy evaluation by stale gains does not bound
 * the work like that: after the first picks nearly every stale gain has to be computed again.
 *
 * A pool of up to about 8,000 keeps its kernel in memory. A larger one computes rows again, block by block, in memory
 * proportional to n; single-precision products may then differ in the last bit between blocks of different size, which
 * shifts a gain by some 1e-7 in all, however many picks there are.
 */
export async function herd(request: HerdingRequest, job: Job): Promise<HerdingPick[]> {
  const { pool, labelled, sigma, k, kernelMemory = KERNEL_MEMORY } = request;
  const n = pool.rows;
  const points = unitRows(pool);
  const kernel = new GaussianKernel(points, sigma);
  const coverage = new Int32Array(n);
  if (labelled !== undefined) {
    const step = pacer(job, 'Measuring coverage', labelled.rows, 'labelled images');
    await kernel.forEachRow(unitRows(labelled), (_, values) => raise(coverage, values), step);
  }

  const { units, unit } = wholeWeights(request.weights, n);
  const rows = new KernelRows(kernel, points, kernelMemory);
  const gains = new Float64Array(n);
  const measure = pacer(job, 'Measuring similarities', n, 'images');
  await rows.forEach(null, (x, values) => addGains(gains, values, coverage[x], ONE, units[x]), measure);

  const step = pacer(job, 'Selecting images', k, 'images');
  const picks: HerdingPick[] = [];
  const column = new Int32Array(n);
  const picked = new Uint8Array(n);
  while (picks.length < k) {
    await step(picks.length);
    let index = -1;
    let gain = -1;
    for (let j = 0; j < n; j++) {
      if (picked[j] || gains[j] <= gain) continue;
      index = j;
      gain = Math.max(0, gains[j]);
    }
    await rows.forEach(
      [index],
      (_, values) => column.set(values),
      async () => {},
    );
    const changed: number[] = [];
    for (let x = 0; x < n; x++) if (column[x] > coverage[x]) changed.push(x);
    picks.push({ index, gain: gain / (n * ONE * unit), nearestTo: changed.length });
    const update = (x: number, values: Int32Array): void => addGains(gains, values, coverage[x], column[x], -units[x]);
    const counting = changed.filter((x) => units[x] > 0);
    await rows.forEach(counting, update, () => step(picks.length));
    raise(coverage, column);
    picked[index] = 1;
  }
  return picks;
}

function raise(coverage: Int32Array, values: Int32Array): void {
  for (let x = 0; x < coverage.length; x++) if (values[x] > coverage[x]) coverage[x] = values[x];
}

/**
 * Weights as whole numbers of 1 / unit, as fine as n of them times the kernel's resolution stay exact in a double: sums
 * of gains are then exact in any order, as they are without weights.
 */
function wholeWeights(
  weights: ArrayLike<number> | undefined,
  n: number,
): { readonly units: Float64Array; readonly unit: number } {
  if (weights === undefined) return { units: new Float64Array(n).fill(1), unit: 1 };
  const unit = 2 ** Math.min(20, Math.floor(Math.log2(Number.MAX_SAFE_INTEGER / ONE / n)));
  return { units: Float64Array.from(weights, (w) => Math.round(w * unit)), unit };
}

/** Adds to every gain, `weight` times, how far the value rises above `low`, counted up to `high`. */
function addGains(gains: Float64Array, values: Int32Array, low: number, high: number, weight: number): void {
  if (weight === 0) return;
  const most = high - low;
  for (let j = 0; j < gains.length; j++) {
    const rise = values[j] - low;
    const excess = rise - most;
    // min(max(rise, 0), most) without branches, which the processor could not predict
    gains[j] += weight * ((rise & ~(rise >> 31)) - (excess & ~(excess >> 31)));
  }
}

/** The kernel between the points themselves, kept once computed where it is small enough. */
class KernelRows {
  private readonly kept: Int32Array | undefined;
  private complete = false;

  constructor(
    private readonly kernel: GaussianKernel,
    private readonly points: Matrix<Float32Array>,
    memory: number,
  ) {
    const n = points.rows;
    if (4 * n * n <= memory) this.kept = new Int32Array(n * n);
  }

  /** Visits the rows of the given points, or of all (null), in that order. */
  async forEach(
    indices: readonly number[] | null,
    visit: (x: number, values: Int32Array) => void,
    afterBlock: (rowsDone: number) => Promise<void>,
  ): Promise<void> {
    const n = this.points.rows;
    if (indices === null) {
      const keep = (x: number, values: Int32Array): void => {
        this.kept?.set(values, x * n);
        visit(x, values);
      };
      await this.kernel.forEachRow(this.points, keep, afterBlock);
      this.complete = true;
    } else if (this.kept !== undefined && this.complete) {
      for (const x of indices) visit(x, this.kept.subarray(x * n, (x + 1) * n));
      await afterBlock(indices.length);
    } else if (indices.length > 0) {
      const queries = takeRows(this.points, indices);
      await this.kernel.forEachRow(queries, (i, values) => visit(indices[i], values), afterBlock);
    }
  }
}
