import { type Matrix, row } from '../matrix';
import { squaredDistance } from './vectors';

/**
 * Farthest-first traversal: `next` gives again and again the point that lies farthest from the nearest of those chosen,
 * given or already taken (ties to the lower index), and takes it.
 *
 * Distances to the nearest only ever shrink, so an old one is an upper bound: it is brought up to date only where it is
 * the largest, which leaves out most of the distances to points taken later and changes no result.
 */
export class FarthestFirst {
  private readonly order: number[] = [];
  /** How many of `order` each distance takes account of. */
  private readonly upToDate: Int32Array;

  /** `nearest`: squared distance of every point to the nearest chosen so far, changed in place; `taken`: 1 if not to be taken. */
  constructor(
    private readonly points: Matrix,
    private readonly nearest: Float64Array,
    private readonly taken: Uint8Array,
  ) {
    this.upToDate = new Int32Array(points.rows);
  }

  /** There must be a point left. `pace` is awaited after every distance brought up to date. */
  async next(pace: () => Promise<void>): Promise<{ index: number; squaredDistance: number }> {
    const { nearest, taken, upToDate, order } = this;
    for (;;) {
      let farthest = -1;
      for (let i = 0; i < nearest.length; i++)
        if (!taken[i] && (farthest < 0 || nearest[i] > nearest[farthest])) farthest = i;
      if (upToDate[farthest] === order.length || nearest[farthest] === 0) {
        taken[farthest] = 1;
        order.push(farthest);
        return { index: farthest, squaredDistance: nearest[farthest] };
      }
      this.refresh(farthest);
      await pace();
    }
  }

  private refresh(i: number): void {
    const { points, nearest, upToDate, order } = this;
    const x = row<Float32Array | Float64Array>(points, i);
    for (let t = upToDate[i]; t < order.length; t++) {
      const other = row<Float32Array | Float64Array>(points, order[t]);
      nearest[i] = Math.min(nearest[i], squaredDistance(x, other, nearest[i]));
    }
    upToDate[i] = order.length;
  }
}
