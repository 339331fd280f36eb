import { describe, expect, it } from 'vitest';
import { cellKey } from '../../../src/engine/benchmark/cell';
import { type GridRequest, planCells } from '../../../src/engine/benchmark/grid';
import { CellLooks } from '../../../src/engine/benchmark/looks';
import { type PlanOptions, planStudy } from '../../../src/engine/benchmark/plan';
import { benchmarkView, needsHoldOut } from '../../../src/engine/benchmark/view';
import type { Dataset } from '../../../src/engine/data/dataset/type';
import { silentJob } from '../../../src/engine/job';
import { importedFaces } from '../../support/importedFaces';

const datasetOf = (train: number, test: number): Promise<Dataset> =>
  importedFaces({ classes: ['a', 'b'], train, test });

const images = (value: number) => ({ value, percent: false });
const percent = (value: number) => ({ value, percent: true });
const options: PlanOptions = {
  strategies: ['margin'],
  pretrained: 'no',
  initial: percent(10),
  budget: percent(5),
  cycles: 4,
  seeds: 2,
  first: 'random',
  learner: 'probe',
};

describe('benchmarkView', () => {
  it('holds out the same fifth of each class where there is no test split', async () => {
    const dataset = await datasetOf(20, 0);
    expect(needsHoldOut(dataset)).toBe(true);
    const [view, again] = [benchmarkView(dataset, true), benchmarkView(dataset, true)];
    expect(view.test).toEqual(again.test);
    expect([0, 1].map((c) => Array.from(view.test).filter((i) => dataset.images[i].label === c).length)).toEqual([
      4, 4,
    ]);
    expect([...view.train, ...view.test].sort((a, b) => a - b)).toEqual(Array.from(dataset.train));
  });

  it('leaves a dataset with a test split as it is', async () => {
    const dataset = await datasetOf(5, 2);
    expect(needsHoldOut(dataset)).toBe(false);
    const view = benchmarkView(dataset, false);
    expect([view.train, view.test]).toEqual([dataset.train, dataset.test]);
  });
});

describe('planStudy', () => {
  it('counts percentages of the pool down to whole images, and random is always there', async () => {
    const { plan, notes } = planStudy(await datasetOf(33, 1), options);
    expect(plan).toMatchObject({ initial: 6, budget: 3, budgets: [6, 9, 12, 15], seeds: [0, 1] });
    expect(plan.strategies).toEqual(['random', 'margin']);
    expect(notes).toEqual([]);
  });

  it('ends with the pool and says so', async () => {
    const { plan, notes } = planStudy(await datasetOf(5, 1), { ...options, initial: images(4), budget: images(4) });
    expect(plan.budgets).toEqual([4, 8, 10]);
    expect(notes).toEqual(['The pool has 10 images, fewer than the 16 asked for; the last budget takes all of them.']);
  });

  it('refuses less than one image and unknown strategies', async () => {
    const dataset = await datasetOf(5, 1);
    expect(() => planStudy(dataset, options)).toThrow(/pool of faces has only 10 images/);
    expect(() => planStudy(dataset, { ...options, strategies: ['psychic'] })).toThrow(/psychic.*maxHerding/);
  });

  it('compares encoders or features: what people get first, then without pre-training', async () => {
    const dataset = await datasetOf(33, 1);
    const { pretrained: _, ...rest } = { ...options, learner: 'auto' as const };
    const planned = (more: Partial<PlanOptions>) => {
      const { compared, pretrained, features } = planStudy(dataset, { ...rest, ...more }).plan;
      return { compared, pretrained, features };
    };
    const both = { compared: ['scratch', 'pretrained'], pretrained: 'both', features: undefined };
    const usual = ['product', 'scratch', 'pretrained'];
    expect(planned({})).toEqual({ compared: usual, pretrained: 'both', features: usual });
    expect(planned({ pretrained: 'both' })).toEqual(both);
    expect(planned({ features: ['pretrained', 'scratch'] })).toEqual(both);
    expect(planned({ pretrained: 'no' })).toEqual({ compared: ['scratch'], pretrained: 'no', features: undefined });
    const all = ['scratch', 'random', 'hog', 'pretrained'];
    expect(planned({ features: ['pretrained', 'hog', 'random', 'hog', 'scratch'] })).toEqual({
      compared: all,
      pretrained: 'both',
      features: all,
    });
    const withCombined = ['hog', 'pretrained', 'combined'];
    expect(planned({ features: ['combined', 'hog', 'pretrained'] })).toEqual({
      compared: withCombined,
      pretrained: 'both',
      features: withCombined,
    });
    expect(planned({ features: ['combined', 'pretrained'] }).pretrained).toBe('yes');
    expect(planned({ features: ['combined'] })).toMatchObject({ pretrained: 'yes', features: ['combined'] });
    const alone = { compared: ['hog'], pretrained: 'no', features: ['hog'] };
    expect(planned({ features: ['hog'] })).toEqual(alone);
    expect(planned({ encoder: 'hog' })).toEqual(alone);
    expect(planned({ features: ['hog', 'pretrained'], learner: 'finetune' }).compared).toEqual(['hog', 'pretrained']);
  });

  it('refuses features that are unknown, asked for twice, the same, or to be trained though fixed', async () => {
    const dataset = await datasetOf(33, 1);
    const { pretrained: _, ...rest } = options;
    const plan = (more: Partial<PlanOptions>) => () => planStudy(dataset, { ...rest, ...more });
    expect(plan({ features: ['sift'] })).toThrow(
      /no features "sift"; known are product, scratch, random, hog, pretrained, combined, faces, general, continued, external:<name>, and/,
    );
    expect(plan({ features: ['hog'], pretrained: 'no' })).toThrow(/give one of them/);
    expect(plan({ encoder: 'hog', pretrained: 'both' })).toThrow(/pass --features hog,pretrained/);
    expect(plan({ features: ['random', 'scratch'], learner: 'probe' })).toThrow(/are the same/);
    for (const learner of ['finetune', 'paper'] as const)
      expect(plan({ encoder: 'hog', learner })).toThrow(
        `The learner ${learner} trains the encoder, and features of hog are fixed; take --learner probe or auto.`,
      );
    expect(plan({ features: ['faces', 'general'], learner: 'paper' })).toThrow(/features of .* are fixed/);
    expect(plan({ features: ['faces', 'general'], learner: 'finetune' })).not.toThrow();
  });

  it('names the protocol that it follows, with uneven budgets in cold', async () => {
    const { strategies, learner } = options;
    const { plan } = planStudy(await datasetOf(33, 1), { strategies, learner, pretrained: 'no', protocol: 'cold' });
    expect(plan).toMatchObject({
      name: 'cold',
      initial: 2,
      budget: null,
      budgets: [2, 4, 10, 20, 40],
    });
    expect(plan.seeds).toHaveLength(10);
    expect(planStudy(await datasetOf(33, 1), options).plan).not.toHaveProperty('name');
  });

  it('tells which strategies cannot choose the first batch themselves', async () => {
    const { notes } = planStudy(await datasetOf(33, 1), { ...options, first: 'strategy' });
    expect(notes).toEqual(['Initial labels are drawn at random for Margin: they need a model.']);
  });
});

describe('planCells', () => {
  it('makes a probe of every row on fixed features, and shares cells with a benchmark of probes from random weights', async () => {
    const dataset = await datasetOf(33, 1);
    const request: GridRequest = {
      workspace: '',
      dataset,
      holdOut: false,
      folder: '',
      program: '',
      architecture: 'small',
      strategies: ['random', 'coreset'],
      seeds: [0, 1],
      budgets: [4, 8],
      first: 'random',
      compared: ['scratch', 'random', 'hog'],
      learner: 'finetune',
    };
    const looks = new CellLooks(dataset, silentJob);
    const cells = await planCells(request, looks);
    expect(cells).toHaveLength(12);
    expect(new Set(cells.map(({ plan }) => cellKey(dataset, plan))).size).toBe(12);
    for (const { features, plan } of cells)
      expect(plan.policy.learner).toBe({ scratch: 'finetune', random: 'probe', hog: 'probe' }[features as 'hog']);
    const probes = await planCells({ ...request, compared: ['scratch'], learner: 'probe' }, looks);
    const keys = (some: typeof cells) => some.map(({ plan }) => cellKey(dataset, plan));
    expect(keys(probes)).toEqual(keys(cells.filter(({ features }) => features === 'random')));

    const rows = [
      { strategy: 'coreset', features: 'hog', name: 'Far apart' },
      { strategy: 'random', features: 'scratch', name: 'Nothing known' },
    ] as const;
    const chosen = await planCells({ ...request, rows }, looks);
    const isChosen = ({ features, plan }: (typeof cells)[number]) =>
      rows.some((row) => row.features === features && row.strategy === plan.policy.strategy);
    expect(chosen.map(({ features }) => features)).toEqual(['hog', 'hog', 'scratch', 'scratch']);
    expect(new Set(keys(chosen))).toEqual(new Set(keys(cells.filter(isChosen))));
  });
});
