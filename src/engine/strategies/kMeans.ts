import * as z from 'zod';
import { type CentralPoint, centralPoints } from '../geometry/centralPoints';
import { unitVectors } from './coverage';
import { optionsParser } from './options';
import { groupReason } from './ranking';
import type { Pick, Strategy } from './strategy';

/**
 * k-means: the image nearest to each centre of a batch's worth of k-means clusters, on vectors of length 1; the score is
 * the distance to the centre with a minus sign. Labelled images are clustered along and make room for themselves: with m
 * of them there are m + k clusters, and the picks come from clusters without a labelled image. Needs no labels, so it
 * works from the first round on.
 * The start of DropQuery (S. Gupte, J. Aklilu, J. J. Nirschl, S. Yeung-Levy, "Revisiting active learning in the era of
 * vision foundation models", TMLR 2024, section 3); the clusters over pool and labelled images are TypiClust's.
 */
export const kMeans: Strategy = {
  name: 'kMeans',
  title: 'k-means',
  summary: 'Asks about the image in the middle of each group of similar images.',
  needs: ['representation', 'labelledRepresentation'],
  parseOptions: optionsParser('kMeans', z.strictObject({})),
  select: async (context, k, random, job) =>
    (await centralPoints(unitVectors(context), context.poolSize, k, random, job)).map(centralPick),
};

export const centralPick = ({ index, distance, group }: CentralPoint): Pick => ({
  index,
  score: 0 - distance,
  reason: groupReason('in the middle of', group),
});
