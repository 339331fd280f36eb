import { describe, expect, it } from 'vitest';
import { type Job, silentJob } from '../../../src/engine/job';
import { Random } from '../../../src/engine/numeric/random';
import type { Need, SelectionContext } from '../../../src/engine/strategies/context';
import type { Pick, QueryRule, Strategy } from '../../../src/engine/strategies/define';
import { DEFAULT_STRATEGY, strategies, strategyNamed } from '../../../src/engine/strategies/registry';
import { onBusyMachine } from '../../support/busy';
import { identicalImages, randomContext, runWith } from '../../support/contexts';

/** Strategies whose picks depend on the random stream. */
const drawing = new Set(['random', 'badge', 'classBalancedRandom', 'typiclust', 'dropQuery', 'kMeans', 'tcm']);
/** Those in which another stream may, but need not, lead to other picks: k-means mostly finds the same clusters. */
const drawingAtTimes = new Set(['probcover']);
/** Those that choose by chance even between images that are the same. */
const tiesByChance = new Set(['random', 'badge', 'classBalancedRandom', 'dropQuery']);
/** Strategies for which k picks are not the beginning of k + 1 picks. */
const notNested = new Set(['typiclust', 'dropQuery', 'kMeans', 'tcm']);
/** Needs with values for every image of the pool. */
const poolNeeds: readonly Need[] = ['features', 'representation', 'probabilities'];
/** Needs with values in rows of their own. */
const rowNeeds: readonly Need[] = [...poolNeeds, 'labelledFeatures', 'labelledRepresentation'];

const run = (
  strategy: Strategy,
  context: SelectionContext,
  k: number,
  seed = 7,
  job: Job = silentJob,
): Promise<Pick[]> => runWith(strategy, context, k, Random.stream(seed, 'select'), job);
const indices = (picks: readonly Pick[]): number[] => picks.map((pick) => pick.index);
const inForce = (strategy: Strategy): QueryRule => strategy.withOptions({}).inForce(3, 3);
/** What a strategy looks at when three images are labelled. */
const looksAt = (strategy: Strategy): readonly Need[] => {
  const { needs, uses } = inForce(strategy);
  return [...needs, ...uses];
};
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const hybrids = [
  strategyNamed('{"until": 5, "use": "coreset", "then": "entropy"}'),
  strategyNamed('maxHerding-until-1-then-coreset-until-4-then-margin'),
];
const all = [...strategies.values(), ...hybrids];

describe.each(all.map((strategy) => [strategy.name, strategy] as const))('%s', (name, strategy) => {
  it('describes itself', () => {
    expect(strategyNamed(name).title).toBe(strategy.title);
    expect(name).toMatch(/^[a-zA-Z0-9-]+$/);
    expect(strategy.title).not.toBe('');
  });

  it.each([0, 1, 9])('picks k distinct images in range, with %i labelled', async (labelled) => {
    for (const k of [1, 5, 40]) {
      const picks = await run(strategy, randomContext({ pool: 40, labelled }), k);
      expect(picks).toHaveLength(k);
      expect(new Set(indices(picks)).size).toBe(k);
      for (const { index, score, reason } of picks) {
        expect(index).toBeGreaterThanOrEqual(0);
        expect(index).toBeLessThan(40);
        expect(score).toSatisfy(Number.isFinite);
        expect(Object.is(score, -0)).toBe(false);
        expect(reason).not.toBe('');
      }
    }
  });

  it('picks the same for the same seed', async () => {
    const context = randomContext({ pool: 60, labelled: 5 });
    expect(await run(strategy, context, 20)).toEqual(await run(strategy, context, 20));
    const other = indices(await run(strategy, context, 20, 8));
    if (drawing.has(name)) expect(other).not.toEqual(indices(await run(strategy, context, 20)));
    else if (!drawingAtTimes.has(name)) expect(other).toEqual(indices(await run(strategy, context, 20)));
  });

  it('leaves the context as it was', async () => {
    const context = randomContext({ pool: 20, labelled: 3 });
    const before = structuredClone(context);
    await run(strategy, context, 8);
    expect(context).toEqual(before);
  });

  it('takes all of the pool when k is as large or larger', async () => {
    for (const k of [12, 13, 1000]) {
      const picks = await run(strategy, randomContext({ pool: 12, labelled: 2 }), k);
      expect(indices(picks).sort((a, b) => a - b)).toEqual(upTo(12));
    }
  });

  it('takes the only image', async () => {
    expect(indices(await run(strategy, randomContext({ pool: 1 }), 3))).toEqual([0]);
    expect(indices(await run(strategy, randomContext({ pool: 1, labelled: 2 }), 1))).toEqual([0]);
  });

  it('gives no picks from an empty pool', async () => {
    expect(await run(strategy, randomContext({ pool: 0 }), 3)).toEqual([]);
  });

  it.each([0, 4])('gives ties to the lower index when all images are the same, with %i labelled', async (labelled) => {
    const picks = indices(await run(strategy, identicalImages(randomContext({ pool: 30, labelled })), 10));
    if (tiesByChance.has(name)) expect(new Set(picks).size).toBe(10);
    else expect(picks).toEqual(upTo(10));
  });

  it('copes with labelled images that equal all of the pool', async () => {
    const context = identicalImages(randomContext({ pool: 12, labelled: 12 }));
    const copies = { labelledFeatures: context.features!, labelledRepresentation: context.representation! };
    const picks = indices(await run(strategy, { ...context, ...copies }, 5));
    if (tiesByChance.has(name)) expect(new Set(picks).size).toBe(5);
    else expect(picks).toEqual(upTo(5));
  });

  it('copes with classes that have no label', async () => {
    const context = { ...randomContext({ pool: 20, labelled: 9, classes: 4 }), labelledLabels: new Int32Array(9) };
    expect(new Set(indices(await run(strategy, context, 6))).size).toBe(6);
  });

  it('works with one class only', async () => {
    const picks = await run(strategy, randomContext({ pool: 10, labelled: 3, classes: 1 }), 4);
    expect(new Set(indices(picks)).size).toBe(4);
  });

  if (!notNested.has(name))
    it('gives nested batches', async () => {
      const context = randomContext({ pool: 30, labelled: 4 });
      const all = indices(await run(strategy, context, 30));
      for (const k of [1, 2, 7, 29]) expect(indices(await run(strategy, context, k))).toEqual(all.slice(0, k));
    });

  const looksAtOneOf = (needs: readonly Need[]) => looksAt(strategy).some((need) => needs.includes(need));

  if (looksAtOneOf(rowNeeds))
    it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %f and names the row', async (bad) => {
      for (const need of looksAt(strategy).filter((need) => poolNeeds.includes(need))) {
        const part = need as 'features' | 'representation' | 'probabilities';
        const context = randomContext({ pool: 10, labelled: 3 });
        const values = context[part]!;
        values.data[6 * values.columns + 1] = bad;
        await expect(run(strategy, context, 2)).rejects.toMatchObject({
          code: 'input',
          message: expect.stringMatching(new RegExp(`^Row 6 of "${part}".* ${bad};`)),
        });
        const imageNames = upTo(10).map((i) => `angry/${i}.png`);
        await expect(run(strategy, { ...context, imageNames }, 2)).rejects.toMatchObject({
          code: 'input',
          message: `"${part}" of the image angry/6.png contains ${bad}; every value must be a finite number.`,
        });
      }
      for (const part of ['labelledFeatures', 'labelledRepresentation'] as const) {
        if (!looksAt(strategy).includes(part)) continue;
        const context = randomContext({ pool: 10, labelled: 3 });
        context[part]!.data[context[part]!.columns] = bad;
        const labelledNames = ['a.png', 'b.png', 'c.png'];
        await expect(run(strategy, { ...context, labelledNames }, 2)).rejects.toMatchObject({
          code: 'input',
          message: `"${part}" of the image b.png contains ${bad}; every value must be a finite number.`,
        });
      }
    });

  if (looksAtOneOf(['probabilities']))
    it('refuses probabilities that are none and names the image', async () => {
      const context = randomContext({ pool: 10, labelled: 3 });
      const imageNames = upTo(10).map((i) => `angry/${i}.png`);
      context.probabilities!.data[3 * 3] += 0.5;
      await expect(run(strategy, { ...context, imageNames }, 2)).rejects.toMatchObject({
        code: 'input',
        message: expect.stringMatching(
          /^"probabilities" of the image angry\/3.png sums to 1\.50000, not to 1; give softmax outputs, not logits\.$/,
        ),
      });
    });

  it('works without what it merely uses', async () => {
    const context: Record<string, unknown> = { ...randomContext({ pool: 20, labelled: 6 }) };
    for (const need of strategy.uses) delete context[need];
    delete context.validationFeatures;
    delete context.validationLabels;
    expect(await run(strategy, context as unknown as SelectionContext, 5)).toHaveLength(5);
  });

  if (inForce(strategy).needs.length > 0)
    it('says what is missing', async () => {
      for (const need of inForce(strategy).needs) {
        const context: Record<string, unknown> = { ...randomContext({ pool: 10, labelled: 3 }) };
        if (need === 'labelledLabels') context.labelledLabels = [];
        else delete context[need === 'dropout' ? 'dropoutProbabilities' : need];
        if (need === 'representation' || need === 'perturbations') delete context.features; // what stands in for them
        await expect(run(strategy, context as unknown as SelectionContext, 2)).rejects.toMatchObject({
          code: 'input',
          message: expect.stringMatching(/^The strategy \w+ needs "/),
        });
      }
    });

  it('refuses options it does not know', () => {
    expect(() => strategy.withOptions({ nonsense: 1 })).toThrow(
      `The strategy ${name} has no option "nonsense"; it takes`,
    );
    expect(() => strategy.withOptions('x')).toThrow('The options of the strategy');
    const parsed = strategy.withOptions(undefined).options;
    expect(strategy.withOptions(parsed).options).toEqual(parsed);
  });

  it('does not start when cancelled before', async () => {
    const job = { signal: AbortSignal.abort(), report: () => {} };
    await expect(run(strategy, randomContext({ pool: 10 }), 2, 7, job)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

// A big enough pool takes the greedy strategies many seconds; the others are done at once.
describe.each([
  ['coreset', 20_000],
  ['badge', 20_000],
  ['glister', 20_000],
  ['typiclust', 15_000],
  ['probcover', 20_000],
  ['maxHerding', 20_000],
  ['uncertaintyHerding', 20_000],
  ['dropQuery', 5000],
  ['kMeans', 5000],
])('cancelling %s', (name, k) => {
  it.each([0, 2000])('stops within a second, with %i labelled', async (labelled) => {
    const context = randomContext({ pool: 20_000, labelled, dimensions: 32 });
    const controller = new AbortController();
    let cancelledAt = Number.POSITIVE_INFINITY;
    const timer = setTimeout(() => {
      cancelledAt = performance.now();
      controller.abort();
    }, 300);
    const stages = new Set<string>();
    const job: Job = { signal: controller.signal, report: ({ stage }) => void stages.add(stage) };
    const picking = runWith(strategyNamed(name), context, k, Random.stream(1, 'select'), job);
    await expect(picking).rejects.toMatchObject({ code: 'cancelled' });
    clearTimeout(timer);
    expect(performance.now() - cancelledAt).toBeLessThan(onBusyMachine(1000));
    expect(stages.size).toBeGreaterThan(0);
  });
});

describe('the registry', () => {
  it.each([...strategies.values()])('says for people what $name asks about', ({ hint, about, source, note }) => {
    for (const text of [hint, about]) expect(text).toMatch(/^[^.]+[^.\s]$/); // put into sentences by others
    if (source !== undefined) expect(source).toMatch(/ \d{4}$/);
    if (note !== undefined) expect(note).toMatch(/^[A-Z].*\.$/);
  });

  it('has few strategies that look at no values of their own, of which there is nothing to refuse', () => {
    const blind = all.filter((strategy) => !looksAt(strategy).some((need) => rowNeeds.includes(need)));
    expect(blind.map(({ name }) => name)).toEqual(['random', 'bald', 'adversarialDeepFool']);
    const needless = all.filter((strategy) => inForce(strategy).needs.length === 0);
    expect(needless.map(({ name }) => name)).toEqual(['random', 'classBalancedRandom']);
  });

  it('has the default', () => {
    expect(strategyNamed(DEFAULT_STRATEGY).needs).not.toContain('probabilities');
  });

  it('lists what there is when a name is unknown', () => {
    expect(() => strategyNamed('badger')).toThrow(
      `There is no strategy "badger"; known are ${[...strategies.keys()].join(', ')}.`,
    );
  });
});
