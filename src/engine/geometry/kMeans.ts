import { seedPoints } from '../geometry/kMeansSeeding';
import type { Job } from '../job';
import { type Matrix, takeRows } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { EXACT_ROWS, stratifiedSample } from '../numeric/sample';
import { pacer } from '../pacer';
import { nearestRows } from './nearest';

export interface Clustering {
  /** The cluster of every point. A cluster is empty only where there are fewer distinct points than clusters. */
  readonly assignment: Int32Array;
  /** The mean of every cluster's points, [k × d]; of an empty cluster the place where it began. */
  readonly centres: Matrix<Float64Array>;
  /** Σ ‖point − centre‖². */
  readonly inertia: number;
}

const LLOYD_CLUSTERS = 50; // as TypiClust's authors: mini-batches above
const LLOYD_WORK = 2_000_000_000; // multiplications a pass; where a pass is this cheap, mini-batches save nothing
const LLOYD_PASSES = 100;
const STARTS = 10;
const COSTLY_STARTS = 4;
const COSTLY_FROM = 200_000_000; // multiplications a pass
const LEAST_GAIN = 1e-4; // of the inertia

const BATCH = 4096;
const BATCH_PASSES = 4;
const FINAL_PASSES = 2;
const SAMPLED_EACH = 20; // points for each cluster, at least

type Pace = () => Promise<void>;

/** What decides how clusters are found; of use to tests. */
export interface ClusteringLimits {
  /** Multiplications a pass up to which many clusters are found by Lloyd's algorithm alone. */
  readonly lloydWork?: number;
  /** Points up to which all of them are looked at. */
  readonly exactRows?: number;
  /** Lloyd's passes over all points after those over a sample. */
  readonly finalPasses?: number;
}

/**
 * k-means clusters (at most one a point) of the points [n × d]. Up to 50 clusters: Lloyd's algorithm from ten k-means++
 * starts (four where they cost much), of which the one with the least inertia counts; more: one start; large problems: mini-batches (D. Sculley,
 * "Web-scale k-means clustering", WWW 2010, algorithm 1; four passes over the points) and two of Lloyd's passes at the
 * end. A cluster that runs empty takes the point that lies farthest from its centre. Of more than 50,000 points, a sample of
 * 50,000 (of 20 for each cluster where that is more) is clustered so, and two of Lloyd's passes over all of them follow.
 */
export async function clusterByKMeans(
  points: Matrix,
  clusters: number,
  random: Random,
  job: Job,
  limits: ClusteringLimits = {},
): Promise<Clustering> {
  const { lloydWork = LLOYD_WORK, exactRows = EXACT_ROWS, finalPasses = FINAL_PASSES } = limits;
  const k = Math.min(clusters, points.rows);
  if (k === points.rows) return everyPointItsOwn(points);
  const most = Math.max(exactRows, SAMPLED_EACH * k);
  if (points.rows > most) {
    const some = takeRows(points, stratifiedSample(points.rows, most, random));
    const { centres } = await clusterByKMeans(some, k, random, job, limits);
    const pace = pacer(job, 'Grouping images', finalPasses, 'passes');
    let done = 0;
    return lloyd(
      points,
      centres,
      finalPasses,
      () => pace(done),
      () => done++,
    );
  }
  const few = k <= LLOYD_CLUSTERS;
  const work = points.rows * points.columns * k;
  const exact = few || work <= lloydWork;
  const startsOfFew = work < COSTLY_FROM ? STARTS : COSTLY_STARTS;
  const starts = few && k > 1 ? startsOfFew : 1;
  const passes = starts * (exact ? LLOYD_PASSES : BATCH_PASSES + FINAL_PASSES);
  const report = pacer(job, 'Grouping images', passes, 'passes');
  let best: Clustering | undefined;
  for (let start = 0; start < starts; start++) {
    let done = (start / starts) * passes;
    const pace: Pace = () => report(done);
    const seeds = takeRows(points, await seedPoints(points, k, random, pace));
    const centres = { ...seeds, data: Float64Array.from(seeds.data) };
    const afterPass = (share = 1): void => {
      done += share;
    };
    if (!exact) await miniBatches(points, centres, random, pace, afterPass);
    const found = await lloyd(points, centres, exact ? LLOYD_PASSES : FINAL_PASSES, pace, afterPass);
    if (best === undefined || found.inertia < best.inertia) best = found;
  }
  await report(passes);
  return best!;
}

function everyPointItsOwn({ rows, columns, data }: Matrix): Clustering {
  const assignment = Int32Array.from({ length: rows }, (_, i) => i);
  return { assignment, centres: { rows, columns, data: Float64Array.from(data) }, inertia: 0 };
}

/** Alternates between assigning points to the nearest centre and moving centres to their mean. */
async function lloyd(
  points: Matrix,
  start: Matrix<Float64Array>,
  passes: number,
  pace: Pace,
  afterPass: () => void,
): Promise<Clustering> {
  let centres = start;
  const sums = new ClusterSums(points, start.rows);
  let last = Number.POSITIVE_INFINITY;
  for (let pass = 1; ; pass++) {
    const { index: assignment, squared } = await nearestRows(points, centres, pace);
    fillEmpty(assignment, squared, centres.rows);
    const total = squared.reduce((sum, value) => sum + value, 0);
    const changed = sums.assign(assignment);
    if (changed > 0) centres = sums.means(centres);
    afterPass();
    if (changed === 0 || pass === passes || last - total <= LEAST_GAIN * total)
      return { assignment, centres, inertia: inertiaOf(points, assignment, centres) };
    last = total;
  }
}

/** Moves `centres` in place, each towards the points of random batches that are nearest to it, by ever shorter steps. */
async function miniBatches(
  points: Matrix,
  centres: Matrix<Float64Array>,
  random: Random,
  pace: Pace,
  afterPass: (share: number) => void,
): Promise<void> {
  const { rows: n, columns } = points;
  const counts = new Float64Array(centres.rows).fill(1); // the seed itself
  for (let pass = 0; pass < BATCH_PASSES; pass++) {
    const order = random.permutation(n);
    for (let from = 0; from < n; from += BATCH) {
      const batch = takeRows(points, order.subarray(from, Math.min(n, from + BATCH)));
      const { index } = await nearestRows(batch, centres, pace);
      for (let i = 0; i < index.length; i++) {
        const rate = 1 / ++counts[index[i]];
        const offset = index[i] * columns;
        for (let j = 0; j < columns; j++)
          centres.data[offset + j] += rate * (batch.data[i * columns + j] - centres.data[offset + j]);
      }
      afterPass(batch.rows / n);
    }
  }
}

/** Gives each empty cluster the point farthest from its own centre that does not leave another cluster empty. */
function fillEmpty(assignment: Int32Array, squared: Float64Array, k: number): void {
  const sizes = new Int32Array(k);
  for (let i = 0; i < assignment.length; i++) sizes[assignment[i]]++;
  if (!sizes.includes(0)) return;
  const order = Array.from(squared.keys()).filter((i) => squared[i] > 0);
  order.sort((i, j) => squared[j] - squared[i] || i - j);
  let next = 0;
  for (let c = 0; c < k; c++) {
    if (sizes[c] > 0) continue;
    while (next < order.length && sizes[assignment[order[next]]] < 2) next++;
    if (next === order.length) return;
    const point = order[next++];
    sizes[assignment[point]]--;
    assignment[point] = c;
    sizes[c] = 1;
    squared[point] = 0;
  }
}

/** The sum and number of every cluster's points; a pass costs as much as points change clusters, and few do after the first. */
class ClusterSums {
  private readonly assignment: Int32Array;
  private readonly sums: Float64Array;
  private readonly sizes: Int32Array;

  constructor(
    private readonly points: Matrix,
    clusters: number,
  ) {
    this.assignment = new Int32Array(points.rows).fill(-1);
    this.sums = new Float64Array(clusters * points.columns);
    this.sizes = new Int32Array(clusters);
  }

  /** Takes note of where the points are now; how many of them have changed. */
  assign(assignment: Int32Array): number {
    let changed = 0;
    for (let i = 0; i < assignment.length; i++) {
      const [from, to] = [this.assignment[i], assignment[i]];
      if (from === to) continue;
      if (from >= 0) this.add(i, from, -1);
      this.add(i, to, 1);
      this.assignment[i] = to;
      changed++;
    }
    return changed;
  }

  private add(point: number, cluster: number, sign: 1 | -1): void {
    const { columns, data } = this.points;
    const [from, to] = [point * columns, cluster * columns];
    for (let j = 0; j < columns; j++) this.sums[to + j] += sign * data[from + j];
    this.sizes[cluster] += sign;
  }

  /** The mean of every cluster; an empty one stays where it was. */
  means(old: Matrix<Float64Array>): Matrix<Float64Array> {
    const { rows, columns } = old;
    const data = Float64Array.from(this.sums, (sum, at) => {
      const size = this.sizes[Math.floor(at / columns)];
      return size === 0 ? old.data[at] : sum / size;
    });
    return { rows, columns, data };
  }
}

function inertiaOf(points: Matrix, assignment: Int32Array, centres: Matrix<Float64Array>): number {
  const { columns } = points;
  let sum = 0;
  for (let i = 0; i < assignment.length; i++) {
    for (let j = 0; j < columns; j++)
      sum += (points.data[i * columns + j] - centres.data[assignment[i] * columns + j]) ** 2;
  }
  return sum;
}
