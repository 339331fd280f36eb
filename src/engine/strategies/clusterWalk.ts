import { type Matrix, unitRows } from '../numeric/matrix';
import { coverageVectors } from './coverage';
import type { SelectionContext } from './strategy';

/** A cluster that holds images of the pool. */
export interface Group {
  readonly cluster: number;
  /** Pool indices, ascending. */
  readonly members: Int32Array;
  /** Number of labelled images in it. */
  readonly labelled: number;
  /** Number of images in it, labelled or not. */
  readonly size: number;
}

/** Vectors of length 1 in which coverage is measured: those of the pool's images and, below them, of the labelled ones. */
export function unitVectors(context: SelectionContext): Matrix<Float32Array> {
  const { pool, labelled } = coverageVectors(context);
  return stackedUnitRows(pool, labelled);
}

/** The rows of both, scaled to length 1. */
export function stackedUnitRows(pool: Matrix, labelled: Matrix | undefined): Matrix<Float32Array> {
  const top = unitRows(pool);
  if (labelled === undefined || labelled.rows === 0) return top;
  return stacked(top, unitRows(labelled));
}

/** The rows of both, those of `top` first. */
export function stacked(top: Matrix<Float32Array>, below: Matrix<Float32Array>): Matrix<Float32Array> {
  const data = new Float32Array(top.data.length + below.data.length);
  data.set(top.data);
  data.set(below.data, top.data.length);
  return { rows: top.rows + below.rows, columns: top.columns, data };
}

/**
 * The clusters of points of which the first `poolSize` are the pool's and the others labelled, in the order in which they
 * are asked about: fewest labelled images first, then the largest, then the one with the lowest pool index.
 */
export function groupsOf(assignment: Int32Array, poolSize: number): Group[] {
  const members = new Map<number, number[]>();
  for (let i = 0; i < poolSize; i++) {
    const list = members.get(assignment[i]);
    if (list === undefined) members.set(assignment[i], [i]);
    else list.push(i);
  }
  const labelled = new Map<number, number>();
  for (const cluster of assignment.subarray(poolSize)) labelled.set(cluster, (labelled.get(cluster) ?? 0) + 1);
  const groups = Array.from(members, ([cluster, list]): Group => {
    const known = labelled.get(cluster) ?? 0;
    return { cluster, members: Int32Array.from(list), labelled: known, size: list.length + known };
  });
  return groups.sort((a, b) => a.labelled - b.labelled || b.size - a.size || a.members[0] - b.members[0]);
}

/**
 * Calls `visit` k times, or until no image is left, for one group after the other and round again, as long as each still
 * has images: `visit` takes one of them.
 */
export async function walkGroups(
  groups: readonly Group[],
  k: number,
  visit: (group: Group) => Promise<void>,
): Promise<number> {
  let taken = 0;
  for (let round = 0; ; round++) {
    const open = groups.filter((group) => group.members.length > round);
    if (open.length === 0) return taken;
    for (const group of open) {
      if (taken === k) return taken;
      await visit(group);
      taken++;
    }
  }
}

/** The reason for a pick: how it stands ("typical of") to its group. */
export function groupReason(how: string, { size, labelled }: Group): string {
  if (size === 1) return 'unlike all others, in a group of its own';
  const known = labelled === 0 ? 'none labelled yet' : `${labelled.toLocaleString('en')} labelled`;
  return `${how} a group of ${size.toLocaleString('en')} images, ${known}`;
}
