import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { importDataset, rebuildCache } from '../../../src/engine/data/dataset/import';
import { openDataset } from '../../../src/engine/data/dataset/open';
import type { Dataset } from '../../../src/engine/data/dataset/type';
import { createEncoder, type NetworkEncoder } from '../../../src/engine/features/encoder';
import { silentJob } from '../../../src/engine/job';
import { type ActiveLearningRequest, activeLearning, type RoundOutcome } from '../../../src/engine/rounds/loop';
import { oracle } from '../../../src/engine/rounds/sources';
import type { Policy } from '../../../src/shared/schema/policy';
import { importedFaces } from '../../support/importedFaces';
import { SIDE, writeImages } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

const encoder = createEncoder('small', [1, SIDE, SIDE], 0);

const datasetOf = (train: number, test: number): Promise<Dataset> =>
  importedFaces({ classes: ['angry', 'happy', 'sad'], train, test });

interface Changes extends Partial<Omit<ActiveLearningRequest, 'dataset' | 'policy' | 'looks'>> {
  readonly strategy?: string;
  readonly first?: Policy['first'];
  readonly encoder?: NetworkEncoder;
}

function requestOf(dataset: Dataset, { strategy = 'maxHerding', first = 'random', ...changes }: Changes = {}) {
  const { encoder: network = encoder, ...rest } = changes;
  const policy: Policy = { features: 'scratch', learner: 'probe', first, strategy, options: {} };
  const looks = { features: network, network };
  const usual = { dataset, policy, looks, budgets: [4, 8, 12], seed: 3, source: oracle(dataset) };
  return { ...usual, ...rest } satisfies ActiveLearningRequest;
}

async function run(dataset: Dataset, changes: Changes = {}): Promise<RoundOutcome[]> {
  const outcomes: RoundOutcome[] = [];
  for await (const outcome of activeLearning(requestOf(dataset, changes), silentJob)) outcomes.push(outcome);
  return outcomes;
}

const picksOf = (outcomes: readonly RoundOutcome[]) => outcomes.map(({ picks }) => picks.map(({ index }) => index));
const weightsOf = ({ model }: RoundOutcome) => Array.from(model.head.weights.data);

describe('activeLearning', () => {
  it('asks only for unlabelled training images, meets the budgets, and measures on the test split', async () => {
    const dataset = await datasetOf(12, 4);
    const outcomes = await run(dataset);
    expect(outcomes.map(({ labelled }) => labelled)).toEqual([4, 8, 12]);
    const asked = picksOf(outcomes).flat();
    expect(new Set(asked).size).toBe(12);
    expect(asked.every((i) => dataset.images[i].split === 'train')).toBe(true);
    for (const { metrics, estimate } of outcomes) {
      expect(metrics?.count).toBe(12);
      expect(estimate).toBe(false);
    }
    // the classes are bright in different places: labels must help
    expect(outcomes[2].metrics!.accuracy).toBeGreaterThan(0.6);
  });

  it('gives every strategy of a seed the same initial images and the same first model; another seed differs', async () => {
    const dataset = await datasetOf(12, 4);
    const [herding, margin] = [await run(dataset), await run(dataset, { strategy: 'margin' })];
    expect(picksOf(margin)[0]).toEqual(picksOf(herding)[0]);
    expect(weightsOf(margin[0])).toEqual(weightsOf(herding[0]));
    expect(picksOf(margin)[1]).not.toEqual(picksOf(herding)[1]);
    expect(picksOf(await run(dataset, { seed: 4 }))[0]).not.toEqual(picksOf(herding)[0]);
  });

  it.each(['margin', 'badge', 'glister', 'coreset', 'uncertaintyHerding', 'random'])(
    'goes on after any round as if it had never stopped: %s',
    async (strategy) => {
      const dataset = await datasetOf(12, 4);
      const whole = await run(dataset, { strategy });
      for (const done of [1, 2]) {
        const rest = await run(dataset, { strategy, finished: whole.slice(0, done) });
        expect(picksOf(rest)).toEqual(picksOf(whole).slice(done));
        expect(rest.map(({ metrics }) => metrics)).toEqual(whole.slice(done).map(({ metrics }) => metrics));
        expect(weightsOf(rest.at(-1)!)).toEqual(weightsOf(whole.at(-1)!));
      }
    },
  );

  it('takes what the pool holds, says so, and ends', async () => {
    const dataset = await datasetOf(3, 2);
    const outcomes = await run(dataset, { budgets: [5, 50, 60] });
    expect(outcomes.map(({ labelled }) => labelled)).toEqual([5, 9]);
    expect(outcomes[0].note).toBeUndefined();
    expect(outcomes[1].note).toBe('The pool held only 4 images of the 45 asked for; all were taken.');
  });

  it('lets a strategy choose the first batch where it can without a model, and draws it where it cannot', async () => {
    const dataset = await datasetOf(12, 4);
    const drawn = picksOf(await run(dataset))[0];
    expect(picksOf(await run(dataset, { first: 'strategy' }))[0]).not.toEqual(drawn);
    expect(picksOf(await run(dataset, { first: 'strategy', strategy: 'entropy' }))[0]).toEqual(drawn);
  });

  it('follows a hybrid: its first part chooses the first batch, its second part those from the number of labels on', async () => {
    const dataset = await datasetOf(12, 4);
    const first = 'strategy' as const;
    const [hybrid, early, late] = [
      await run(dataset, { first, strategy: 'maxHerding-until-8-then-margin' }),
      await run(dataset, { first }),
      await run(dataset, { first, strategy: 'maxHerding-until-4-then-margin' }),
    ];
    expect(picksOf(hybrid).slice(0, 2)).toEqual(picksOf(early).slice(0, 2));
    expect(picksOf(hybrid)[2]).not.toEqual(picksOf(early)[2]);
    expect(picksOf(late)[1]).not.toEqual(picksOf(early)[1]);
    const strategy = 'maxHerding-until-8-then-margin';
    const rest = await run(dataset, { first, strategy, finished: hybrid.slice(0, 2) });
    expect(picksOf(rest)).toEqual(picksOf(hybrid).slice(2));
  });

  it.each(['uncertaintyHerding', 'classBalancedRandom'])(
    '%s chooses the first batch without a model, and looks at the model afterwards',
    async (strategy) => {
      const dataset = await datasetOf(12, 4);
      const plain = strategy === 'uncertaintyHerding' ? 'maxHerding' : 'random';
      const [outcomes, blind] = [
        await run(dataset, { first: 'strategy', strategy }),
        await run(dataset, { first: 'strategy', strategy: plain }),
      ];
      expect(picksOf(outcomes)[0]).toEqual(picksOf(blind)[0]);
      expect(picksOf(outcomes)[1]).not.toEqual(picksOf(blind)[1]);
    },
  );

  it('names the image whose features are not finite', async () => {
    const dataset = await datasetOf(3, 1);
    const broken = createEncoder('small', [1, SIDE, SIDE], 0);
    for (const { data } of broken.parameters.values()) data.fill(1e30);
    await expect(run(dataset, { encoder: broken, first: 'strategy', budgets: [2] })).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/^"representation" of the image train\/angry\/\S+ contains (NaN|-?Infinity);/),
    });
  });

  it('estimates by cross-validation where there is no test split, and says that it is an estimate', async () => {
    const dataset = await datasetOf(12, 0);
    const outcomes = await run(dataset, { budgets: [24] });
    expect(outcomes[0].estimate).toBe(true);
    expect(outcomes[0].metrics?.count).toBe(24);
    const [few] = await run(dataset, { budgets: [1] });
    expect(few.metrics).toBeNull();
  });

  it('stops when cancelled', async () => {
    const dataset = await datasetOf(12, 4);
    const abort = new AbortController();
    const request = requestOf(dataset, { strategy: 'margin' });
    const seen: number[] = [];
    const loop = async () => {
      for await (const { round } of activeLearning(request, { signal: abort.signal, report: () => {} })) {
        seen.push(round);
        abort.abort();
      }
    };
    await expect(loop()).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toEqual([1]);
  });
});

describe('oracle', () => {
  it('refuses a dataset without known labels', async () => {
    const workspace = await temporaryFolder();
    await writeImages(workspace, { classes: ['x'], train: 3, test: 0 });
    const folder = join(workspace, 'train/x');
    await importDataset({ workspace, folder, layout: 'folders', name: 'plain', classes: ['a', 'b'] }, silentJob);
    const plain = await openDataset(workspace, 'plain', silentJob, rebuildCache);
    onTestFinished(() => plain.close());
    expect(() => oracle(plain)).toThrow(/Dataset plain has no known labels/);
  });
});
