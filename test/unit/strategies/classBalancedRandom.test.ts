import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentJob } from '../../../src/engine/job';
import { Random } from '../../../src/engine/numeric/random';
import type { Pick } from '../../../src/engine/strategies/define';
import { strategyNamed } from '../../../src/engine/strategies/registry';
import { type Given, randomContext, rowsOf, runWith, smallProbabilities } from '../../support/contexts';

const select = (context: Given, k: number, seed = 1, name = 'classBalancedRandom'): Promise<Pick[]> =>
  runWith(strategyNamed(name), context, k, Random.stream(seed, 'select'), silentJob);
const contextOf = (p: number[][], labels: number[]): Given => ({
  poolSize: p.length,
  classCount: p[0].length,
  probabilities: rowsOf(p),
  labelledLabels: labels,
  options: {},
});
const likeliest = (p: readonly number[]): number => p.indexOf(Math.max(...p));

describe('class-balanced random', () => {
  it('takes each image from the class with the fewest labelled and picked ones that is left', async () => {
    const input = fc
      .integer({ min: 1, max: 12 })
      .chain((n) => fc.tuple(smallProbabilities(3, n), fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 8 })));
    await fc.assert(
      fc.asyncProperty(input, fc.integer(), async ([p, labels], seed) => {
        const counts = [0, 1, 2].map((c) => labels.filter((label) => label === c).length);
        const left = new Set(p.keys());
        for (const { index, score } of await select(contextOf(p, labels), p.length, seed)) {
          const c = likeliest(p[index]);
          const open = [0, 1, 2].filter((other) => [...left].some((i) => likeliest(p[i]) === other));
          const fewest = Math.min(...open.map((other) => counts[other]));
          expect(c).toBe(open.find((other) => counts[other] === fewest));
          expect(score).toBe(p[index][c]);
          counts[c]++;
          left.delete(index);
        }
      }),
      { seed: 1 },
    );
  });

  it('draws every image of a class with the same chance', async () => {
    const context = contextOf([...Array(5).fill([0.2, 0.8]), ...Array(5).fill([0.9, 0.1])], [1, 1]);
    const times = new Float64Array(10);
    for (let seed = 0; seed < 2000; seed++) for (const { index } of await select(context, 2, seed)) times[index]++;
    // both picks are of class 0: 2 of 5 images, so 800 times each; four standard deviations are 88
    for (const [i, n] of times.entries()) expect(Math.abs(n - (i < 5 ? 0 : 800))).toBeLessThan(88);
  });

  it('is random sampling without a model', async () => {
    const { probabilities: _, ...blind } = randomContext({ pool: 30, labelled: 4 });
    expect(await select(blind, 10)).toEqual(await select(blind, 10, 1, 'random'));
  });

  it('says what it was drawn from', async () => {
    const context = { ...contextOf([[0.25, 0.75]], [1, 0, 1]), classNames: ['angry', 'happy'] };
    expect((await select(context, 1))[0].reason).toBe('drawn from what looks like happy (75 %), of which there are 2');
  });
});
