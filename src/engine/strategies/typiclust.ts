import * as z from 'zod';
import { type Group, groupsOf, walkGroups } from '../geometry/clusterWalk';
import { clusterByKMeans } from '../geometry/kMeans';
import { type Ranking, Typicality } from '../geometry/typicality';
import type { Job } from '../job';
import { type Matrix, stackedUnitRows } from '../numeric/matrix';
import { EXACT_ROWS } from '../numeric/sample';
import { pacer } from '../pacer';
import { defineStrategy, type Pick } from './define';
import { groupReason } from './picks';

const schema = z.strictObject({
  distance: z.enum(['euclidean', 'squared']).default('euclidean'),
  maxClusters: z.int().min(1).default(500),
  minClusterSize: z.int().min(0).default(5),
  neighbours: z.int().min(1).default(20),
});
const PAIRS = 25_000_000; // compared in a cluster of a large pool
const FEWEST_RANKED = 1000; // images of it that may be taken

export type TypiclustOptions = z.output<typeof schema>;

/**
 * TypiClust: clusters pool and labelled images by k-means on vectors of length 1, as many clusters as there are labels
 * after this batch, and walks through the clusters, those with the fewest labelled images and then the largest first,
 * round and round; in each it takes the most typical image, the one with the smallest mean distance to its nearest
 * neighbours in the cluster. The score is its typicality. Needs no labels, so it works from the first round on.
 * Options: `distance` (`euclidean`, the paper's, or `squared`, that of the authors' code), `maxClusters` (500),
 * `minClusterSize` (5: clusters of up to so many images are only walked once the larger ones are used up) and
 * `neighbours` (20).
 *
 * Of a pool of more than 50,000 images the clusters come from a sample (see `clusterByKMeans`), and in a cluster of more
 * than 5,000 the most typical is that of a sample, each compared with all others of the cluster.
 * G. Hacohen, A. Dekel, D. Weinshall, "Active learning on a budget: opposite strategies suit high and low budgets",
 * ICML 2022, algorithm 1 (TPC_RP).
 */
export const typiclust = defineStrategy({
  name: 'typiclust',
  title: 'TypiClust',
  hint: 'the most typical image of each group',
  about: 'the most typical image of each group of similar images',
  source: 'Hacohen et al. 2022',
  needs: ['representation', 'labelledRepresentation'],
  options: schema,
  async select({ poolSize, representation, labelledRepresentation }, { k, options, random, job }) {
    const points = stackedUnitRows(representation, labelledRepresentation);
    const clusters = Math.min(points.rows - poolSize + k, options.maxClusters);
    const exactRows = EXACT_ROWS + points.rows - poolSize;
    const { assignment } = await clusterByKMeans(points, clusters, random, job, { exactRows });
    const ranking = points.rows > exactRows ? { pairs: PAIRS, fewest: FEWEST_RANKED, random } : undefined;
    return typicalPicks({ points, assignment, poolSize, k, options, ...(ranking && { ranking }) }, job);
  },
});

export interface TypicalPicksRequest {
  /** Vectors of the pool's images and, below them, of the labelled ones, [(n + m) × d]; used as they are. */
  readonly points: Matrix;
  /** The cluster of each of them. */
  readonly assignment: Int32Array;
  readonly poolSize: number;
  readonly k: number;
  readonly options: TypiclustOptions;
  /** Without it every image of a cluster is compared with every other. */
  readonly ranking?: Ranking;
}

/** The walk through given clusters. */
export async function typicalPicks(request: TypicalPicksRequest, job: Job): Promise<Pick[]> {
  const { points, assignment, poolSize, k, options, ranking } = request;
  const step = pacer(job, 'Selecting images', k, 'images');
  const picks: Pick[] = [];
  const pace = (): Promise<void> => step(picks.length);
  const typicality = new Map<Group, Typicality>();
  const visit = async (group: Group): Promise<void> => {
    await pace();
    let cluster = typicality.get(group);
    if (cluster === undefined) {
      cluster = new Typicality(points, group.members, options.neighbours, options.distance, ranking);
      typicality.set(group, cluster);
    }
    const { index, typicality: score } = await cluster.takeMostTypical(pace);
    picks.push({ index, score, reason: groupReason('typical of', group) });
  };
  const groups = groupsOf(assignment, poolSize);
  const small = (group: Group): boolean => group.size <= options.minClusterSize;
  const large = groups.filter((group) => !small(group));
  const taken = await walkGroups(large, k, visit);
  await walkGroups(groups.filter(small), k - taken, visit);
  return picks;
}
