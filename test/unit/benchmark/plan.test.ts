import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { benchmarkView, needsHoldOut } from '../../../src/engine/benchmark/dataset';
import { type PlanOptions, planStudy } from '../../../src/engine/benchmark/plan';
import { type Dataset, importDataset, openDataset } from '../../../src/engine/data/dataset';
import { silentJob } from '../../../src/engine/job';
import { temporaryFolder, writeImages } from '../../engine/support';

async function datasetOf(train: number, test: number): Promise<Dataset> {
  const workspace = await temporaryFolder();
  await writeImages(join(workspace, 'faces'), { classes: ['a', 'b'], train, test });
  await importDataset({ workspace, folder: join(workspace, 'faces'), layout: 'auto' }, silentJob);
  const dataset = await openDataset(workspace, 'faces', silentJob);
  onTestFinished(() => dataset.close());
  return dataset;
}

const images = (value: number) => ({ value, percent: false });
const percent = (value: number) => ({ value, percent: true });
const options: PlanOptions = {
  ...{ strategies: ['margin'], pretrained: 'no', initial: percent(10), budget: percent(5), cycles: 4, seeds: 2 },
  ...{ first: 'random', learner: 'probe' },
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

  it('names the protocol that it follows, with uneven budgets in cold', async () => {
    const { strategies, pretrained, learner } = options;
    const { plan } = planStudy(await datasetOf(33, 1), { strategies, pretrained, learner, protocol: 'cold' });
    expect(plan).toMatchObject({
      name: 'cold',
      initial: 2,
      budget: null,
      budgets: [2, 4, 10, 20, 40],
      sharedDraw: true,
    });
    expect(plan.seeds).toHaveLength(10);
    expect(planStudy(await datasetOf(33, 1), options).plan).not.toHaveProperty('name');
  });

  it('tells which strategies cannot choose the first batch themselves', async () => {
    const { notes } = planStudy(await datasetOf(33, 1), { ...options, first: 'strategy' });
    expect(notes).toEqual(['Initial labels are drawn at random for margin: they need a model.']);
  });
});
