import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NetworkEncoder } from '../../../src/engine/features/encoder';
import { createEncoder } from '../../../src/engine/features/encoder';
import { checked, readEncoder, writeEncoder } from '../../../src/engine/features/encoderFile';
import { silentJob } from '../../../src/engine/job';
import { type FitRequest, requireNetwork, type TrainedModel } from '../../../src/engine/learner/learner';
import { learners } from '../../../src/engine/learner/learners';
import { evaluate } from '../../../src/engine/learner/metrics';
import { startParameters, trainClassifier } from '../../../src/engine/learner/training';
import { withClassifier } from '../../../src/engine/network/architectures';
import { copyParameters, type Parameters } from '../../../src/engine/network/network';
import { predictProbabilities } from '../../../src/engine/numeric/linearHead';
import { matrix } from '../../../src/engine/numeric/matrix';
import { fitRequest } from '../../support/fitRequest';
import { sidedImages, stripeImages } from './images';

const images = stripeImages(60, 12);
let folder: string;
let encoder: NetworkEncoder;

const bytes = (parameters: Parameters, names = [...parameters.keys()]) =>
  Object.fromEntries(names.map((name) => [name, Buffer.from(parameters.get(name)!.data.buffer).toString('base64')]));

const trained = (model: TrainedModel) => bytes(requireNetwork(model.encoder, model.learner).parameters);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'warmstart-learners-'));
  const { network, parameters } = createEncoder('small', [1, 12, 12], 3);
  expect(network.input).toEqual([1, 12, 12]);
  await writeEncoder(folder, parameters, {
    encoder: 'small',
    input: [1, 12, 12],
    preset: 'quick',
    options: {},
    seed: 3,
    device: 'test',
    images: 60,
    dataset: '0'.repeat(64),
    epochs: 1,
    steps: 1,
    seconds: 1,
    imagesPerSecond: 1,
    history: [],
    health: { alignment: 1, uniformity: -1, effectiveRank: 5 },
  });
  encoder = (await readEncoder(folder))!;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const request = (seed = 0, labels = 20): FitRequest<NetworkEncoder> =>
  fitRequest({
    pixels: images.pixels,
    normalisation: images.normalisation,
    encoder,
    classCount: 2,
    labelled: { indices: images.indices.slice(0, labels), labels: images.labels.slice(0, labels) },
    seed,
  });

describe('every round', () => {
  it('starts from the pre-trained encoder, bit-identical to the checkpoint, and a fresh head', async () => {
    const network = withClassifier(encoder.network, 2, 0.2);
    const onDisk = bytes((await readEncoder(folder))!.parameters);
    const first = startParameters(request(1), network, null);
    const second = startParameters(request(2), network, null);
    const names = [...encoder.parameters.keys()];
    expect(bytes(first, names)).toEqual(onDisk);
    expect(bytes(second, names)).toEqual(onDisk);
    expect(bytes(first, ['head.weight'])).not.toEqual(bytes(second, ['head.weight']));
  });

  it('leaves the encoder that it started from as it was', async () => {
    const before = bytes(copyParameters(encoder.parameters));
    for (const name of ['probe', 'finetune'] as const) await learners[name](request(), silentJob);
    expect(bytes(encoder.parameters)).toEqual(before);
  });

  it('can start the head from given weights', () => {
    const head = { weights: matrix(2, 256, new Float64Array(512).fill(0.5)), bias: Float64Array.of(1, -1) };
    const start = startParameters(request(), withClassifier(encoder.network, 2, 0.2), head);
    expect([...start.get('head.bias')!.data]).toEqual([1, -1]);
    expect(start.get('head.weight')!.data.every((w) => w === 0.5)).toBe(true);
  });
});

describe('learners', () => {
  for (const name of ['probe', 'finetune'] as const)
    it(`${name} learns to tell stripes apart`, async () => {
      const model = await learners[name](request(0, 30), silentJob);
      const unseen = images.indices.slice(30);
      const probabilities = predictProbabilities(model.head, await model.features(unseen, silentJob));
      expect(evaluate(probabilities, images.labels.slice(30), 2).accuracy).toBeGreaterThan(0.9);
      expect(model.learner).toBe(name);
    });

  it('give the same bytes for the same seed', async () => {
    const [a, b] = [await learners.finetune(request(5), silentJob), await learners.finetune(request(5), silentJob)];
    expect(trained(a)).toEqual(trained(b));
    expect(a.head.weights.data).toEqual(b.head.weights.data);
  });

  it('stop when told, within a step', async () => {
    const controller = new AbortController();
    const job = { signal: controller.signal, report: () => controller.abort() };
    await expect(learners.finetune(request(), job)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('train on the paper protocol until nothing is left to learn', async () => {
    const model = await learners.paper(request(0, 20), silentJob);
    expect(['accuracy', 'saturation']).toContain(model.stopped);
    expect(model.epochs).toBeLessThan(200);
  });

  it('work with a single labelled image', async () => {
    for (const name of ['probe', 'finetune'] as const) {
      const model = await learners[name](request(0, 1), silentJob);
      const probabilities = predictProbabilities(model.head, await model.features(images.indices, silentJob));
      expect(probabilities.data.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('training', () => {
  const recipe = {
    ...({ learner: 'paper', epochs: 2, fewestSteps: 0, batch: 10, learningRate: 0.01, momentum: 0.9 } as const),
    ...({
      weightDecay: 0,
      decayAll: true,
      cosine: 'epoch',
      augmentation: { padding: 0 },
      stop: { accuracy: 2, window: 1000, rise: 0 },
    } as const),
  };

  it('goes on for more epochs where few images would make too few steps, but not for ever', async () => {
    const epochs = async (fewestSteps: number) =>
      (await trainClassifier(request(0, 10), { ...recipe, dropout: 0, fewestSteps }, null, silentJob)).epochs;
    expect(await epochs(1)).toBe(2);
    expect(await epochs(7)).toBe(7);
    expect(await epochs(1_000)).toBe(200);
  });

  it('drops features by a seeded mask, so that dropout changes what is learned', async () => {
    const [without, withDropout, again] = await Promise.all(
      [0, 0.5, 0.5].map((dropout) => trainClassifier(request(), { ...recipe, dropout }, null, silentJob)),
    );
    expect(trained(withDropout!)).toEqual(trained(again!));
    expect(trained(withDropout!)).not.toEqual(trained(without!));
  });
});

describe('weights of another network', () => {
  it('are refused with a sentence that names both shapes', () => {
    const other = createEncoder('small', [3, 12, 12], 0);
    expect(() => checked(encoder.network, other.parameters, 'encoder.safetensors')).toThrow(
      /32 × 3 × 3 × 3 where the network has 32 × 1 × 3 × 3/,
    );
  });

  it('are refused when a parameter is missing', () => {
    const parameters = copyParameters(encoder.parameters);
    parameters.delete('layer1.conv.weight');
    expect(() => checked(encoder.network, parameters, 'x')).toThrow(/lacks the parameter layer1.conv.weight/);
  });
});

describe('classes that are each other mirrored', () => {
  it('are learnt only where training does not mirror images', async () => {
    const { pixels, normalisation, labels, indices } = sidedImages(60, 12);
    const labelled = { indices: indices.slice(0, 20), labels: labels.slice(0, 20) };
    const start = createEncoder('small', [1, 12, 12], 3, 2);
    const certainty = async (mirrors: boolean) => {
      const wish = fitRequest({ pixels, normalisation, encoder: start, classCount: 2, labelled, seed: 0, mirrors });
      const { head, features } = await learners.finetune(wish, silentJob);
      const held = indices.slice(20);
      const { data } = predictProbabilities(head, await features(held, silentJob));
      return held.reduce((sum, index, i) => sum + data[2 * i + labels[index]] / held.length, 0);
    };
    expect(await certainty(false)).toBeGreaterThan(0.95);
    expect(await certainty(true)).toBeLessThan(0.75);
  });
});
