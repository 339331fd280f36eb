import { beforeAll, describe, expect, it, vi } from 'vitest';
import { measureCoverage } from '../../../src/engine/geometry/poolHerding';
import type { RegionSize } from '../../../src/engine/geometry/regions';
import { silentJob } from '../../../src/engine/job';
import { Random } from '../../../src/engine/numeric/random';
import { makeSelectionData } from '../../../src/engine/perf/selectionData';
import type { SelectionContext } from '../../../src/engine/strategies/context';
import type { Pick } from '../../../src/engine/strategies/define';
import { strategyNamed } from '../../../src/engine/strategies/registry';
import { runStrategy } from '../../../src/engine/strategies/run';

const ROWS = 3000;
const K = 60;
const small = { exactRows: ROWS / 4, regions: { each: 60, near: 8, sample: 150 } };
const limits = vi.hoisted(() => ({ exactRows: 50_000, regions: { each: 500, near: 8, sample: 1000 } as RegionSize }));

vi.mock('../../../src/engine/numeric/sample', async (load) => {
  const actual = await load<object>();
  return {
    ...actual,
    get EXACT_ROWS() {
      return limits.exactRows;
    },
  };
});
vi.mock('../../../src/engine/geometry/regions', async (load) => {
  const actual = await load<object>();
  return {
    ...actual,
    get REGIONS() {
      return limits.regions;
    },
  };
});

/** Strategies that look at less than all of a large pool, and how often: where chance decides much, single draws differ by more than 2 %. */
const approximate = { maxHerding: 1, uncertaintyHerding: 1, probcover: 1, typiclust: 3, kMeans: 8, dropQuery: 8 };
const names = Object.keys(approximate);

describe('a pool of more images than are all looked at', () => {
  let context: SelectionContext;
  beforeAll(async () => {
    context = await makeSelectionData({ pool: ROWS, labelled: 40, budget: K, features: 32 });
  });

  async function picksOf(strategy: string, allowed: typeof small, { given = context, seed = 1 } = {}): Promise<Pick[]> {
    Object.assign(limits, allowed);
    const rule = strategyNamed(strategy).withOptions({});
    return runStrategy(rule, given, K, Random.stream(seed, 'select'), silentJob);
  }

  /** How much of the pool they cover that the labelled images do not. */
  async function coverageOf(picks: readonly Pick[], { features, labelledFeatures } = context): Promise<number> {
    const request = { pool: features!, labelled: labelledFeatures, sigma: 1 };
    const measured = await measureCoverage(request, indicesOf(picks), silentJob);
    return measured.reduce((sum, { gain }) => sum + gain, 0);
  }

  const scoresOf = (picks: readonly Pick[]): number => picks.reduce((sum, { score }) => sum + score, 0);
  const indicesOf = (picks: readonly Pick[]): number[] => picks.map(({ index }) => index);

  it.each(Object.entries(approximate))(
    'is covered by %s as if it had looked at all, but for 2 %',
    async (strategy, times) => {
      let [found, most] = [0, 0];
      for (let seed = 0; seed < times; seed++) {
        const exact = await picksOf(strategy, { ...small, exactRows: ROWS }, { seed });
        const sampled = await picksOf(strategy, small, { seed });
        expect(new Set(indicesOf(sampled)).size).toBe(K);
        expect(indicesOf(sampled)).not.toEqual(indicesOf(exact)); // else nothing is shown by this
        most += await coverageOf(exact);
        found += await coverageOf(sampled);
      }
      expect(found).toBeGreaterThan(0.98 * most);
    },
  );

  it('is covered by balls too, but for 2 %', async () => {
    const exact = await picksOf('probcover', { ...small, exactRows: ROWS });
    expect(scoresOf(await picksOf('probcover', small))).toBeGreaterThan(0.98 * scoresOf(exact));
  });

  it.each(['maxHerding', 'probcover'])('is covered by %s with nothing labelled, but for 2 %', async (strategy) => {
    const { labelledFeatures } = context;
    const none = { ...labelledFeatures!, rows: 0, data: new Float32Array(0) };
    const given = { ...context, labelledFeatures: none, labelledLabels: new Int32Array(0) };
    const exact = await picksOf(strategy, { ...small, exactRows: ROWS }, { given });
    const sampled = await picksOf(strategy, small, { given });
    expect(indicesOf(sampled)).not.toEqual(indicesOf(exact));
    expect(await coverageOf(sampled, given)).toBeGreaterThan(0.98 * (await coverageOf(exact, given)));
  });

  it.each([...names, 'badge', 'coreset'])('is not one up to that number: %s picks as ever', async (strategy) => {
    const exact = await picksOf(strategy, { ...small, exactRows: Number.POSITIVE_INFINITY });
    expect(await picksOf(strategy, { ...small, exactRows: ROWS })).toEqual(exact);
  });

  it.each(['maxHerding', 'typiclust'])('gives the same picks of %s each time', async (strategy) => {
    expect(await picksOf(strategy, small)).toEqual(await picksOf(strategy, small));
  });
});
