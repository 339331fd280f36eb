import * as z from 'zod';
import { optionsParser } from './options';
import type { Strategy } from './strategy';

/** Random sampling, the baseline: the first k of a random permutation of the pool, so that k is a prefix of k + 1. */
export const random: Strategy = {
  name: 'random',
  title: 'Random',
  summary: 'Asks about images drawn by chance; the baseline that every other strategy has to beat.',
  needs: [],
  parseOptions: optionsParser('random', z.strictObject({})),
  async select(context, k, random) {
    const order = random.permutation(context.poolSize).subarray(0, k);
    return Array.from(order, (index) => ({ index, score: 0, reason: 'drawn by chance' }));
  },
};
