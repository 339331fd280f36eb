import * as z from 'zod';
import { herd } from '../geometry/herding';
import { coverageReason, coverageVectors } from './coverage';
import { optionsParser } from './options';
import type { Strategy } from './strategy';

const parseOptions = optionsParser('maxHerding', z.strictObject({ sigma: z.number().positive().default(1) }));

/**
 * MaxHerding: greedily the images that raise the generalised coverage mean_x max_{l ∈ L} exp(−‖x − l‖² / σ²) of the pool
 * most, on vectors of length 1; the score is the rise. Needs no labels at all, so it works from the first round on.
 * Option `sigma` (default 1): the radius within which images stand for each other.
 * W. Bae, J. Noh, D. J. Sutherland, "Generalized coverage for more robust low-budget active learning", ECCV 2024,
 * algorithm 1.
 */
export const maxHerding: Strategy = {
  name: 'maxHerding',
  title: 'MaxHerding',
  summary: 'Asks about the images that stand for most of the others not yet covered by a labelled one.',
  needs: ['representation', 'labelledRepresentation'],
  parseOptions,
  async select(context, k, _random, job) {
    const { sigma } = parseOptions(context.options);
    const picks = await herd({ ...coverageVectors(context), sigma, k }, job);
    return picks.map(({ index, gain, nearestTo }) => ({ index, score: gain, reason: coverageReason(nearestTo) }));
  },
};
