import { type Matrix, row, takeRows } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { stratifiedSample } from '../numeric/sample';
import { squaredDistance, squaredLengths } from '../numeric/vectors';
import { forEachProductRow } from './products';

/** `euclidean` as the paper defines it; `squared` as its authors' code computes it. */
export type TypicalityDistance = 'euclidean' | 'squared';

const LEAST_DISTANCE = 1e-6; // what single precision resolves between unit vectors; keeps the score of copies finite
const SQUARED_OFFSET = 1e-5; // the authors'
/** How many images of a large cluster are compared with all others of it. */
export interface Ranking {
  /** Comparisons in a cluster at most, unless that leaves too few images. */
  readonly pairs: number;
  readonly fewest: number;
  readonly random: Random;
}

/**
 * How typical each image is of the images of its cluster that are still there: the inverse of the mean distance to its
 * `neighbours` nearest among them, or to half as many as there are (rounded down, at least 1) where that is less.
 * Euclidean: 1 / mean ‖x − y‖ (at most 1e6); squared: 1 / (mean ‖x − y‖² + 1e-5). An image alone has typicality 0.
 * G. Hacohen, A. Dekel, D. Weinshall, "Active learning on a budget: opposite strategies suit high and low budgets",
 * ICML 2022, section 3 ("typicality"), and its released code.
 *
 * Twice as many neighbours as needed are kept for each image, so that taking an image out costs next to nothing; memory is
 * proportional to the number of images. With a `ranking`, only some images of a large cluster may be taken, drawn by chance;
 * they have their exact typicality. Once all are taken, others are drawn.
 */
export class Typicality {
  private readonly left: Uint8Array;
  private count: number;
  /** The members that may be taken: positions within `members`, ascending. */
  private ranked: Int32Array;
  private nearest: Neighbours | undefined;

  constructor(
    private readonly points: Matrix,
    private readonly members: Int32Array,
    private readonly neighbours: number,
    private readonly distance: TypicalityDistance,
    private readonly ranking?: Ranking,
  ) {
    this.left = new Uint8Array(members.length).fill(1);
    this.count = members.length;
    this.ranked = this.drawRanked();
  }

  /** Takes the most typical image out (equally typical ones: the lowest index); there must be one left. */
  async takeMostTypical(pace: () => Promise<void>): Promise<{ index: number; typicality: number }> {
    if (!this.ranked.some((p) => this.left[p] === 1)) {
      this.ranked = this.drawRanked();
      this.nearest = undefined;
    }
    const distances = await this.meanDistances(Math.max(1, Math.min(this.neighbours, this.count >> 1)), pace);
    let best = -1;
    for (let r = 0; r < distances.length; r++) {
      if (this.left[this.ranked[r]] && (best < 0 || distances[r] < distances[best])) best = r;
    }
    const typicality = this.count === 1 ? 0 : this.inverse(distances[best]);
    const taken = this.ranked[best];
    this.left[taken] = 0;
    this.count--;
    return { index: this.members[taken], typicality };
  }

  /** The typicality of every member that is left, in their order, by exactly `k` neighbours. */
  async typicalities(k: number, pace: () => Promise<void>): Promise<number[]> {
    const distances = await this.meanDistances(k, pace);
    return Array.from(
      distances.filter((_, r) => this.left[this.ranked[r]] === 1),
      (distance) => this.inverse(distance),
    );
  }

  private positionsLeft(): Int32Array {
    return Int32Array.from(this.members.keys()).filter((p) => this.left[p] === 1);
  }

  /** Of the members that are left, those that may be taken. */
  private drawRanked(): Int32Array {
    const positions = this.positionsLeft();
    if (this.ranking === undefined) return positions;
    const { pairs, fewest, random } = this.ranking;
    const most = Math.max(fewest, Math.floor(pairs / positions.length));
    return stratifiedSample(positions.length, most, random).map((at) => positions[at]);
  }

  private inverse(mean: number): number {
    return this.distance === 'euclidean' ? 1 / Math.max(mean, LEAST_DISTANCE) : 1 / (mean + SQUARED_OFFSET);
  }

  /** Mean distance of every ranked member that is left to its k nearest, or to all others where there are fewer. */
  private async meanDistances(k: number, pace: () => Promise<void>): Promise<Float64Array> {
    const wanted = Math.min(k, this.count - 1);
    this.nearest ??= await this.findNearest(pace);
    const measured = this.measure(wanted);
    if (measured !== undefined) return measured;
    this.nearest = await this.findNearest(pace); // too many of the neighbours kept have been taken out
    return this.measure(wanted)!;
  }

  private measure(wanted: number): Float64Array | undefined {
    const out = new Float64Array(this.ranked.length);
    if (wanted === 0) return out;
    const { each, positions, squared } = this.nearest!;
    for (let r = 0; r < out.length; r++) {
      if (!this.left[this.ranked[r]]) continue;
      let found = 0;
      let sum = 0;
      for (let s = r * each; s < (r + 1) * each && found < wanted; s++) {
        if (!this.left[positions[s]]) continue;
        sum += this.distance === 'euclidean' ? Math.sqrt(squared[s]) : squared[s];
        found++;
      }
      if (found < wanted) return undefined;
      out[r] = sum / wanted;
    }
    return out;
  }

  /** Products in single precision find the neighbours; their distances are then computed exactly. */
  private async findNearest(pace: () => Promise<void>): Promise<Neighbours> {
    const { points, members, left } = this;
    this.ranked = this.ranked.filter((p) => left[p] === 1);
    const { ranked } = this;
    const there = this.positionsLeft();
    const rowsAt = (positions: Int32Array): Matrix =>
      takeRows(
        points,
        positions.map((p) => members[p]),
      );
    const rows = rowsAt(there);
    const queries = ranked.length === there.length ? rows : rowsAt(ranked);
    const halves = squaredLengths(rows).map((length) => length / 2);
    const each = Math.min(2 * this.neighbours, rows.rows - 1);
    const positions = new Int32Array(ranked.length * each);
    const squared = new Float64Array(ranked.length * each);
    const smallest = new Smallest(each);
    const visit = (r: number, products: Float32Array): void => {
      smallest.clear();
      for (let j = 0; j < products.length; j++) if (there[j] !== ranked[r]) smallest.offer(j, halves[j] - products[j]);
      const exact = Array.from(smallest.indices(), (j) => ({
        position: there[j],
        squared: squaredDistance(row(queries, r), row(rows, j)),
      }));
      exact.sort((a, b) => a.squared - b.squared || a.position - b.position);
      for (const [s, found] of exact.entries()) {
        positions[r * each + s] = found.position;
        squared[r * each + s] = found.squared;
      }
    };
    await forEachProductRow(queries, rows, visit, pace);
    return { each, positions, squared };
  }
}

/** The nearest ones of each ranked member, nearest first, so many of each: positions within `members`. */
interface Neighbours {
  readonly each: number;
  readonly positions: Int32Array;
  readonly squared: Float64Array;
}

/** Keeps the `capacity` smallest of the values offered; of equal ones the earlier. */
class Smallest {
  private readonly index: Int32Array;
  private readonly value: Float64Array;
  private length = 0;

  constructor(private readonly capacity: number) {
    this.index = new Int32Array(capacity);
    this.value = new Float64Array(capacity);
  }

  clear(): void {
    this.length = 0;
  }

  offer(index: number, value: number): void {
    const full = this.length === this.capacity;
    if (full && (this.capacity === 0 || value >= this.value[this.capacity - 1])) return;
    let at = full ? this.capacity - 1 : this.length++;
    for (; at > 0 && this.value[at - 1] > value; at--) {
      this.value[at] = this.value[at - 1];
      this.index[at] = this.index[at - 1];
    }
    this.value[at] = value;
    this.index[at] = index;
  }

  indices(): Int32Array {
    return this.index.subarray(0, this.length);
  }
}
