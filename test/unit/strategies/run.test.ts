import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/engine/errors';
import { silentJob } from '../../../src/engine/job';
import { Random } from '../../../src/engine/numeric/random';
import type { SelectionContext } from '../../../src/engine/strategies/context';
import { defineStrategy, noOptions, type Pick, type Strategy } from '../../../src/engine/strategies/define';
import { strategyNamed } from '../../../src/engine/strategies/registry';
import { randomContext, rowsOf, runWith } from '../../support/contexts';

const run = (strategy: Strategy, context: SelectionContext, k: number): Promise<Pick[]> =>
  runWith(strategy, context, k, Random.stream(1, 'select'), silentJob);

async function refusal(strategy: string | Strategy, context: SelectionContext, k = 2): Promise<UserError> {
  const error: unknown = await run(typeof strategy === 'string' ? strategyNamed(strategy) : strategy, context, k).then(
    () => 'nothing was refused',
    (error) => error,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(/^["A-Z][^\n]*\.$/);
  return error as UserError;
}

const context = randomContext({ pool: 6, labelled: 2 });

describe('the number of images to pick', () => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('is not %f', async (k) => {
    expect(await refusal('random', context, k)).toMatchObject({
      code: 'usage',
      message: `The number of images to pick must be a whole number from 1 on, not ${k}.`,
    });
  });
});

describe('a context is refused when', () => {
  const cases: [string, string, Partial<SelectionContext>, string][] = [
    [
      'features are too few',
      'coreset',
      { features: rowsOf([[1, 2]]) },
      '"features" has 1 rows for 6 images; it needs one for each.',
    ],
    [
      'labelled features are wide',
      'coreset',
      { labelledFeatures: rowsOf([[1], [2]]) },
      '"labelledFeatures" has 1 columns, but "features" has 5.',
    ],
    [
      'labelled features are too few',
      'coreset',
      { labelledFeatures: rowsOf([[1, 2, 3, 4, 5]]) },
      '"labelledFeatures" has 1 rows for 2 labelled images; it needs one for each.',
    ],
    [
      'the labelled representation does not fit',
      'maxHerding',
      { labelledRepresentation: rowsOf([[1], [2]]) },
      '"labelledRepresentation" has 1 columns, but "representation" has 5.',
    ],
    [
      'there are too few classes',
      'margin',
      { classCount: 4 },
      '"probabilities" has 3 columns for 4 classes; it needs one for each.',
    ],
    [
      'probabilities are logits',
      'margin',
      {
        probabilities: rowsOf([
          [1, 0, 0],
          [0, 1, 0],
          [2, 3, 1],
          [1, 0, 0],
          [1, 0, 0],
          [1, 0, 0],
        ]),
      },
      'Row 2 of "probabilities" (counted from 0) sums to 6.00000, not to 1; give softmax outputs, not logits.',
    ],
    [
      'a probability is negative',
      'margin',
      {
        probabilities: rowsOf([
          [1.5, -0.5, 0],
          [0, 1, 0],
          [1, 0, 0],
          [1, 0, 0],
          [1, 0, 0],
          [1, 0, 0],
        ]),
      },
      'Row 0 of "probabilities" (counted from 0) contains -0.5; no probability is below 0.',
    ],
    [
      'a label is out of range',
      'random',
      { labelledLabels: [0, 3] },
      'Label 1 of "labelledLabels" (counted from 0) is 3; with 3 classes it must be a whole number from 0 to 2.',
    ],
    [
      'a label is no whole number',
      'random',
      { labelledLabels: [0.5, 1] },
      'Label 0 of "labelledLabels" (counted from 0) is 0.5; with 3 classes it must be a whole number from 0 to 2.',
    ],
    [
      'a labelled row is not finite',
      'coreset',
      {
        labelledFeatures: rowsOf([
          [1, 2, 3, 4, 5],
          [1, 2, Number.NaN, 4, 5],
        ]),
      },
      'Row 1 of "labelledFeatures" (counted from 0) contains NaN; every value must be a finite number.',
    ],
  ];
  it.each(cases)('%s', async (_, strategy, part, message) => {
    expect(await refusal(strategy, { ...context, ...part })).toMatchObject({ code: 'input', message });
  });

  it('has sums of probabilities within 1e-3 of 1', async () => {
    const rows = (sum: number) => rowsOf(Array.from({ length: 6 }, () => [sum, 0, 0]));
    await run(strategyNamed('margin'), { ...context, probabilities: rows(1.0009) }, 2);
    await refusal('margin', { ...context, probabilities: rows(1.0011) });
    await refusal('margin', { ...context, probabilities: rows(0.9989) });
  });
});

describe('parts that no strategy has used yet', () => {
  const test = { name: 'test', title: 'Test', hint: 'a test', about: 'a test', options: noOptions };
  const select = async (_: unknown, { k }: { readonly k: number }): Promise<Pick[]> =>
    Array.from({ length: k }, (_, index) => ({ index, score: 0, reason: 'x' }));
  const needsHead = defineStrategy({ ...test, needs: ['head'], select });
  const needsDropout = defineStrategy({
    ...test,
    needs: ['dropout'],
    orders: () => ({ dropout: { passes: 2 } }),
    select,
  });

  it('are checked: the head', async () => {
    const head = {
      weights: rowsOf([
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4, 5],
      ]),
      bias: new Float64Array(2),
    };
    expect((await refusal(needsHead, { ...context, head })).message).toBe(
      'The head has 2 rows of weights and 2 biases for 3 classes.',
    );
    const narrow = { weights: rowsOf([[1], [2], [3]]), bias: new Float64Array(3) };
    expect((await refusal(needsHead, { ...context, head: narrow })).message).toBe(
      'The head\'s weights have 1 columns, but "features" has 5.',
    );
    const bias = Float64Array.of(0, Number.NaN, 0);
    expect((await refusal(needsHead, { ...context, head: { ...context.head!, bias } })).message).toContain(
      'Row 1 of "head.bias"',
    );
    expect(await run(needsHead, context, 2)).toHaveLength(2);
  });

  it('are checked: the dropout passes', async () => {
    const [one, two] = context.dropoutProbabilities!;
    expect((await refusal(needsDropout, { ...context, dropoutProbabilities: [one] })).message).toBe(
      'The strategy test needs at least 2 dropout passes, not 1.',
    );
    const odd = { ...two, data: two.data.map((v) => 2 * v) };
    expect((await refusal(needsDropout, { ...context, dropoutProbabilities: [one, odd] })).message).toMatch(
      /^Row 0 of "dropoutProbabilities\[1\]" \(counted from 0\) sums to 2/,
    );
  });
});

describe('the compiler', () => {
  it('holds a strategy to what it has said', async () => {
    const test = { name: 'test', title: 'Test', hint: 'a test', about: 'a test', options: noOptions };
    // @ts-expect-error what has to be made for it has to be ordered
    const silent = defineStrategy({ ...test, needs: ['perturbations'], select: async () => [] });
    const blind = defineStrategy({
      ...test,
      needs: ['features'],
      // @ts-expect-error probabilities are not among its needs
      select: async ({ probabilities }) => [{ index: probabilities === undefined ? 0 : 1, score: 0, reason: 'x' }],
    });
    await expect(run(silent, context, 1)).rejects.toThrow(
      'The strategy test needs perturbations and does not say which.',
    );
    expect((await run(blind, context, 1))[0]!.index).toBe(0);
  });
});

describe('a strategy that breaks its contract is caught', () => {
  const broken = (picks: readonly Partial<Pick>[]): Strategy => ({
    ...strategyNamed('random'),
    withOptions: (options) => ({
      ...strategyNamed('random').withOptions(options),
      name: 'broken',
      select: async () => picks.map((pick) => ({ index: 0, score: 0, reason: 'x', ...pick })),
    }),
  });
  it.each([
    ['too few picks', [{ index: 1 }], '1 picks instead of 2'],
    ['too many picks', [{ index: 1 }, { index: 2 }, { index: 3 }], '3 picks instead of 2'],
    ['the same image twice', [{ index: 1 }, { index: 1 }], 'it picked 1 twice'],
    ['an image that is not there', [{ index: 1 }, { index: 6 }], 'it picked 6 of 6'],
    ['a negative index', [{ index: 1 }, { index: -1 }], 'it picked -1 of 6'],
    ['half an image', [{ index: 1 }, { index: 2.5 }], 'it picked 2.5 of 6'],
    ['a score that is none', [{ index: 1 }, { index: 2, score: Number.NaN }], 'image 2 has the score NaN'],
  ])('%s', async (_, picks, what) => {
    await expect(run(broken(picks), context, 2)).rejects.toThrow(`The strategy broken broke its contract: ${what}.`);
  });
});
