import { describe, expect, it } from 'vitest';
import { createEncoder } from '../../../src/engine/features/encoder';
import { deepFool } from '../../../src/engine/geometry/deepFool';
import { type Job, silentJob } from '../../../src/engine/job';
import { resnet18 } from '../../../src/engine/network/architectures';
import { initialise } from '../../../src/engine/network/initialisation';
import { INPUT } from '../../../src/engine/network/network';
import { matrix, row } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { attackImages } from '../../../src/engine/rounds/attack';
import { ImageClassifier } from '../../../src/engine/rounds/imageClassifier';
import type { NetworkModel } from '../../../src/engine/rounds/model';
import { rowsOf, vectorFile } from '../../support/contexts';
import { memoryImages } from '../../support/memoryImages';

const SIDE = 24;
const images = (() => {
  const random = Random.stream(5, 'pictures');
  return memoryImages(
    Uint8Array.from({ length: 80 * SIDE * SIDE }, () => random.integer(256)),
    SIDE,
    0.5,
  );
})();

function modelOf(encoder: NetworkModel['encoder'], classCount: number, features: number): NetworkModel {
  const random = Random.stream(6, 'head');
  const weights = matrix(
    classCount,
    features,
    Float32Array.from({ length: classCount * features }, () => random.normal()),
  );
  const bias = Float32Array.from({ length: classCount }, () => 0.1 * random.normal());
  return { encoder, head: { weights, bias } };
}
const model = modelOf(createEncoder('small', [1, SIDE, SIDE], 0), 7, 256);

const attack = (indices: Int32Array, job: Job = silentJob, of = model) => {
  const { pixels, normalisation } = images;
  return attackImages({ pixels, normalisation, model: of, indices, maxIterations: 50, overshoot: 0.02 }, job);
};

describe('DeepFool through the runtime', () => {
  it('equals the vectors on their linear classifier', async () => {
    const { linear } = vectorFile<{
      linear: {
        W: number[][];
        b: number[];
        x: number[][];
        per_sample: { distil_score: number; final_class: number }[];
      };
    }>('f_deepfool.json');
    // twelve channels of one pixel, and nothing between them and the head
    const network = {
      input: [12, 1, 1] as const,
      ops: [{ kind: 'globalAveragePool', name: 'pool', input: INPUT } as const],
    };
    const head = { weights: matrix(5, 12, Float32Array.from(linear.W.flat())), bias: Float32Array.from(linear.b) };
    const encoder = { network, parameters: new Map(), pretrained: true };
    const classifier = await ImageClassifier.compile({ encoder, head }, silentJob);
    const inputs = rowsOf(linear.x);
    let steps = 0;
    const { squaredNorms, after } = await deepFool({
      classifier,
      count: 8,
      maxIterations: 50,
      overshoot: 0.02,
      read: (i, target) => target.set(row(inputs, i)),
      step: async () => void steps++,
    });
    await classifier.dispose();
    for (const [i, { distil_score, final_class }] of linear.per_sample.entries()) {
      expect(Math.abs(squaredNorms[i] - distil_score)).toBeLessThan(1e-6 * Math.max(1, distil_score));
      expect(after[i]).toBe(final_class);
    }
    expect(steps).toBe(3); // one for the gradients of all eight, one for each look at the logits
  });

  it('turns images into another class, nearly as it says', async () => {
    const found = await attack(images.indices);
    expect(found.squaredNorms.every((norm) => norm > 0 && Number.isFinite(norm))).toBe(true);
    expect(found.after.every((c, i) => c !== found.before[i])).toBe(true);
  });

  it('finds for an image what it finds for it alone, to the last bit', async () => {
    const all = await attack(images.indices);
    for (const part of [[0], [79], [70, 3, 41], [5, 5, 5]]) {
      const { squaredNorms, before, after } = await attack(Int32Array.from(part));
      expect([...squaredNorms]).toEqual(part.map((i) => all.squaredNorms[i]));
      expect([...before]).toEqual(part.map((i) => all.before[i]));
      expect([...after]).toEqual(part.map((i) => all.after[i]));
    }
  });

  it('gives the same gradients when classes and images take many small calls', async () => {
    const network = resnet18([1, SIDE, SIDE], 8);
    const large = modelOf({ network, parameters: initialise(network, 1), pretrained: false }, 6, 64);
    const random = Random.stream(1, 'inputs');
    const n = 4;
    const inputs = Float64Array.from({ length: n * SIDE * SIDE }, () => random.normal());
    const labels = Int32Array.of(0, 5, 2, 3);
    const results = [];
    for (const work of [1e12, 1, 25e6, 60e6]) {
      const classifier = await ImageClassifier.compile(large, silentJob, work);
      results.push([
        await classifier.logits(inputs, n),
        await classifier.gradients(inputs, n, labels),
        classifier.batch,
      ]);
      await classifier.dispose();
    }
    const [[logits, gradients], ...others] = results as [Float32Array, Float32Array, number][];
    expect(gradients).toHaveLength(n * 5 * SIDE * SIDE);
    for (const [someLogits, someGradients] of others) {
      for (const [i, value] of someLogits.entries()) expect(Math.abs(value - logits[i])).toBeLessThan(1e-5);
      const worst = someGradients.reduce((most, g, i) => Math.max(most, Math.abs(g - gradients[i])), 0);
      expect(worst).toBeLessThan(1e-5 * Math.max(...gradients));
    }
    expect(results.map(([, , batch]) => batch)).not.toEqual([1, 1, 1, 1]);
  });

  it('reports progress, and stops within a call when cancelled', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const job: Job = {
      signal: controller.signal,
      report: ({ stage, done, total }) => {
        seen.push(`${stage} ${total}`);
        if (done > 0) controller.abort();
      },
    };
    await expect(attack(images.indices, job)).rejects.toMatchObject({ code: 'cancelled' });
    expect(new Set(seen)).toEqual(new Set(['Attacking images 80']));
  });

  it('has no way to another class where there is only one', async () => {
    const found = await attack(Int32Array.of(0, 1), silentJob, modelOf(model.encoder, 1, 256));
    expect([...found.squaredNorms]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});
