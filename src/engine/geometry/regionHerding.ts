import type { Job } from '../job';
import { type Matrix, takeRows } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { stratifiedSample } from '../numeric/sample';
import { pacer } from '../pacer';
import { GaussianKernel, ONE } from './gaussianKernel';
import { wholeWeights } from './herding';
import type { Regions } from './regions';

const TOGETHER = 32; // candidates measured at once
const KEPT = 16; // regions whose vectors stay at hand: a pick is followed by looks at the same few

export interface RegionHerdingRequest {
  /** Vectors of length 1 (or 0). */
  readonly points: Matrix<Float32Array>;
  readonly regions: Regions;
  readonly sigma: number;
  readonly k: number;
  /** How well each point is covered so far, in units of 1 / ONE; kept and changed. */
  readonly coverage: Int32Array;
  /** What covering each is worth; without them 1. */
  readonly weights: ArrayLike<number> | undefined;
  /** Points that are not to be picked any more. */
  readonly picked: readonly number[];
  /** How many points of a region first guesses come from, and what draws them. */
  readonly sample: number;
  readonly random: Random;
}

type Pace = () => Promise<void>;

/**
 * Greedy maximisation of the coverage, as `herd` does it, where what a point covers outside its region does not count: little is
 * lost where so much is covered already that a point raises the coverage of similar ones only. Ties go to the group that comes first, and there to the lower index.
 *
 * Gains only fall as points are picked, so a gain measured before is a bound from above, and only candidates with the largest
 * bounds are measured again (M. Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978).
 * To begin with, gains are guessed from a sample of the region; what is picked has been measured, and its gain was above all
 * bounds and guesses.
 */
export async function herdInRegions(request: RegionHerdingRequest, job: Job): Promise<number[]> {
  const herding = new RegionHerding(request);
  await herding.guessAll(pacer(job, 'Measuring similarities', herding.groups.length, 'groups'));
  const step = pacer(job, 'Selecting images', request.k, 'images');
  while (herding.picks.length < request.k) await herding.pick(() => step(herding.picks.length));
  return herding.picks;
}

/** The candidates of a group. */
interface Candidates {
  /** Ascending. */
  readonly points: Int32Array;
  /** What each would raise the summed coverage of its region by, as guessed or measured last; −1 for those that are picked. */
  readonly bounds: Float64Array;
  /** How many picks there were when it was measured; −1 for a guess. */
  readonly seen: Int32Array;
  /** The candidate with the largest bound, by its place. */
  top: number;
  /** How many picks there were when something of the region rose last. */
  changed: number;
}

class RegionHerding {
  readonly picks: number[] = [];
  readonly groups: readonly Candidates[];
  private readonly units: Float64Array;
  private readonly kernels = new Map<number, GaussianKernel>();

  constructor(private readonly request: RegionHerdingRequest) {
    const { points, weights, picked, regions } = request;
    const isPicked = new Set(picked);
    this.groups = Array.from({ length: regions.count }, (_, group) => {
      const points = regions.members(group).filter((i) => !isPicked.has(i));
      const seen = new Int32Array(points.length).fill(-1);
      return { points, bounds: new Float64Array(points.length), seen, top: 0, changed: 0 };
    });
    ({ units: this.units } = wholeWeights(weights, points.rows, regions.largest));
  }

  /** Once, at the start. */
  async guessAll(afterGroup: (done: number) => Promise<void>): Promise<void> {
    const { regions, sample, random } = this.request;
    for (const [group, candidates] of this.groups.entries()) {
      const region = regions.around(group);
      const some = stratifiedSample(region.length, sample, random).map((at) => region[at]);
      const share = some.length / region.length;
      const guess = (place: number, gain: number): void => {
        candidates.bounds[place] = gain / share;
      };
      await this.forEachGain(this.kernelWith(some), some, candidates.points, guess, () => afterGroup(group));
      candidates.top = topOf(candidates.bounds);
    }
    await afterGroup(this.groups.length);
  }

  async pick(pace: Pace): Promise<void> {
    await pace();
    for (;;) {
      const group = this.best();
      const { points, bounds, seen, top, changed } = this.groups[group];
      if (seen[top] >= changed) {
        bounds[top] = -1;
        this.groups[group].top = topOf(bounds);
        this.picks.push(points[top]);
        return this.cover(group, points[top], pace);
      }
      await this.measure(group, staleOnes(this.groups[group]), pace);
    }
  }

  /** The group of the candidate with the largest bound. */
  private best(): number {
    let best = -1;
    let most = -1;
    for (const [group, { bounds, top }] of this.groups.entries()) {
      if (bounds.length === 0 || bounds[top] <= most) continue;
      best = group;
      most = bounds[top];
    }
    return best;
  }

  /** Measures what some candidates of a group, by their places, would raise the coverage of its region by. */
  private async measure(group: number, places: readonly number[], pace: Pace): Promise<void> {
    const candidates = this.groups[group];
    const points = places.map((place) => candidates.points[place]);
    const note = (i: number, gain: number): void => {
      candidates.bounds[places[i]] = gain;
      candidates.seen[places[i]] = this.picks.length;
    };
    await this.forEachGain(this.kernelOf(group), this.request.regions.around(group), points, note, pace);
    candidates.top = topOf(candidates.bounds);
  }

  /** Visits by how much each of some points would raise the summed coverage of others. */
  private async forEachGain(
    kernel: GaussianKernel,
    others: Int32Array,
    some: ArrayLike<number>,
    visit: (i: number, gain: number) => void,
    pace: Pace,
  ): Promise<void> {
    const { coverage, points } = this.request;
    const covered = others.map((x) => coverage[x]);
    const units = takeNumbers(this.units, others);
    const visitRow = (i: number, values: Int32Array): void => visit(i, gainOf(values, covered, units));
    await kernel.forEachRow(takeRows(points, some), visitRow, pace);
  }

  /** Takes in what a new pick covers of its region. */
  private async cover(group: number, pick: number, pace: Pace): Promise<void> {
    const { coverage, regions, points } = this.request;
    const region = regions.around(group);
    const risen = new Set<number>();
    const raise = (_: number, values: Int32Array): void => {
      for (let at = 0; at < values.length; at++) {
        const x = region[at];
        const value = x === pick ? ONE : values[at];
        if (value <= coverage[x]) continue;
        coverage[x] = value;
        if (this.units[x] > 0) risen.add(regions.groupOf[x]);
      }
    };
    await this.kernelOf(group).forEachRow(takeRows(points, [pick]), raise, pace);
    for (const other of risen) for (const near of regions.near(other)) this.groups[near].changed = this.picks.length;
  }

  /** The kernel with all of a group's region. */
  private kernelOf(group: number): GaussianKernel {
    const kernel = this.kernels.get(group) ?? this.kernelWith(this.request.regions.around(group));
    this.kernels.delete(group); // and in again, as the newest
    this.kernels.set(group, kernel);
    for (const oldest of this.kernels.keys()) if (this.kernels.size > KEPT) this.kernels.delete(oldest);
    return kernel;
  }

  private kernelWith(others: Int32Array): GaussianKernel {
    return new GaussianKernel(takeRows(this.request.points, others), this.request.sigma);
  }
}

/** By how much the worth of what is covered rises to these values. */
function gainOf(values: Int32Array, covered: Int32Array, units: Float64Array): number {
  let gain = 0;
  for (let at = 0; at < values.length; at++) {
    const rise = values[at] - covered[at];
    if (rise > 0) gain += units[at] * rise;
  }
  return gain;
}

function takeNumbers(from: Float64Array, indices: Int32Array): Float64Array {
  const out = new Float64Array(indices.length);
  for (let at = 0; at < out.length; at++) out[at] = from[indices[at]];
  return out;
}

/** The place of the largest bound, the first of equal ones. */
function topOf(bounds: Float64Array): number {
  let top = 0;
  for (let place = 1; place < bounds.length; place++) if (bounds[place] > bounds[top]) top = place;
  return top;
}

/** The places of the candidates with the largest bounds among those that were measured before something rose. */
function staleOnes({ bounds, seen, changed }: Candidates): number[] {
  const stale = Array.from(bounds.keys()).filter((place) => bounds[place] >= 0 && seen[place] < changed);
  return stale.sort((a, b) => bounds[b] - bounds[a] || a - b).slice(0, TOGETHER);
}
