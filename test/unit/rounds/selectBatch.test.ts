import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/data/dataset/type';
import { createEncoder } from '../../../src/engine/features/encoder';
import { extractFeatures } from '../../../src/engine/features/extract';
import { silentJob } from '../../../src/engine/job';
import { requireNetwork } from '../../../src/engine/learner/learner';
import { predictProbabilities } from '../../../src/engine/numeric/linearHead';
import { row } from '../../../src/engine/numeric/matrix';
import { argmax } from '../../../src/engine/numeric/probabilities';
import { attackImages } from '../../../src/engine/rounds/attack';
import { fitAndEvaluate } from '../../../src/engine/rounds/fit';
import type { FittedModel } from '../../../src/engine/rounds/model';
import { poolOf, selectBatch } from '../../../src/engine/rounds/selectBatch';
import { strategyNamed } from '../../../src/engine/strategies/registry';
import { importedFaces } from '../../support/importedFaces';
import { SIDE } from '../../support/pictures';

const encoder = { ...createEncoder('small', [1, SIDE, SIDE], 0), pretrained: true };

const facesDataset = (): Promise<Dataset> => importedFaces({ classes: ['angry', 'happy', 'sad'], train: 8, test: 1 });

/** A probe on the encoder that rounds start from, or a model with an encoder of its own, as fine-tuning leaves it. */
async function trained(kind: 'probe' | 'own encoder') {
  const dataset = await facesDataset();
  const labelled = new Map([...dataset.train].slice(0, 9).map((i) => [i, dataset.images[i].label!]));
  const own = { ...createEncoder('small', [1, SIDE, SIDE], 1), pretrained: true };
  const start = kind === 'probe' ? encoder : own;
  const { model } = await fitAndEvaluate({ dataset, encoder: start, labelled, learner: 'probe', seed: 0 }, silentJob);
  const choose = (name: string, over: { model?: FittedModel; options?: object; k?: number; round?: number } = {}) => {
    const rule = strategyNamed(name).withOptions(over.options);
    const { k = 5, round = 1 } = over;
    return selectBatch({ dataset, encoder, model: over.model ?? model, labelled, rule, k, seed: 1, round }, silentJob);
  };
  return { dataset, labelled, model, choose, pool: poolOf({ dataset, labelled }) };
}

describe('bald in a round', () => {
  it("draws the masks that it is told to, from the round's seed", async () => {
    const { choose, pool } = await trained('probe');
    const picks = await choose('bald', { k: 15 });
    expect(picks.map(({ index }) => index).sort((a, b) => a - b)).toEqual([...pool]);
    expect(picks[0]!.score).toBeGreaterThan(0);
    expect(await choose('bald', { k: 15 })).toEqual(picks);
    const scores = async (over: object) => (await choose('bald', { k: 15, ...over })).map(({ score }) => score);
    expect(await scores({ round: 2 })).not.toEqual(picks.map(({ score }) => score));
    expect(await scores({ options: { passes: 40 } })).not.toEqual(picks.map(({ score }) => score));
  });

  it('refuses a model without dropout', async () => {
    const { choose, model } = await trained('probe');
    await expect(choose('bald', { model: { ...model, dropout: 0 } })).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/^This model has no dropout before its head/),
    });
  });
});

describe.each(['probe', 'own encoder'] as const)('adversarialDeepFool in a round, with a model of kind: %s', (kind) => {
  it('attacks the network that was trained, from pixels on', async () => {
    const { choose, dataset, model, pool } = await trained(kind);
    const { pixels, normalisation } = dataset;
    const network = { head: model.head, encoder: requireNetwork(model.encoder, 'finetune') };
    const request = { pixels, normalisation, model: network, indices: pool, maxIterations: 50, overshoot: 0.02 };
    const { squaredNorms, before } = await attackImages(request, silentJob);
    const features = await extractFeatures(
      requireNetwork(model.encoder, 'finetune'),
      { pixels, normalisation, indices: pool },
      silentJob,
    );
    const probabilities = predictProbabilities(model.head, features);
    expect([...before]).toEqual([...pool.keys()].map((i) => argmax(row(probabilities, i))));
    const nearest = [...pool.keys()].sort((a, b) => squaredNorms[a] - squaredNorms[b] || a - b).slice(0, 5);
    const picks = await choose('adversarialDeepFool');
    expect(picks.map(({ index }) => index)).toEqual(nearest.map((i) => pool[i]));
    expect(picks.map(({ score }) => score)).toEqual(nearest.map((i) => squaredNorms[i]));
    expect(picks[0]!.reason).toMatch(/^a change of length [\d.e-]+ turns (angry|happy|sad) into (angry|happy|sad)$/);
    const hasty = await choose('adversarialDeepFool', { options: { overshoot: 1 } });
    expect(hasty[0]!.score).toBeGreaterThan(picks[0]!.score);
  });
});

describe('scoring', () => {
  it('is un-augmented and deterministic: an image scores the same in every run and beside any others', async () => {
    const { choose, dataset, model, pool } = await trained('own encoder');
    for (const name of ['entropy', 'coreset', 'bald', 'adversarialDeepFool'])
      expect(await choose(name)).toEqual(await choose(name));
    const features = (indices: Int32Array) =>
      extractFeatures(
        requireNetwork(model.encoder, 'finetune'),
        { pixels: dataset.pixels, normalisation: dataset.normalisation, indices },
        silentJob,
      );
    const all = await features(pool);
    for (const i of [0, 7, 14]) {
      const alone = await features(pool.slice(i, i + 1));
      expect(alone.data).toEqual(row(all, i));
    }
  });
});
