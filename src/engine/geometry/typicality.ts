import { type Matrix, row, takeRows } from '../numeric/matrix';
import { squaredDistance, squaredLengths } from '../numeric/vectors';
import { forEachProductRow } from './products';

/** `euclidean` as the paper defines it; `squared` as its authors' code computes it. */
export type TypicalityDistance = 'euclidean' | 'squared';

const LEAST_DISTANCE = 1e-6; // what single precision resolves between unit vectors; keeps the score of copies finite
const SQUARED_OFFSET = 1e-5; // the authors'

/**
 * How typical each image is of the images of its cluster that are still there: the inverse of the mean distance to its
 * `neighbours` nearest among them, or to half as many as there are (rounded down, at least 1) where that is less.
 * Euclidean: 1 / mean ‖x − y‖ (at most 1e6); squared: 1 / (mean ‖x − y‖² + 1e-5). An image alone has typicality 0.
 * G. Hacohen, A. Dekel, D. Weinshall, "Active learning on a budget: opposite strategies suit high and low budgets",
 * ICML 2022, section 3 ("typicality"), and its released code.
 *
 * Twice as many neighbours as needed are kept for each image, so that taking an image out costs next to nothing; memory is
 * proportional to the number of images.
 */
export class Typicality {
  private readonly left: Uint8Array;
  private count: number;
  /** For each member its nearest ones, nearest first; positions within `members`. */
  private nearest: { readonly position: Int32Array; readonly squared: Float64Array }[] | undefined;

  constructor(
    private readonly points: Matrix,
    private readonly members: Int32Array,
    private readonly neighbours: number,
    private readonly distance: TypicalityDistance,
  ) {
    this.left = new Uint8Array(members.length).fill(1);
    this.count = members.length;
  }

  /** Takes the most typical image out (equally typical ones: the lowest index); there must be one left. */
  async takeMostTypical(pace: () => Promise<void>): Promise<{ index: number; typicality: number }> {
    const distances = await this.meanDistances(Math.max(1, Math.min(this.neighbours, this.count >> 1)), pace);
    let best = -1;
    for (let p = 0; p < distances.length; p++) {
      if (this.left[p] && (best < 0 || distances[p] < distances[best])) best = p;
    }
    const typicality = this.count === 1 ? 0 : this.inverse(distances[best]);
    this.left[best] = 0;
    this.count--;
    return { index: this.members[best], typicality };
  }

  /** The typicality of every member that is left, in their order, by exactly `k` neighbours. */
  async typicalities(k: number, pace: () => Promise<void>): Promise<number[]> {
    const distances = await this.meanDistances(k, pace);
    return Array.from(
      distances.filter((_, p) => this.left[p] === 1),
      (distance) => this.inverse(distance),
    );
  }

  private inverse(mean: number): number {
    return this.distance === 'euclidean' ? 1 / Math.max(mean, LEAST_DISTANCE) : 1 / (mean + SQUARED_OFFSET);
  }

  /** Mean distance of every member that is left to its k nearest, or to all others where there are fewer. */
  private async meanDistances(k: number, pace: () => Promise<void>): Promise<Float64Array> {
    const wanted = Math.min(k, this.count - 1);
    this.nearest ??= await this.findNearest(pace);
    const measured = this.measure(wanted);
    if (measured !== undefined) return measured;
    this.nearest = await this.findNearest(pace); // too many of the neighbours kept have been taken out
    return this.measure(wanted)!;
  }

  private measure(wanted: number): Float64Array | undefined {
    const out = new Float64Array(this.members.length);
    if (wanted === 0) return out;
    for (let p = 0; p < out.length; p++) {
      if (!this.left[p]) continue;
      const { position, squared } = this.nearest![p];
      let found = 0;
      let sum = 0;
      for (let s = 0; s < position.length && found < wanted; s++) {
        if (!this.left[position[s]]) continue;
        sum += this.distance === 'euclidean' ? Math.sqrt(squared[s]) : squared[s];
        found++;
      }
      if (found < wanted) return undefined;
      out[p] = sum / wanted;
    }
    return out;
  }

  /** Products in single precision find the neighbours; their distances are then computed exactly. */
  private async findNearest(pace: () => Promise<void>) {
    const { points, members, left } = this;
    const positions = Int32Array.from(members.keys()).filter((p) => left[p] === 1);
    const rows = takeRows(
      points,
      positions.map((p) => members[p]),
    );
    const halves = squaredLengths(rows).map((length) => length / 2);
    const found = Array.from(members, () => ({ position: new Int32Array(0), squared: new Float64Array(0) }));
    const smallest = new Smallest(Math.min(2 * this.neighbours, rows.rows - 1));
    const visit = (i: number, products: Float32Array): void => {
      smallest.clear();
      for (let j = 0; j < products.length; j++) if (j !== i) smallest.offer(j, halves[j] - products[j]);
      const exact = Array.from(smallest.indices(), (j) => ({
        position: positions[j],
        squared: squaredDistance(row(rows, i), row(rows, j)),
      }));
      exact.sort((a, b) => a.squared - b.squared || a.position - b.position);
      found[positions[i]] = {
        position: Int32Array.from(exact, ({ position }) => position),
        squared: Float64Array.from(exact, ({ squared }) => squared),
      };
    };
    await forEachProductRow(rows, rows, visit, pace);
    return found;
  }
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
