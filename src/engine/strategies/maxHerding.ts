import * as z from 'zod';
import { herdPool } from '../geometry/poolHerding';
import { defineStrategy } from './define';
import { coverageReason } from './picks';

/**
 * MaxHerding: greedily the images that raise the generalised coverage mean_x max_{l ∈ L} exp(−‖x − l‖² / σ²) of the pool
 * most, on vectors of length 1; the score is the rise. Needs no labels at all, so it works from the first round on.
 * Of more than 50,000 images they are chosen from a sample (see `herdPool`).
 * Option `sigma` (default 1): the radius within which images stand for each other.
 * W. Bae, J. Noh, D. J. Sutherland, "Generalized coverage for more robust low-budget active learning", ECCV 2024,
 * algorithm 1.
 */
export const maxHerding = defineStrategy({
  name: 'maxHerding',
  title: 'MaxHerding',
  hint: 'covers the dense regions; needs no labels',
  about: 'covers the dense regions of the unlabelled images; works without any label',
  source: 'Bae et al. 2024',
  needs: ['representation', 'labelledRepresentation'],
  options: z.strictObject({ sigma: z.number().positive().default(1) }),
  async select({ representation, labelledRepresentation }, { k, options, random, job }) {
    const request = { pool: representation, labelled: labelledRepresentation, sigma: options.sigma, k, random };
    const picks = await herdPool(request, job);
    return picks.map(({ index, gain, nearestTo }) => ({ index, score: gain, reason: coverageReason(nearestTo) }));
  },
});
