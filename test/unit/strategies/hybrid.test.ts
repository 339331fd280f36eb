import { describe, expect, it } from 'vitest';
import { strategyList } from '../../../src/engine/commandLine/values';
import { silentJob } from '../../../src/engine/job';
import { Random } from '../../../src/engine/numeric/random';
import type { Pick, Strategy } from '../../../src/engine/strategies/define';
import { strategyNamed } from '../../../src/engine/strategies/registry';
import { readableStrategy } from '../../../src/shared/strategyName';
import { type Given, randomContext, runWith } from '../../support/contexts';

const run = (strategy: Strategy, context: Given, k = 12): Promise<Pick[]> =>
  runWith(strategy, context, k, Random.stream(5, 'select'), silentJob);

const described = (until: unknown, use: unknown, then: unknown) => ({ until, use, then });
const DESCRIPTION = described(4, 'badge', 'random');

describe('a hybrid', () => {
  it.each([[DESCRIPTION], [JSON.stringify(DESCRIPTION)], ['badge-until-4-then-random']])(
    'is its first part below the number, and its second from it on: %j',
    async (description) => {
      const hybrid = strategyNamed(description);
      expect(hybrid.name).toBe('badge-until-4-then-random');
      expect(hybrid.title).toBe('BADGE until 4, then Random');
      expect(readableStrategy(hybrid.name)).toBe(hybrid.title);
      for (const [labelled, part] of [
        [0, 'badge'],
        [3, 'badge'],
        [4, 'random'],
        [20, 'random'],
      ] as const) {
        const context = randomContext({ pool: 40, labelled });
        expect(await run(hybrid, context)).toEqual(await run(strategyNamed(part), context));
      }
    },
  );

  it('goes on to a third strategy', async () => {
    const nested = strategyNamed(described(2, 'coreset', described(6, 'maxHerding', 'margin')));
    expect(nested.name).toBe('coreset-until-2-then-maxHerding-until-6-then-margin');
    expect(strategyNamed(nested.name).title).toBe('Core-set until 2, then MaxHerding until 6, then Margin');
    for (const [labelled, part] of [
      [1, 'coreset'],
      [2, 'maxHerding'],
      [5, 'maxHerding'],
      [6, 'margin'],
    ] as const) {
      const context = randomContext({ pool: 40, labelled });
      expect(await run(nested, context)).toEqual(await run(strategyNamed(part), context));
    }
  });

  it('needs only what the part in force needs', async () => {
    const { probabilities: _, head: __, ...blind } = randomContext({ pool: 10, labelled: 3 });
    expect(await run(strategyNamed(described(4, 'maxHerding', 'margin')), blind, 2)).toHaveLength(2);
    await expect(run(strategyNamed(described(3, 'maxHerding', 'margin')), blind, 2)).rejects.toMatchObject({
      code: 'input',
      message: 'The strategy margin needs "probabilities", which is missing.',
    });
  });

  it('counts labelled images whose labels are not known', async () => {
    const context = { ...randomContext({ pool: 20, labelled: 4 }), labelledLabels: [] };
    expect(await run(strategyNamed(DESCRIPTION), context)).toEqual(await run(strategyNamed('random'), context));
  });

  it('gives its options to its parts', async () => {
    const hybrid = strategyNamed(described(4, 'maxHerding', 'margin'));
    const context = randomContext({ pool: 40, labelled: 2 });
    const options = { use: { sigma: 0.3 } };
    expect(await run(hybrid, { ...context, options })).toEqual(
      await run(strategyNamed('maxHerding'), { ...context, options: { sigma: 0.3 } }),
    );
    expect(hybrid.withOptions({}).options).toEqual(JSON.parse('{"use": {"sigma": 1}, "then": {}}'));
    expect(() => hybrid.withOptions({ use: { delta: 1 } })).toThrow('The strategy maxHerding has no option "delta"');
    expect(() => hybrid.withOptions({ sigma: 1 })).toThrow('has no option "sigma"; it takes use, then.');
  });

  const nonsense: [string, unknown, string][] = [
    ['an unknown part', { ...DESCRIPTION, use: 'psychic' }, 'There is no strategy "psychic"; known are random,'],
    ['a number below 1', { ...DESCRIPTION, until: 0 }, '"until" must be a whole number from 1 on'],
    ['half an image', { ...DESCRIPTION, until: 3.5 }, '"until" must be a whole number from 1 on'],
    ['no number', described(undefined, 'badge', 'random'), '"until" is missing'],
    ['no second part', { until: 3, use: 'badge' }, '"then" is missing'],
    ['another field', { ...DESCRIPTION, from: 3 }, 'it has an unknown field "from"'],
    ['twice the same', described(3, 'badge', 'badge'), 'both of its parts are badge'],
    ['a hybrid first', { ...DESCRIPTION, use: DESCRIPTION }, 'only "then" can be a hybrid itself'],
    ['a hybrid first by name', { ...DESCRIPTION, use: 'a-until-1-then-b' }, 'There is no strategy "a"'],
    [
      'a hybrid first by a good name',
      { ...DESCRIPTION, use: 'badge-until-4-then-random' },
      'only "then" can be a hybrid itself',
    ],
    [
      'numbers that fall',
      described(9, 'entropy', DESCRIPTION),
      '"then" changes at 4 labelled images, which must be more than 9',
    ],
    ['an array', [1], 'it must be an object'],
    ['null', 'null', 'There is no strategy "null"'],
    ['broken JSON', '{"until": 3,', 'is not valid JSON'],
    ['a name of nothing', 'badge-until-x-then-random', 'There is no strategy "badge-until-x-then-random"'],
  ];
  it.each(nonsense)('is refused in one sentence: %s', (_, description, message) => {
    const refused = () => strategyNamed(description as string);
    expect(refused).toThrow(message);
    expect(refused).toThrow(/^[^\n]*\.$/);
    expect(refused).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

describe('a list of strategies', () => {
  it('may hold hybrids in JSON', () => {
    expect(strategyList(' random, {"until": 3, "use": "badge", "then": "random"},margin')).toEqual([
      'random',
      '{"until": 3, "use": "badge", "then": "random"}',
      'margin',
    ]);
    expect(() => strategyList('random,,margin')).toThrow('Expected names separated by commas.');
  });
});

describe('TCM', () => {
  it('changes to margin at five labels a class', async () => {
    const [tcm, typical, margin] = ['tcm', 'typiclust', 'margin'].map((name) => strategyNamed(name));
    for (const [labelled, part] of [
      [0, typical],
      [19, typical],
      [20, margin],
    ] as const) {
      const context = randomContext({ pool: 40, labelled, classes: 4 });
      expect(await run(tcm, context)).toEqual(await run(part, context));
    }
  });
});
