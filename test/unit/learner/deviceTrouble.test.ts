import { describe, expect, it } from 'vitest';
import type { Job } from '../../../src/engine/job';
import type { TrainingRequest } from '../../../src/engine/learner/learner';
import { type TrainingRecipe, trainClassifier } from '../../../src/engine/learner/training';
import { initialise } from '../../../src/engine/network/initialisation';
import { DevicePair } from '../../../src/engine/runtime/devicePair';
import { cpu, type Frailty, frailDevice, tinyEncoder } from '../runtime/frailDevice';
import { stripeImages } from './images';

const images = stripeImages(20, 12);
const network = tinyEncoder([1, 12, 12], 2);
const request: TrainingRequest = {
  pixels: images.pixels,
  normalisation: images.normalisation,
  encoder: { network, parameters: initialise(network, 3), pretrained: true },
  classCount: 2,
  labelled: { indices: images.indices, labels: images.labels },
  seed: 1,
};
const recipe: TrainingRecipe = {
  learner: 'finetune',
  epochs: 3,
  fewestSteps: 1,
  batch: 10,
  learningRate: 0.05,
  momentum: 0.9,
  weightDecay: 0,
  decayAll: false,
  cosine: 'step',
  dropout: 0.2,
  augmentation: { padding: 1 },
  stop: { accuracy: 2, window: 100, rise: 0 },
};

async function train(device: DevicePair) {
  const stages = new Set<string>();
  const job: Job = { signal: new AbortController().signal, report: ({ stage }) => void stages.add(stage) };
  const { encoder, head, epochs } = await trainClassifier(request, recipe, null, job, device);
  return { result: { encoder, head, epochs }, stages: [...stages] };
}
const on = (frailty: Frailty) => new DevicePair(frailDevice(frailty), cpu);

describe('fine-tuning on a device that fails', () => {
  it.each([
    ['has no memory for a batch', { rows: 9 }, 'The device ran out of memory'],
    ['is lost in the middle', { runs: 3 }, 'The device stopped working'],
  ] as const)('that %s begins again on the spare one, says so, and learns the same', async (_, frailty, sentence) => {
    const straight = await train(new DevicePair(cpu));
    const { result, stages } = await train(on(frailty));
    expect(result).toEqual(straight.result);
    expect(stages).toContain(`${sentence}; going on with ONNX Runtime on 1 CPU thread`);
  });

  it('fails with the reason where there is no other device', async () => {
    const alone = new DevicePair(frailDevice({ runs: 3 }));
    await expect(train(alone)).rejects.toMatchObject({ code: 'device', trouble: 'lost' });
  });
});
