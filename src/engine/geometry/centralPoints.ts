import type { Job } from '../job';
import { type Matrix, row } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { EXACT_ROWS } from '../numeric/sample';
import { squaredDistance } from '../numeric/vectors';
import { pacer } from '../pacer';
import { type Group, groupsOf, walkGroups } from './clusterWalk';
import { clusterByKMeans } from './kMeans';

export interface CentralPoint {
  readonly index: number;
  /** To the centre of its group. */
  readonly distance: number;
  readonly group: Group;
}

/**
 * k images, each nearest to the centre of a k-means cluster. `points` are the vectors of the pool's images and below them
 * those of m labelled ones; all together form m + k clusters, so that at least k of them hold no labelled image: these are
 * taken, the largest first. Where images coincide there may be fewer, and the walk goes on through the others and round
 * again.
 */
export async function centralPoints(
  points: Matrix,
  poolSize: number,
  k: number,
  random: Random,
  job: Job,
): Promise<CentralPoint[]> {
  const labelled = points.rows - poolSize;
  const limits = { exactRows: EXACT_ROWS + labelled };
  const { assignment, centres } = await clusterByKMeans(points, labelled + k, random, job, limits);
  const step = pacer(job, 'Selecting images', k, 'images');
  const found: CentralPoint[] = [];
  const ranked = new Map<Group, { index: number; squared: number }[]>();
  await walkGroups(groupsOf(assignment, poolSize), k, async (group) => {
    await step(found.length);
    let nearest = ranked.get(group);
    if (nearest === undefined) {
      nearest = byDistance(points, group, row(centres, group.cluster));
      ranked.set(group, nearest);
    }
    const { index, squared } = nearest.pop()!;
    found.push({ index, distance: Math.sqrt(squared), group });
  });
  return found;
}

/** The group's pool images, the nearest to the centre last (of equally near ones the lowest index last). */
function byDistance(points: Matrix, group: Group, centre: Float64Array): { index: number; squared: number }[] {
  return Array.from(group.members, (index) => ({
    index,
    squared: squaredDistance(row(points, index), centre),
  })).sort((a, b) => b.squared - a.squared || b.index - a.index);
}
