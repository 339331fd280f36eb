import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCell } from '../../../src/engine/benchmark/cell';
import { CellLooks } from '../../../src/engine/benchmark/looks';
import type { Dataset } from '../../../src/engine/data/dataset/type';
import { encoderDigest } from '../../../src/engine/features/digest';
import { openProduct } from '../../../src/engine/features/kinds';
import { silentJob } from '../../../src/engine/job';
import { addLabels } from '../../../src/engine/rounds/labelFiles';
import { productPolicy, productTeaching } from '../../../src/engine/rounds/policy';
import { readResults, readRounds, roundPath } from '../../../src/engine/rounds/roundFiles';
import { nextRound, trainStored } from '../../../src/engine/rounds/store';
import { DEFAULT_STRATEGY, strategyNamed } from '../../../src/engine/strategies/registry';
import type { LearnerChoice } from '../../../src/shared/learners';
import { importedFaces } from '../../support/importedFaces';
import { writtenEncoder } from '../../support/writtenEncoder';

const at = '2026-01-31T12:00:00.000Z';

async function faces(): Promise<Dataset> {
  const dataset = await importedFaces({ classes: ['angry', 'happy', 'sad'], train: 12, test: 4 });
  await writtenEncoder(dataset);
  return dataset;
}

const known = (dataset: Dataset, image: string) => dataset.file.classes[dataset.images[dataset.indexOf(image)!].label!];

/** Answers a round as its classes tell. */
async function answer(dataset: Dataset, images: readonly string[]): Promise<void> {
  const entries = images.map((image) => [image, { label: known(dataset, image), at, seconds: 1 }] as const);
  await addLabels(dataset, 'ana', new Map(entries), { overwrite: false });
}

/** What a person does with the default settings: ask, answer, train, again and again. */
async function personsRounds(
  dataset: Dataset,
  budgets: readonly number[],
  learner: LearnerChoice,
  strategyName: string,
) {
  const looks = await openProduct(dataset, silentJob);
  const strategy = strategyNamed(strategyName);
  const policy = productPolicy(strategy.name, strategy.withOptions({}).options, learner);
  const rounds = [];
  let labelled = 0;
  for (const budget of budgets) {
    const wish = { budget: budget - labelled, seed: 0, again: false };
    const { picks } = await nextRound(dataset, looks, policy, wish, silentJob);
    const images = picks.map(({ image }) => image);
    await answer(dataset, images);
    labelled = budget;
    const training = await trainStored(dataset, looks, productTeaching(learner), 0, silentJob);
    rounds.push({ images, learner: training!.results.learner, metrics: training!.results.metrics });
  }
  return rounds;
}

describe("a benchmark's row `product`", () => {
  it.each([
    ['auto', DEFAULT_STRATEGY, [6, 12, 18]],
    ['auto', 'uncertaintyHerding', [6, 12, 18]],
    ['finetune', DEFAULT_STRATEGY, [6]], // one training of its length is enough
  ] as const)(
    'is what a person gets, pick for pick and figure for figure: learner %s, %s',
    async (learner, strategy, steps) => {
      const dataset = await faces();
      const budgets = [...steps];
      const own = await personsRounds(dataset, budgets, learner, strategy);
      const looks = new CellLooks(dataset, silentJob);
      const plan = {
        policy: {
          ...productPolicy(strategy, strategyNamed(strategy).withOptions({}).options, learner),
          first: 'strategy' as const,
        },
        architecture: 'small',
        encoder: encoderDigest((await openProduct(dataset, silentJob)).features),
        budgets,
        seed: 0,
      };
      const folder = join(dataset.directory, 'benchmarks/test');
      const cell = await runCell(
        { dataset, looks: await looks.openPlanned(plan), votes: null, plan, folder },
        silentJob,
        () => {},
      );
      expect(cell.rounds.map(({ picks }) => picks)).toEqual(own.map(({ images }) => images));
      expect(cell.rounds.map(({ point }) => [point.learner, point.accuracy, point.ece])).toEqual(
        own.map(({ learner: name, metrics }) => [name, metrics!.accuracy, metrics!.ece]),
      );
    },
  );
});

describe('rounds of people', () => {
  it('are labelled by what people agree on; what they skip or dispute is neither taught nor asked again', async () => {
    const dataset = await faces();
    const looks = await openProduct(dataset, silentJob);
    const policy = productPolicy('random', {});
    const { picks } = await nextRound(dataset, looks, policy, { budget: 6, seed: 3, again: false }, silentJob);
    const [skipped, disputed, ...agreed] = picks.map(({ image }) => image);
    await answer(dataset, [disputed, ...agreed]);
    await addLabels(dataset, 'ana', new Map([[skipped, { skipped: true as const, at, seconds: 1 }]]), {
      overwrite: false,
    });
    const other = dataset.file.classes.find((name) => name !== known(dataset, disputed))!;
    await addLabels(dataset, 'bo', new Map([[disputed, { label: other, at, seconds: 1 }]]), { overwrite: false });
    const training = await trainStored(dataset, looks, productTeaching(), 0, silentJob);
    expect(training?.results.labelled).toBe(4);
    expect(training?.conflicts.map(({ image }) => image)).toEqual([disputed]);
    const next = await nextRound(dataset, looks, policy, { budget: 100, seed: 3, again: false }, silentJob);
    expect(next.picks).toHaveLength(30);
    expect(next.picks.some(({ image }) => picks.some((pick) => pick.image === image))).toBe(false);
  });

  it('learn from reviewed predictions, and measure on none of them', async () => {
    const dataset = await importedFaces({ classes: ['angry', 'happy', 'sad'], train: 12, test: 0 });
    const looks = await openProduct(dataset, silentJob);
    const train = async () => (await trainStored(dataset, looks, productTeaching('probe'), 0, silentJob))!;
    const images = dataset.images.map(({ id }) => id);
    await answer(dataset, images.slice(0, 24));
    const without = (await train()).results;
    expect(without).toMatchObject({ labelled: 24, metrics: { count: 24 } });
    expect(without).not.toHaveProperty('reviewed');
    const accepted = images
      .slice(24)
      .map((image) => [image, { label: known(dataset, image), at, seconds: 1 }] as const);
    const reviewed = accepted.map(([image, entry]) => [image, { ...entry, source: 'reviewed' }] as const);
    await addLabels(dataset, 'ana', new Map(reviewed), { overwrite: false });
    const { results, labelled } = await train();
    expect(labelled.size).toBe(36);
    expect(results).toMatchObject({ labelled: 36, reviewed: 12, estimate: true, metrics: { count: 24 } });
    // they teach: folds that have seen them give other probabilities
    expect(results.metrics!.logLoss).not.toBe(without.metrics!.logLoss);
    // somebody who gives the same label without having seen a prediction makes it a label like others
    await addLabels(dataset, 'ben', new Map(accepted.slice(0, 2)), { overwrite: false });
    expect((await train()).results).toMatchObject({ labelled: 36, reviewed: 10, metrics: { count: 26 } });
  });

  it('write down the policy that they followed', async () => {
    const dataset = await faces();
    await personsRounds(dataset, [6, 9], 'auto', DEFAULT_STRATEGY);
    const [round] = await readRounds(dataset);
    expect(round).toMatchObject({
      schema: 2,
      strategy: DEFAULT_STRATEGY,
      policy: { features: 'product', learner: 'auto', first: 'own' },
    });
    const [results] = await readResults(dataset);
    expect(results).toMatchObject({ schema: 2, learner: 'probe', policy: { features: 'product', learner: 'auto' } });
    const before = await readFile(roundPath(dataset, 1), 'utf8');
    expect(before.indexOf('"schema": 2')).toBeGreaterThan(0);
  });

  it('refuse a strategy that needs a model while nothing is labelled, and one that asks while answers are missing', async () => {
    const dataset = await faces();
    const looks = await openProduct(dataset, silentJob);
    const wish = { budget: 3, seed: 0, again: false };
    await expect(nextRound(dataset, looks, productPolicy('margin', {}), wish, silentJob)).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/^Strategy margin needs a model trained on labels and nothing is labelled yet; /),
    });
    await nextRound(dataset, looks, productPolicy('random', {}), wish, silentJob);
    await expect(nextRound(dataset, looks, productPolicy('random', {}), wish, silentJob)).rejects.toMatchObject({
      message: expect.stringMatching(/^Round 1 of faces still has 3 of 3 images without an answer; /),
      waiting: { rounds: [1], unanswered: 3, asked: 3 },
    });
  });
});
