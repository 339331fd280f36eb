import type { Job } from '../job';
import { type Matrix, takeRows } from '../numeric/matrix';
import { pacer } from '../pacer';
import { GaussianKernel, ONE } from './gaussianKernel';
import { wholeWeights } from './herding';
import type { Regions } from './regions';

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
}

type Pace = () => Promise<void>;

/**
 * Greedy maximisation of the coverage, as `herd` does it, where what a point covers outside its region does not count: little is
 * lost where so much is covered already that a point raises the coverage of similar ones only. Ties go to the lower index.
 *
 * Gains only fall as points are picked, so those of a group are brought up to date when one of it has the largest (M. Minoux,
 * "Accelerated greedy algorithms for maximizing submodular set functions", 1978).
 */
export async function herdInRegions(request: RegionHerdingRequest, job: Job): Promise<number[]> {
  const herding = new RegionHerding(request);
  await herding.measureGains(pacer(job, 'Measuring similarities', request.points.rows, 'images'));
  const step = pacer(job, 'Selecting images', request.k, 'images');
  while (herding.picks.length < request.k) await herding.pick(() => step(herding.picks.length));
  return herding.picks;
}

class RegionHerding {
  readonly picks: number[] = [];
  private readonly isPicked: Uint8Array;
  /** What each point would raise the summed coverage of its region by, as far as `counted` knows of it. */
  private readonly gains: Float64Array;
  /** The coverage that `gains` know of. */
  private readonly counted: Int32Array;
  /** Per group its points whose coverage has risen since. */
  private readonly stale = new Map<number, number[]>();
  private readonly units: Float64Array;

  constructor(private readonly request: RegionHerdingRequest) {
    const { points, coverage, weights, picked, regions } = request;
    this.isPicked = new Uint8Array(points.rows);
    for (const i of picked) this.isPicked[i] = 1;
    this.gains = new Float64Array(points.rows);
    this.counted = coverage.slice();
    ({ units: this.units } = wholeWeights(weights, points.rows, regions.largest));
  }

  /** Once, at the start. */
  async measureGains(afterGroup: (pointsDone: number) => Promise<void>): Promise<void> {
    const { regions } = this.request;
    let done = 0;
    for (let group = 0; group < regions.count; group++) {
      const own = regions.members(group);
      await this.addRises(
        group,
        own,
        (x) => [this.counted[x], ONE, this.units[x]],
        () => afterGroup(done),
      );
      done += own.length;
    }
    await afterGroup(done);
  }

  async pick(pace: Pace): Promise<void> {
    const { coverage, regions } = this.request;
    await pace();
    let best = this.largest();
    while (await this.bringUpToDate(regions.groupOf[best], pace)) best = this.largest();
    this.picks.push(best);
    this.isPicked[best] = 1;
    await this.forEachRow(regions.groupOf[best], [best], pace, (_, region, values) => {
      for (let at = 0; at < values.length; at++) {
        const x = region[at];
        const value = x === best ? ONE : values[at];
        if (value <= coverage[x]) continue;
        if (coverage[x] === this.counted[x] && this.units[x] > 0) this.markStale(x);
        coverage[x] = value;
      }
    });
  }

  private largest(): number {
    const { gains, isPicked } = this;
    let best = -1;
    for (let i = 0; i < gains.length; i++) if (!isPicked[i] && (best < 0 || gains[i] > gains[best])) best = i;
    return best;
  }

  private markStale(x: number): void {
    const group = this.request.regions.groupOf[x];
    const list = this.stale.get(group);
    if (list === undefined) this.stale.set(group, [x]);
    else list.push(x);
  }

  /** Takes from the gains in a group's region what the picks since the last time have covered there; whether there was anything. */
  private async bringUpToDate(group: number, pace: Pace): Promise<boolean> {
    const { coverage, regions } = this.request;
    const behind = [...regions.near(group)].filter((other) => this.stale.has(other));
    for (const other of behind) {
      const list = this.stale.get(other)!;
      this.stale.delete(other);
      await this.addRises(other, list, (x) => [this.counted[x], coverage[x], -this.units[x]], pace);
      for (const x of list) this.counted[x] = coverage[x];
    }
    return behind.length > 0;
  }

  /** Adds to the gains in a group's region what of it lies between two levels of coverage of some of the group's points. */
  private async addRises(
    group: number,
    some: ArrayLike<number>,
    levels: (x: number) => readonly [low: number, high: number, weight: number],
    pace: Pace,
  ): Promise<void> {
    const { gains } = this;
    await this.forEachRow(group, some, pace, (x, region, values) => {
      const [low, high, weight] = levels(x);
      for (let at = 0; at < values.length; at++)
        if (values[at] > low) gains[region[at]] += weight * (Math.min(values[at], high) - low);
    });
  }

  /** Visits the kernel rows of some points of a group with all of its region. */
  private async forEachRow(
    group: number,
    some: ArrayLike<number>,
    pace: Pace,
    visit: (x: number, region: Int32Array, values: Int32Array) => void,
  ): Promise<void> {
    const { points, regions, sigma } = this.request;
    const region = regions.around(group);
    const kernel = new GaussianKernel(takeRows(points, region), sigma);
    await kernel.forEachRow(takeRows(points, some), (i, values) => visit(some[i], region, values), pace);
  }
}
