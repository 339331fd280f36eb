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
