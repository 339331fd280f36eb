import type { Job } from '../job';
import { type Matrix, row, type Vector } from '../numeric/matrix';
import type { Random } from '../numeric/random';
import { squaredDistance } from '../numeric/vectors';
import { pacer } from '../pacer';
import { groupReason } from '../strategies/ranking';
import type { Pick } from '../strategies/strategy';
import { type Group, groupsOf, walkGroups } from './clusterWalk';
import { clusterByKMeans } from './kMeans';

/**
 * k images, each nearest to the centre of a k-means cluster. `points` are the vectors of the pool's images and below them
 * those of m labelled ones; all together form m + k clusters, so that at least k of them hold no labelled image: these are
 * taken, the largest first. Where images coincide there may be fewer, and the walk goes on through the others and round
 * again. The score is the distance to the centre with a minus sign.
 */
export async function centralPicks(
  points: Matrix,
  poolSize: number,
  k: number,
  random: Random,
  job: Job,
): Promise<Pick[]> {
  const { assignment, centres } = await clusterByKMeans(points, points.rows - poolSize + k, random, job);
  const step = pacer(job, 'Selecting images', k, 'images');
  const picks: Pick[] = [];
  const ranked = new Map<Group, { index: number; squared: number }[]>();
  await walkGroups(groupsOf(assignment, poolSize), k, async (group) => {
    await step(picks.length);
    let nearest = ranked.get(group);
    if (nearest === undefined) {
      nearest = byDistance(points, group, row<Float64Array>(centres, group.cluster));
      ranked.set(group, nearest);
    }
    const { index, squared } = nearest.pop()!;
    picks.push({ index, score: 0 - Math.sqrt(squared), reason: groupReason('in the middle of', group) });
  });
  return picks;
}

/** The group's pool images, the nearest to the centre last (of equally near ones the lowest index last). */
function byDistance(points: Matrix, group: Group, centre: Float64Array): { index: number; squared: number }[] {
  return Array.from(group.members, (index) => ({
    index,
    squared: squaredDistance(row<Vector>(points, index), centre),
  })).sort((a, b) => b.squared - a.squared || b.index - a.index);
}
