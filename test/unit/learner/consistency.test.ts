import { describe, expect, it } from 'vitest';
import { builtInRecipe } from '../../../src/engine/encoders/builtIn';
import { weighed } from '../../../src/engine/features/combined';
import type { Job } from '../../../src/engine/job';
import { silentJob } from '../../../src/engine/job';
import {
  type ConsistencyRecipe,
  type ConsistencyRequest,
  trainConsistently,
} from '../../../src/engine/learner/consistency';
import type { UnfinishedTraining } from '../../../src/engine/learner/learner';
import { learners } from '../../../src/engine/learner/learners';
import { evaluate } from '../../../src/engine/learner/metrics';
import { SOFTENED } from '../../../src/engine/learner/pooled';
import { initialise } from '../../../src/engine/network/initialisation';
import { predictProbabilities } from '../../../src/engine/numeric/linearHead';
import { DevicePair } from '../../../src/engine/runtime/devicePair';
import { fitRequest } from '../../support/fitRequest';
import { cpu, type Frailty, frailDevice, tinyEncoder } from '../runtime/frailDevice';
import { stripeImages } from './images';

const images = stripeImages(120, 12);
const network = tinyEncoder([1, 12, 12], 2);
const LABELS = 12;
const unlabelled = images.indices.slice(LABELS, 60);
const whole = fitRequest({
  pixels: images.pixels,
  normalisation: images.normalisation,
  encoder: { network, parameters: initialise(network, 3), pretrained: true },
  classCount: 2,
  labelled: { indices: images.indices.slice(0, LABELS), labels: images.labels.slice(0, LABELS) },
  unlabelled,
  seed: 1,
});
const request: ConsistencyRequest = { ...whole, unlabelled, unfinished: undefined };
const recipe: ConsistencyRecipe = {
  learner: 'semiFinetune',
  steps: 10,
  phase: 4,
  batch: { labelled: 4, unlabelled: 8 },
  learningRate: 0.05,
  momentum: 0.9,
  weightDecay: 5e-4,
  dropout: 0.2,
  padding: 1,
  pool: SOFTENED,
  temperature: 0.5,
};

interface Wish {
  readonly recipe?: ConsistencyRecipe;
  readonly device?: DevicePair;
  readonly job?: Job;
}

async function train(of: ConsistencyRequest, { recipe: how = recipe, device, job = silentJob }: Wish = {}) {
  const probe = await learners.probe(whole, silentJob);
  return trainConsistently(of, { head: probe.head, probe }, how, job, device);
}

const learnt = ({ encoder, head, epochs }: Awaited<ReturnType<typeof train>>) => ({ encoder, head, epochs });

/** Keeps a training in memory, and what was done with it. */
function memory() {
  let kept: Awaited<ReturnType<UnfinishedTraining['load']>> = null;
  const saved: number[] = [];
  const unfinished: UnfinishedTraining = {
    load: async () => kept,
    save: async (step, state) => {
      saved.push(step);
      kept = { step, state };
    },
    remove: async () => {
      kept = null;
    },
  };
  return { unfinished, saved, isEmpty: () => kept === null };
}

/** A job that is cancelled after so many reports. */
function cancelledAfter(reports: number): { readonly job: Job; readonly done: number[] } {
  const controller = new AbortController();
  const done: number[] = [];
  const report: Job['report'] = (progress) => {
    if (done.push(progress.done) === reports) controller.abort();
  };
  return { job: { signal: controller.signal, report }, done };
}

describe('consistency training', () => {
  it('tells unseen images apart', async () => {
    const model = await train(request, { recipe: { ...recipe, steps: 150 } });
    const unseen = images.indices.slice(60);
    const probabilities = predictProbabilities(model.head, await model.features(unseen, silentJob));
    expect(evaluate(probabilities, images.labels.slice(60), 2).accuracy).toBeGreaterThan(0.9);
    expect(model).toMatchObject({ learner: 'semiFinetune', stopped: 'epochs', epochs: 50 });
  });

  it('learns from images without labels, and the same from the same seed', async () => {
    const [first, again] = [await train(request), await train(request)];
    expect(learnt(again)).toEqual(learnt(first));
    const others = await train({ ...request, unlabelled: images.indices.slice(60, 108) });
    expect(others.head).not.toEqual(first.head);
  });

  it('stops when told, within a step, and goes on from its last phase to the very same model', async () => {
    const straight = await train(request);
    const { unfinished, saved, isEmpty } = memory();
    const cancelled = cancelledAfter(6);
    await expect(train({ ...request, unfinished }, { job: cancelled.job })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(cancelled.done).toEqual([1, 2, 3, 4, 5, 6]);
    expect(saved).toEqual([4]);
    const later = cancelledAfter(99);
    expect(learnt(await train({ ...request, unfinished }, { job: later.job }))).toEqual(learnt(straight));
    expect(later.done).toEqual([5, 6, 7, 8, 9, 10]);
    expect(isEmpty()).toBe(true);
  });

  it.each([
    ['has no memory for a batch', { rows: 11 }, 'The device ran out of memory'],
    ['is lost in the middle', { runs: 7 }, 'The device stopped working'],
  ] satisfies [string, Frailty, string][])(
    'on a device that %s is done by the spare one, which says so',
    async (_, frailty, sentence) => {
      const straight = await train(request, { device: new DevicePair(cpu) });
      const stages = new Set<string>();
      const job: Job = { signal: new AbortController().signal, report: ({ stage }) => void stages.add(stage) };
      const model = await train(request, { device: new DevicePair(frailDevice(frailty), cpu), job });
      expect(learnt(model)).toEqual(learnt(straight));
      expect(stages).toContain(`${sentence}; going on with ONNX Runtime on 1 CPU thread`);
    },
  );

  it('works with fewer images than a batch has places', async () => {
    const few = { indices: images.indices.slice(0, 3), labels: Int32Array.of(0, 1, 1) };
    const { head } = await train({ ...request, labelled: few, unlabelled: images.indices.slice(3, 5) });
    expect([...head.weights.data, ...head.bias].every(Number.isFinite)).toBe(true);
  });

  it('has nothing to learn from labels of one class', async () => {
    const one = { ...request, labelled: { indices: images.indices.slice(0, 3), labels: new Int32Array(3) } };
    const { encoder, epochs } = await train(one);
    expect({ encoder, epochs }).toEqual({ encoder: { ...request.encoder }, epochs: 0 });
  });
});

describe('the learner semiFinetune', () => {
  it('fine-tunes on labels alone where no image is without one', async () => {
    const finetuned = await learners.finetune(whole, silentJob);
    const { learner, ...rest } = await learners.semiFinetune({ ...whole, unlabelled: new Int32Array(0) }, silentJob);
    expect(learner).toBe('semiFinetune');
    expect({ encoder: rest.encoder, head: rest.head }).toEqual({ encoder: finetuned.encoder, head: finetuned.head });
  });

  it('asks for a pre-trained encoder', async () => {
    const encoder = { ...whole.encoder, pretrained: false };
    await expect(learners.semiFinetune({ ...whole, encoder }, silentJob)).rejects.toThrow(
      'The learner semiFinetune goes on from a pre-trained encoder, and there is none here; run pretrain first, or take --learner finetune.',
    );
  });

  it('does not train beside what others trained', async () => {
    const beside = weighed('faces', [
      { name: 'faces', recipe: builtInRecipe('faces', []), pretrained: false, projection: null },
      whole.encoder,
    ]);
    await expect(learners.semiFinetune({ ...whole, beside }, silentJob)).rejects.toThrow(
      'rounds look through one that others trained; take --learner finetune or auto, or look through the own one',
    );
  });
});
