import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentJob } from '../../../src/engine/job';
import { summarise } from '../../../src/engine/numeric/dropoutSummary';
import { Random } from '../../../src/engine/numeric/random';
import { bald, mutualInformation } from '../../../src/engine/strategies/bald';
import { type Given, randomContext, rowsOf, runWith, smallProbabilities, vectorFile } from '../../support/contexts';

interface Case {
  readonly name: string;
  readonly probs_TNC: number[][][];
  readonly score?: number[];
  readonly order?: number[];
  readonly closed_form?: number;
}
const { cases } = vectorFile<{ cases: Case[] }>('b_bald.json');
const caseNamed = (name: string): Case => cases.find((one) => one.name === name)!;

function contextOf(passes: number[][][]): Given {
  const dropoutProbabilities = passes.map(rowsOf);
  const { rows, columns } = dropoutProbabilities[0]!;
  return { poolSize: rows, classCount: columns, dropoutProbabilities, labelledLabels: [], options: {} };
}
const pick = (context: Given, k: number) => runWith(bald, context, k, Random.stream(1, 'select'), silentJob);

describe('bald', () => {
  it('equals the vectors', async () => {
    const { probs_TNC, score, order } = caseNamed('T5_N8_C4');
    const picks = await pick(contextOf(probs_TNC), 8);
    expect(picks.map(({ index }) => index)).toEqual(order);
    for (const { index, score: got } of picks) expect(Math.abs(got - score![index])).toBeLessThan(1e-14);
  });

  it('has the closed form of two opposite passes', () => {
    const { probs_TNC, closed_form } = caseNamed('closed_form_two_pass');
    const [score] = mutualInformation(summarise(probs_TNC.map(rowsOf)));
    expect(Math.abs(score - closed_form!)).toBeLessThan(1e-14);
  });

  it('scores equal passes 0, not rounding dust, and refuses them', async () => {
    const { probs_TNC } = caseNamed('no_dropout_constant_passes');
    expect(mutualInformation(summarise(probs_TNC.map(rowsOf)))).toEqual(new Float64Array(probs_TNC[0]!.length));
    await expect(pick(contextOf(probs_TNC), 2)).rejects.toMatchObject({
      code: 'input',
      message:
        'The 3 passes are all the same, so the network has no dropout and bald has nothing to compare; switch dropout on, or choose another strategy, such as entropy.',
    });
  });

  it('takes equal passes that are certain, and passes of which only one image differs', async () => {
    const certain = [[0, 1], [1, 0]]; // biome-ignore format: a matrix
    expect((await pick(contextOf([certain, certain]), 2)).map(({ index }) => index)).toEqual([0, 1]);
    const other = [[0.5, 0.5], [0.9, 0.1]]; // biome-ignore format: a matrix
    const same = [[0.5, 0.5], [0.1, 0.9]]; // biome-ignore format: a matrix
    expect((await pick(contextOf([same, other]), 2)).map(({ index }) => index)).toEqual([1, 0]);
  });

  it('is between 0 and ln c, and equals the definition written out', () => {
    const passes = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 6 }))
      .chain(([n, c, t]) => fc.array(smallProbabilities(c, n), { minLength: t, maxLength: t }));
    fc.assert(
      fc.property(passes, (passes) => {
        const scores = mutualInformation(summarise(passes.map(rowsOf)));
        const entropy = (p: readonly number[]) => p.reduce((sum, x) => (x > 0 ? sum - x * Math.log(x) : sum), 0);
        for (const [i, score] of scores.entries()) {
          const rows = passes.map((pass) => pass[i]!);
          const mean = rows[0]!.map((_, c) => rows.reduce((sum, p) => sum + p[c]!, 0) / rows.length);
          const expected = entropy(mean) - rows.reduce((sum, p) => sum + entropy(p), 0) / rows.length;
          expect(Math.abs(score - expected)).toBeLessThan(1e-14);
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThan(Math.log(mean.length) + 1e-12);
        }
      }),
    );
  });

  it('takes a summary in place of the passes, and checks it', async () => {
    const { dropoutProbabilities, ...context } = randomContext({ pool: 9 });
    const dropout = summarise(dropoutProbabilities!);
    expect(await pick({ ...context, dropout }, 9)).toEqual(
      await pick({ ...context, dropoutProbabilities: dropoutProbabilities! }, 9),
    );
    const meanEntropy = dropout.meanEntropy.with(4, Number.NaN);
    await expect(pick({ ...context, dropout: { ...dropout, meanEntropy } }, 2)).rejects.toMatchObject({
      code: 'input',
      message: 'Row 4 of "dropout.meanEntropy" (counted from 0) contains NaN; every value must be a finite number.',
    });
    await expect(pick({ ...context, classCount: 4, dropout }, 2)).rejects.toThrow('"dropout.mean" has 3 columns');
  });

  it.each([1, 0, 2.5, 'x'])('refuses %s passes', (passes) => {
    expect(() => bald.withOptions({ passes })).toThrow('The option "passes" of the strategy bald can\'t be used');
    expect(bald.withOptions({}).options).toEqual({ passes: 20 });
  });
});
