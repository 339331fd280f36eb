import type { Job } from '../job';
import type { Matrix } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { squaredLengths } from '../numeric/vectors';
import { clusterByKMeans } from './kMeans';
import { forEachProductRow } from './products';

export interface RegionSize {
  /** Points of a group, in mean. */
  readonly each: number;
  /** How many groups, itself among them, are near a group; more where it is near others that are not among its own. */
  readonly near: number;
}

/**
 * Points in groups of similar ones, each with the groups whose centres are nearest: what lies within a short distance of a point is
 * nearly always in one of these. A point is in another's region whenever that is in its own.
 * H. Jégou, M. Douze, C. Schmid, "Product quantization for nearest neighbor search", TPAMI 2011, section IV (inverted lists).
 */
export class Regions {
  private constructor(
    /** The group of every point. */
    readonly groupOf: Int32Array,
    /** Per group its points, ascending. */
    private readonly members: readonly (readonly number[])[],
    /** Per group those near it. */
    private readonly near: readonly ReadonlySet<number>[],
  ) {}

  static async of(points: Matrix<Float32Array>, size: RegionSize, random: Random, job: Job): Promise<Regions> {
    const groups = Math.max(1, Math.round(points.rows / size.each));
    const { assignment, centres } = await clusterByKMeans(points, groups, random, job);
    const members = Array.from({ length: centres.rows }, (): number[] => []);
    for (let i = 0; i < assignment.length; i++) members[assignment[i]].push(i);
    return new Regions(assignment, members, await nearestOfEach(centres, size.near));
  }

  /** The points of the groups near a group, ascending. */
  around(group: number): Int32Array {
    const all = [...this.near[group]].flatMap((other) => this.members[other]);
    return Int32Array.from(all).sort();
  }
}

/** For each centre the `count` nearest ones, itself among them, and those that it is among the nearest of. */
async function nearestOfEach(centres: Matrix, count: number): Promise<ReadonlySet<number>[]> {
  const near = Array.from({ length: centres.rows }, (_, c) => new Set([c]));
  const lengths = squaredLengths(centres);
  const visit = (c: number, products: Float32Array): void => {
    const order = Array.from(lengths, (length, other) => ({ other, value: length - 2 * products[other] }));
    order.sort((a, b) => a.value - b.value || a.other - b.other);
    for (const { other } of order.slice(0, count)) {
      near[c].add(other);
      near[other].add(c);
    }
  };
  await forEachProductRow(centres, centres, visit, async () => {});
  return near;
}
