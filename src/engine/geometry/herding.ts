import type { Job } from '../job';
import { type Matrix, takeRows, unitRows } from '../numeric/matrix';
import { pacer } from '../pacer';
import { GaussianKernel, ONE } from './gaussianKernel';

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
  /**
   * That what an image covers of itself does not count, until it is picked: in a sample every image would stand for many others
   * by itself, and those that nothing is near to would seem worth the most.
   */
  readonly isSample?: boolean;
  /** How many images at most are candidates at a time; changes the time, never the result. */
  readonly candidates?: number;
}

export interface HerdingPick {
  readonly index: number;
  /** By how much the pick raises the (weighted) mean coverage (0 … 1). */
  readonly gain: number;
  /** For how many images of the pool the pick lies nearer than anything chosen before. */
  readonly nearestTo: number;
}

const KERNEL_MEMORY = 256 * 2 ** 20; // bytes
const CANDIDATE_MEMORY = 32 * 2 ** 20; // bytes
const FEWEST_CANDIDATES = 16;

/**
 * Greedy maximisation of the coverage mean_x w_x max_{l ∈ L} k(x, l) by k further images: each pick is
 * argmax_j mean_x w_x max(0, k(x, j) − m_x) with m_x the coverage of x so far; ties go to the lower index.
 *
 * A pick changes m_x only for the images it is now nearest to, so the gains of all images can be kept exact by visiting
 * only their kernel rows: on average n / (m + picks) of n rows for a pick. Since gains only fall, that can wait: the images
 * of largest gain become candidates, whose gains are kept exact from their own kernel rows, and as long as the best of
 * them is above what any other image had, it is the next pick. Only then are all gains brought up to date, for the picks
 * made meanwhile together, in matrix products large enough to be fast.
 *
 * A pool of up to about 8,000 keeps its kernel in memory. A larger one computes rows again, block by block, in memory
 * proportional to n. All values are whole numbers and their sums exact, so neither that nor the number of candidates
 * changes a pick or a gain.
 */
export async function herd(request: HerdingRequest, job: Job): Promise<HerdingPick[]> {
  const { pool, labelled, sigma, k, kernelMemory = KERNEL_MEMORY, isSample = false, candidates: most } = request;
  const n = pool.rows;
  const points = unitRows(pool);
  const kernel = new GaussianKernel(points, sigma);
  const coverage = new Int32Array(n);
  if (labelled !== undefined) {
    const step = pacer(job, 'Measuring coverage', labelled.rows, 'labelled images');
    await kernel.forEachRow(unitRows(labelled), (_, values) => raise(coverage, values), step);
  }

  const rows = new KernelRows(kernel, points, kernelMemory, isSample ? 0 : ONE);
  const herding = new Herding(rows, coverage, request.weights);
  const measure = pacer(job, 'Measuring similarities', n, 'images');
  await herding.measureGains(measure);

  const step = pacer(job, 'Selecting images', k, 'images');
  const pace = (): Promise<void> => step(herding.picks.length);
  const largest = most ?? Math.max(FEWEST_CANDIDATES, Math.floor(CANDIDATE_MEMORY / (4 * n)));
  let count = Math.min(largest, FEWEST_CANDIDATES);
  for (;;) {
    await pace();
    const before = herding.picks.length;
    await herding.pickAmongCandidates(count, k, pace);
    if (herding.picks.length === k) return herding.picks;
    count = Math.min(largest, Math.max(FEWEST_CANDIDATES, 2 * (herding.picks.length - before)));
    await herding.bringUpToDate(pace);
  }
}

/** Coverage and gains as picks are made. */
class Herding {
  readonly picks: HerdingPick[] = [];
  private readonly isPicked: Uint8Array;
  /** What each image would raise the summed coverage by, as far as `counted` knows of it. */
  private readonly gains: Float64Array;
  /** The coverage that `gains` know of. */
  private readonly counted: Int32Array;
  /** What covering each image is worth, in whole numbers of 1 / unit. */
  private readonly units: Float64Array;
  private readonly unit: number;

  constructor(
    private readonly rows: KernelRows,
    private readonly coverage: Int32Array,
    weights: ArrayLike<number> | undefined,
  ) {
    const n = coverage.length;
    this.isPicked = new Uint8Array(n);
    this.gains = new Float64Array(n);
    this.counted = coverage.slice();
    ({ units: this.units, unit: this.unit } = wholeWeights(weights, n));
  }

  /** Once, at the start. */
  async measureGains(afterBlock: (rowsDone: number) => Promise<void>): Promise<void> {
    const { gains, coverage, units } = this;
    await this.rows.forEachPair((x, values) => addPairGains(gains, x, values, coverage, units), afterBlock);
  }

  /** Picks at least one image and goes on, up to k picks, while one of the candidates is surely the best of all. */
  async pickAmongCandidates(count: number, k: number, pace: () => Promise<void>): Promise<void> {
    const { candidates, next } = await findCandidates(this.gains, this.isPicked, count, this.rows, pace);
    for (let isFirst = true; this.picks.length < k && candidates.length > 0; isFirst = false) {
      const best = bestOf(candidates);
      const { index, gain } = candidates[best];
      const isBest = next === undefined || gain > next.gain || (gain === next.gain && index < next.index);
      if (!isBest && !isFirst) return;
      await pace();
      const [picked] = candidates.splice(best, 1);
      this.pick(picked, candidates);
    }
  }

  private pick({ index, gain, column }: Candidate, others: readonly Candidate[]): void {
    const { coverage, units, unit } = this;
    const n = coverage.length;
    column[index] = ONE;
    const changed: number[] = [];
    for (let x = 0; x < n; x++) if (column[x] > coverage[x]) changed.push(x);
    this.picks.push({ index, gain: gain / (n * ONE * unit), nearestTo: changed.length });
    this.isPicked[index] = 1;
    for (const other of others) other.gain -= sharedGain(other.column, column, coverage, changed, units);
    for (const x of changed) coverage[x] = column[x];
  }

  /** Takes from the gains what the picks since the last time have covered. */
  async bringUpToDate(pace: () => Promise<void>): Promise<void> {
    const { gains, coverage, counted, units } = this;
    const stale: number[] = [];
    for (let x = 0; x < coverage.length; x++) if (coverage[x] > counted[x] && units[x] > 0) stale.push(x);
    const update = (x: number, values: Int32Array): void => addGains(gains, values, counted[x], coverage[x], -units[x]);
    await this.rows.forEach(stale, update, pace);
    counted.set(coverage);
  }
}

interface Candidate {
  readonly index: number;
  /** Its gain under the current coverage. */
  gain: number;
  /** Its kernel values with all of the pool. */
  readonly column: Int32Array;
}

/** The unpicked images of largest gain, and the best of those left out. */
async function findCandidates(
  gains: Float64Array,
  isPicked: Uint8Array,
  count: number,
  rows: KernelRows,
  afterBlock: () => Promise<void>,
): Promise<{ candidates: Candidate[]; next: { readonly index: number; readonly gain: number } | undefined }> {
  const order = largestUnpicked(gains, isPicked, count + 1);
  const left = order.length > count ? order[count] : undefined;
  const indices = order.slice(0, count);
  const candidates: Candidate[] = [];
  const add = (index: number, values: Int32Array): void => {
    candidates.push({ index, gain: gains[index], column: rows.areKept ? values : values.slice() });
  };
  await rows.forEach(indices, add, afterBlock);
  return { candidates, next: left === undefined ? undefined : { index: left, gain: gains[left] } };
}

/** Up to `count` unpicked images by gain, largest first, equal ones by index. */
function largestUnpicked(gains: Float64Array, isPicked: Uint8Array, count: number): number[] {
  const order: number[] = [];
  for (let j = 0; j < gains.length; j++) {
    if (isPicked[j] || (order.length === count && gains[j] <= gains[order[count - 1]])) continue;
    if (order.length === count) order.pop();
    let at = order.length;
    while (at > 0 && gains[order[at - 1]] < gains[j]) at--;
    order.splice(at, 0, j);
  }
  return order;
}

function bestOf(candidates: readonly Candidate[]): number {
  let best = 0;
  for (const [c, { index, gain }] of candidates.entries())
    if (gain > candidates[best].gain || (gain === candidates[best].gain && index < candidates[best].index)) best = c;
  return best;
}

/** What of a candidate's gain goes when the coverage of the changed images rises to the picked column. */
function sharedGain(
  candidate: Int32Array,
  picked: Int32Array,
  coverage: Int32Array,
  changed: readonly number[],
  units: Float64Array,
): number {
  let sum = 0;
  for (const x of changed) {
    if (candidate[x] > coverage[x]) sum += units[x] * (Math.min(candidate[x], picked[x]) - coverage[x]);
  }
  return sum;
}

function raise(coverage: Int32Array, values: Int32Array): void {
  for (let x = 0; x < coverage.length; x++) if (values[x] > coverage[x]) coverage[x] = values[x];
}

/**
 * Weights as whole numbers of 1 / unit, as fine as `summed` of them times the kernel's resolution stay exact in a double: sums
 * of gains are then exact in any order, as they are without weights.
 */
export function wholeWeights(
  weights: ArrayLike<number> | undefined,
  n: number,
  summed = n,
): { readonly units: Float64Array; readonly unit: number } {
  if (weights === undefined) return { units: new Float64Array(n).fill(1), unit: 1 };
  const unit = 2 ** Math.min(20, Math.floor(Math.log2(Number.MAX_SAFE_INTEGER / ONE / summed)));
  return { units: Float64Array.from(weights, (w) => Math.round(w * unit)), unit };
}

/** Adds to every gain, `weight` times, how far the value rises above `low`, counted up to `high`. */
function addGains(gains: Float64Array, values: Int32Array, low: number, high: number, weight: number): void {
  if (weight === 0) return;
  const most = high - low;
  for (let j = 0; j < gains.length; j++) {
    const rise = values[j] - low;
    gains[j] += weight * (orZero(rise) - orZero(rise - most)); // min(max(rise, 0), most)
  }
}

/**
 * What image x and the images x, x + 1, … n − 1 would gain from each other, by their kernel values and the coverage so
 * far: added to the gains of both.
 */
function addPairGains(
  gains: Float64Array,
  x: number,
  values: Int32Array,
  coverage: Int32Array,
  units: Float64Array,
): void {
  const own = coverage[x];
  const unit = units[x];
  let sum = unit * orZero(values[0] - own);
  for (let t = 1; t < values.length; t++) {
    const j = x + t;
    gains[j] += unit * orZero(values[t] - own);
    sum += units[j] * orZero(values[t] - coverage[j]);
  }
  gains[x] += sum;
}

/** max(x, 0) of a whole number, without a branch, which the processor could not predict. */
const orZero = (x: number): number => x & ~(x >> 31);

/** The kernel between the points themselves, with `self` on its diagonal, kept from `forEachPair` on, which goes first, where it is small enough. */
class KernelRows {
  private readonly kept: Int32Array | undefined;

  /** Whether the rows that are visited stay as they are after the visit. */
  get areKept(): boolean {
    return this.kept !== undefined;
  }

  constructor(
    private readonly kernel: GaussianKernel,
    private readonly points: Matrix<Float32Array>,
    memory: number,
    private readonly self: number,
  ) {
    const n = points.rows;
    if (4 * n * n <= memory) this.kept = new Int32Array(n * n);
  }

  /** Visits each pair of points once: `visit(i, values)` gets the kernel between point i and the points i, i + 1, … */
  async forEachPair(
    visit: (i: number, values: Int32Array) => void,
    afterBlock: (rowsDone: number) => Promise<void>,
  ): Promise<void> {
    const { kept } = this;
    const n = this.points.rows;
    const visitPair = (i: number, values: Int32Array): void => {
      values[0] = this.self;
      visit(i, values);
    };
    if (kept === undefined) return this.kernel.forEachPair(visitPair, afterBlock);
    const keep = (i: number, values: Int32Array): void => {
      values[i] = this.self;
      kept.set(values, i * n);
      visit(i, values.subarray(i));
    };
    await this.kernel.forEachRow(this.points, keep, afterBlock);
  }

  /** Visits the rows of the given points, in that order. */
  async forEach(
    indices: readonly number[],
    visit: (x: number, values: Int32Array) => void,
    afterBlock: (rowsDone: number) => Promise<void>,
  ): Promise<void> {
    const n = this.points.rows;
    if (this.kept !== undefined) {
      for (const x of indices) visit(x, this.kept.subarray(x * n, (x + 1) * n));
      await afterBlock(indices.length);
    } else if (indices.length > 0) {
      const queries = takeRows(this.points, indices);
      const visitRow = (i: number, values: Int32Array): void => {
        values[indices[i]] = this.self;
        visit(indices[i], values);
      };
      await this.kernel.forEachRow(queries, visitRow, afterBlock);
    }
  }
}
