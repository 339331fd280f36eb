import { lowerToNearest } from '../geometry/nearest';
import { type Matrix, row, takeRows } from '../numeric/matrix';
import { squaredDistance } from '../numeric/vectors';

const BLOCK = 1024; // points brought up to date together
const EXACT_UP_TO = 2_000_000; // multiplications
const WATCH_ALL = 65_536; // points up to which all are watched
const WATCHED_SHARE = 1 / 16; // of more
const SAMPLED = 4096; // points that tell how far away that share is
const PIECE = 65_536; // points brought up to date in one product
const SEEN_TOGETHER = 64; // centres by which points brought up to date together may differ in what they have seen

/**
 * The points of a matrix by their squared distance to the nearest centre, where points become centres one by one.
 * A distance only falls as centres are added, so the one a point had before is an upper bound: a point is brought up to
 * date only when that bound is the largest. Far from all centres are few, so most points are never touched again, and the
 * answers are those of computing everything. Of many points only those with the largest bounds are watched, until the farthest
 * of them is nearer than the others may be.
 */
export class FarthestPoints {
  /** Squared distance to the nearest of the first seen[i] chosen points (and of all centres before them). */
  private readonly nearest: Float64Array;
  private readonly seen: Int32Array;
  private readonly chosen: number[] = [];
  /** The points whose bound was at least `floor`, ascending; that of all others is below. */
  private watched: Int32Array;
  private floor = Number.NEGATIVE_INFINITY;

  /**
   * `watchAll`: how many points are watched all at once; changes the time, never the result.
   * `nearest`: squared distances to the nearest of the first centres, Infinity where there are none; kept and changed.
   * `isChosen`: 1 for points that are among these centres; kept and changed too.
   */
  constructor(
    private readonly points: Matrix,
    nearest: Float64Array,
    private readonly isChosen = new Uint8Array(points.rows),
    watchAll = WATCH_ALL,
  ) {
    this.nearest = nearest;
    this.seen = new Int32Array(points.rows);
    this.watched = points.rows > watchAll ? new Int32Array(0) : Int32Array.from({ length: points.rows }, (_, i) => i);
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
      const { watched } = this;
      let top = -1;
      let most = -1;
      for (let w = 0; w < watched.length; w++) {
        const i = watched[w];
        if (!(nearest[i] > most) || isChosen[i]) continue;
        top = i;
        most = nearest[i];
      }
      if (top < 0 || nearest[top] < this.floor) await this.watchOthers(breathe);
      else if (seen[top] === chosen.length) return { index: top, squaredDistance: nearest[top] };
      else {
        this.update(top);
        await this.updateAbove(nearest[top], breathe);
      }
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
    const { points, nearest, seen, isChosen, chosen, watched } = this;
    let stale: number[] = [];
    for (let w = 0; w < watched.length; w++) {
      const i = watched[w];
      if (nearest[i] > distance && seen[i] < chosen.length && !isChosen[i]) stale.push(i);
    }
    if (stale.length > BLOCK) {
      const bounds = Float64Array.from(stale, (i) => nearest[i]).sort();
      const lowest = bounds[bounds.length - BLOCK];
      stale = stale.filter((i) => nearest[i] >= lowest).slice(0, BLOCK);
    }
    const unseen = stale.reduce((sum, i) => sum + chosen.length - seen[i], 0);
    if (unseen * points.columns > EXACT_UP_TO) await this.updateTogether(stale, breathe);
    else for (const i of stale) this.update(i);
  }

  /** Watches the points whose bounds are the largest now, and brings them up to date. */
  private async watchOthers(breathe: () => Promise<void>): Promise<void> {
    const { nearest, seen, isChosen, chosen } = this;
    const sample: number[] = [];
    const step = Math.max(1, Math.floor(nearest.length / SAMPLED));
    for (let i = 0; i < nearest.length; i += step) if (!isChosen[i]) sample.push(nearest[i]);
    sample.sort((a, b) => b - a);
    this.floor = sample[Math.floor(sample.length * WATCHED_SHARE)] ?? Number.NEGATIVE_INFINITY;
    const watched: number[] = [];
    for (let i = 0; i < nearest.length; i++) if (!isChosen[i] && nearest[i] >= this.floor) watched.push(i);
    this.watched = Int32Array.from(watched);
    const alike = new Map<number, number[]>(); // by how many centres they have seen
    for (const i of watched) {
      if (seen[i] === chosen.length) continue;
      const key = Math.floor(seen[i] / SEEN_TOGETHER);
      const list = alike.get(key);
      if (list === undefined) alike.set(key, [i]);
      else list.push(i);
    }
    for (const list of alike.values())
      for (let from = 0; from < list.length; from += PIECE)
        await this.updateTogether(list.slice(from, from + PIECE), breathe);
  }

  private async updateTogether(stale: readonly number[], breathe: () => Promise<void>): Promise<void> {
    const { points, nearest, seen, chosen } = this;
    const from = stale.reduce((least, i) => Math.min(least, seen[i]), chosen.length);
    const values = Float64Array.from(stale, (i) => nearest[i]);
    await lowerToNearest(values, takeRows(points, stale), takeRows(points, chosen.slice(from)), breathe);
    for (const [at, i] of stale.entries()) {
      nearest[i] = values[at];
      seen[i] = chosen.length;
    }
  }
}
