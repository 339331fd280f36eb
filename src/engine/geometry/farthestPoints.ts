import { lowerToNearest } from '../geometry/nearest';
import { type Matrix, row, takeRows } from '../numeric/matrix';
import { squaredDistance } from '../numeric/vectors';

const BLOCK = 1024; // points brought up to date together
const EXACT_UP_TO = 2_000_000; // multiplications

/**
 * The points of a matrix by their squared distance to the nearest centre, where points become centres one by one.
 * A distance only falls as centres are added, so the one a point had before is an upper bound: a point is brought up to
 * date only when that bound is the largest. Far from all centres are few, so most points are never touched again, and the
 * answers are those of computing everything.
 */
export class FarthestPoints {
  /** Squared distance to the nearest of the first seen[i] chosen points (and of all centres before them). */
  private readonly nearest: Float64Array;
  private readonly seen: Int32Array;
  private readonly chosen: number[] = [];

  /**
   * `nearest`: squared distances to the nearest of the first centres, Infinity where there are none; kept and changed.
   * `isChosen`: 1 for points that are among these centres; kept and changed too.
   */
  constructor(
    private readonly points: Matrix,
    nearest: Float64Array,
    private readonly isChosen = new Uint8Array(points.rows),
  ) {
    this.nearest = nearest;
    this.seen = new Int32Array(points.rows);
  }

  /** Makes a point a centre. */
  choose(index: number): void {
    this.chosen.push(index);
    this.isChosen[index] = 1;
  }

  /** The point farthest from all centres (the lowest index of equally far ones) among those not chosen, of which there is one. */
  async farthest(breathe: () => Promise<void>): Promise<{ index: number; squaredDistance: number }> {
    const { nearest, seen, isChosen, chosen } = this;
    for (;;) {
      let top = -1;
      for (let i = 0; i < nearest.length; i++) if (!isChosen[i] && (top < 0 || nearest[i] > nearest[top])) top = i;
      if (seen[top] === chosen.length) return { index: top, squaredDistance: nearest[top] };
      this.update(top);
      await this.updateAbove(nearest[top], breathe);
    }
  }

  private update(i: number): void {
    const x = row(this.points, i);
    let least = this.nearest[i];
    for (let c = this.seen[i]; c < this.chosen.length; c++)
      least = Math.min(least, squaredDistance(x, row(this.points, this.chosen[c]), least));
    this.nearest[i] = least;
    this.seen[i] = this.chosen.length;
  }

  /** Brings those points up to date (the farthest of them, where they are many) whose bound is above a distance. */
  private async updateAbove(distance: number, breathe: () => Promise<void>): Promise<void> {
    const { points, nearest, seen, chosen } = this;
    let stale: number[] = [];
    for (let i = 0; i < nearest.length; i++)
      if (nearest[i] > distance && seen[i] < chosen.length && !this.isChosen[i]) stale.push(i);
    if (stale.length > BLOCK) {
      const bounds = Float64Array.from(stale, (i) => nearest[i]).sort();
      const lowest = bounds[bounds.length - BLOCK];
      stale = stale.filter((i) => nearest[i] >= lowest).slice(0, BLOCK);
    }
    const unseen = stale.reduce((sum, i) => sum + chosen.length - seen[i], 0);
    if (unseen * points.columns <= EXACT_UP_TO) {
      for (const i of stale) this.update(i);
      return;
    }
    const from = stale.reduce((least, i) => Math.min(least, seen[i]), chosen.length);
    const values = Float64Array.from(stale, (i) => nearest[i]);
    await lowerToNearest(values, takeRows(points, stale), takeRows(points, chosen.slice(from)), breathe);
    for (const [at, i] of stale.entries()) {
      nearest[i] = values[at];
      seen[i] = chosen.length;
    }
  }
}
