import { describe, expect, it } from 'vitest';
import { silentJob } from '../../../src/engine/job';
import { predictProbabilities } from '../../../src/engine/numeric/linearHead';
import { type Matrix, takeRows } from '../../../src/engine/numeric/matrix';
import { shannonEntropy } from '../../../src/engine/numeric/probabilities';
import { Random } from '../../../src/engine/numeric/random';
import { dropoutSummary } from '../../../src/engine/rounds/dropout';
import { randomContext, rowsOf } from '../../support/contexts';

const { head, features } = randomContext({ pool: 40, classes: 4, dimensions: 6 });
const summary = (over: { features?: Matrix; rate?: number; passes?: number } = {}, seed = 1) =>
  dropoutSummary(
    { strategy: 'bald', head: head!, features: features!, rate: 0.2, passes: 20, ...over },
    Random.stream(seed, 'select'),
    silentJob,
  );

describe('passes with dropout', () => {
  it('converge to the mean over all masks, each with its probability', async () => {
    const small = {
      weights: rowsOf([[2, -1, 0.5], [-1, 3, 1], [0, 0.5, -2]]), // biome-ignore format: a matrix
      bias: Float64Array.of(0.1, -0.2, 0.3),
    };
    const inputs = rowsOf([[1, 2, -1], [0.5, -1, 2]]); // biome-ignore format: a matrix
    const rate = 0.3;
    const mean = new Float64Array(6);
    const meanEntropy = new Float64Array(2);
    for (let mask = 0; mask < 8; mask++) {
      const kept = [0, 1, 2].map((j) => (mask >> j) & 1);
      const chance = kept.reduce((product, keep) => product * (keep ? 1 - rate : rate), 1);
      const dropped = { ...inputs, data: inputs.data.map((x, at) => (kept[at % 3] ? x / (1 - rate) : 0)) };
      const p = predictProbabilities(small, dropped);
      for (let at = 0; at < 6; at++) mean[at] += chance * p.data[at];
      for (let i = 0; i < 2; i++) meanEntropy[i] += chance * shannonEntropy(p.data.subarray(i * 3, i * 3 + 3));
    }
    const request = { strategy: 'bald', head: small, features: inputs, rate, passes: 40_000 };
    const found = await dropoutSummary(request, Random.stream(3, 'select'), silentJob);
    // the standard error of a mean of 40,000 numbers between 0 and ln 3 is below 0.003
    for (const [at, p] of found.mean.data.entries()) expect(Math.abs(p - mean[at])).toBeLessThan(0.01);
    for (const [i, h] of found.meanEntropy.entries()) expect(Math.abs(h - meanEntropy[i])).toBeLessThan(0.01);
  });

  it('are seeded, and as many as asked for', async () => {
    expect(await summary()).toEqual(await summary());
    expect((await summary({}, 2)).mean).not.toEqual((await summary()).mean);
    expect((await summary({ passes: 21 })).mean).not.toEqual((await summary()).mean);
    const nearlyNone = await summary({ rate: 1e-9 });
    const plain = predictProbabilities(head!, features!);
    for (const [at, p] of nearlyNone.mean.data.entries()) expect(p).toBeCloseTo(plain.data[at], 5);
  });

  it('say the same about an image wherever it stands', async () => {
    const all = await summary();
    const order = [7, 7, 39, 0];
    const some = await summary({ features: takeRows(features!, order) });
    expect([...some.meanEntropy]).toEqual(order.map((i) => all.meanEntropy[i]));
    expect(some.mean.data).toEqual(takeRows(all.mean, order).data);
  });

  it.each([0, 1, Number.NaN])('are refused of a model with the dropout rate %f', async (rate) => {
    await expect(summary({ rate })).rejects.toMatchObject({
      code: 'input',
      message:
        'This model has no dropout before its head, so all its predictions agree and bald has nothing to compare; choose another strategy, such as entropy.',
    });
  });

  it('stop when cancelled', async () => {
    const job = { signal: AbortSignal.abort(), report: () => {} };
    const request = { strategy: 'bald', head: head!, features: features!, rate: 0.2, passes: 20 };
    await expect(dropoutSummary(request, Random.stream(1, 'select'), job)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
