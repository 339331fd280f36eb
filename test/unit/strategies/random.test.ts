import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentJob } from '../../../src/engine/job';
import { Random } from '../../../src/engine/numeric/random';
import { random } from '../../../src/engine/strategies/random';
import { runWith } from '../../support/contexts';

const select = async (poolSize: number, k: number, seed: number): Promise<number[]> => {
  const context = { poolSize, classCount: 2, labelledLabels: [], options: {} };
  const picks = await runWith(random, context, k, Random.stream(seed, 'select'), silentJob);
  return picks.map((pick) => pick.index);
};

describe('random sampling', () => {
  it('is the beginning of a shuffle by the same stream', async () => {
    const inputs = [fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), fc.integer()] as const;
    await fc.assert(
      fc.asyncProperty(...inputs, async (n, k, seed) => {
        const stream = Random.stream(seed, 'select');
        const order = Array.from({ length: n }, (_, i) => i);
        for (let last = n - 1; last > 0; last--) {
          const chosen = stream.integer(last + 1);
          [order[last], order[chosen]] = [order[chosen], order[last]];
        }
        expect(await select(n, k, seed)).toEqual(order.slice(0, k));
      }),
      { seed: 1 },
    );
  });

  it('takes every image equally often', async () => {
    const times = new Float64Array(6);
    for (let seed = 0; seed < 3000; seed++) for (const index of await select(6, 2, seed)) times[index]++;
    for (const n of times) expect(Math.abs(n - 1000)).toBeLessThan(104); // four standard deviations
  });
});
