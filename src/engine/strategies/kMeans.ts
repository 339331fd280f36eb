import { type CentralPoint, centralPoints } from '../geometry/centralPoints';
import { stackedUnitRows } from '../numeric/matrix';
import { defineStrategy, noOptions, type Pick } from './define';
import { groupReason } from './picks';

/**
 * k-means: the image nearest to each centre of a batch's worth of k-means clusters, on vectors of length 1; the score is
 * the distance to the centre with a minus sign. Labelled images are clustered along and make room for themselves: with m
 * of them there are m + k clusters, and the picks come from clusters without a labelled image. Needs no labels, so it
 * works from the first round on.
 * The start of DropQuery (S. Gupte, J. Aklilu, J. J. Nirschl, S. Yeung-Levy, "Revisiting active learning in the era of
 * vision foundation models", TMLR 2024, section 3); the clusters over pool and labelled images are TypiClust's.
 */
export const kMeans = defineStrategy({
  name: 'kMeans',
  title: 'k-means',
  hint: 'the middle of each group of similar images',
  about: 'the image in the middle of each group of similar images',
  needs: ['representation', 'labelledRepresentation'],
  options: noOptions,
  async select({ poolSize, representation, labelledRepresentation }, { k, random, job }) {
    const points = stackedUnitRows(representation, labelledRepresentation);
    return (await centralPoints(points, poolSize, k, random, job)).map(centralPick);
  },
});

export const centralPick = ({ index, distance, group }: CentralPoint): Pick => ({
  index,
  score: 0 - distance,
  reason: groupReason('in the middle of', group),
});
