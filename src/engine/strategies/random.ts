import { defineStrategy, noOptions } from './define';

/** Random sampling, the baseline: the first k of a random permutation of the pool, so that k is a prefix of k + 1. */
export const random = defineStrategy({
  name: 'random',
  title: 'Random',
  hint: 'the baseline',
  about: 'the baseline',
  needs: [],
  options: noOptions,
  async select({ poolSize }, { k, random }) {
    const order = random.permutation(poolSize).subarray(0, k);
    return Array.from(order, (index) => ({ index, score: 0, reason: 'drawn by chance' }));
  },
});
