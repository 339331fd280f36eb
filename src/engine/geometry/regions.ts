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
  /** Points of a region by which it is guessed, before anything is measured, what covering it would be worth. */
  readonly sample: number;
}

/** What regions of a large pool are. */
export const REGIONS: RegionSize = { each: 500, near: 8, sample: 1000 };

/**
 * Points in groups of similar ones, each with the groups whose centres are nearest: what lies within a short distance of a point is
 * nearly always in one of these. A point is in another's region whenever that is in its own.
 * H. Jégou, M. Douze, C. Schmid, "Product quantization for nearest neighbor search", TPAMI 2011, section IV (inverted lists).
 */
export class Regions {
  /** Points of the largest region. */
  readonly largest: number;
  private readonly regions: (Int32Array | undefined)[] = [];

  private constructor(
    /** The group of every point. */
    readonly groupOf: Int32Array,
    private readonly lists: readonly Int32Array[],
    private readonly neighbours: readonly ReadonlySet<number>[],
  ) {
    const sizes = neighbours.map((near) => [...near].reduce((sum, other) => sum + lists[other].length, 0));
    this.largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  }

  static async of(points: Matrix<Float32Array>, size: RegionSize, random: Random, job: Job): Promise<Regions> {
    const groups = groupCount(points.rows, size);
    const { assignment, centres } = await clusterByKMeans(points, groups, random, job, { finalPasses: 1 });
    const lists = Array.from({ length: centres.rows }, (): number[] => []);
    for (let i = 0; i < assignment.length; i++) lists[assignment[i]].push(i);
    const members = lists.map((list) => Int32Array.from(list));
    return new Regions(assignment, members, await nearestOfEach(centres, size.near));
  }

  get count(): number {
    return this.lists.length;
  }

  /** The points of a group, ascending. */
  members(group: number): Int32Array {
    return this.lists[group];
  }

  /** The groups of a group's region. */
  near(group: number): ReadonlySet<number> {
    return this.neighbours[group];
  }

  /** The points of a group's region, ascending. */
  around(group: number): Int32Array {
    this.regions[group] ??= this.sorted(group);
    return this.regions[group];
  }

  private sorted(group: number): Int32Array {
    const near = [...this.neighbours[group]];
    const all = new Int32Array(near.reduce((sum, other) => sum + this.lists[other].length, 0));
    let at = 0;
    for (const other of near) {
      all.set(this.lists[other], at);
      at += this.lists[other].length;
    }
    return all.sort();
  }
}

/** How many groups so many points make. */
export const groupCount = (points: number, { each }: RegionSize): number => Math.max(1, Math.round(points / each));

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
