import { describe, expect, it } from 'vitest';
import type { Encoder, ImageDescriptor } from '../../../src/engine/features/encoder';
import { silentJob } from '../../../src/engine/job';
import type { TrainedModel } from '../../../src/engine/learner/learner';
import { isPooled, pooledModel } from '../../../src/engine/learner/pooled';
import { predictProbabilities } from '../../../src/engine/numeric/linearHead';
import { type Matrix, matrix, row } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';

const CLASSES = 3;
const random = Random.stream(8, 'pooled');
const normal = (rows: number, columns: number): Matrix<Float32Array> =>
  matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => random.normal()),
  );

/** A fixed function of images; only its name counts. */
const descriptor = (name: string): ImageDescriptor => ({
  name,
  settings: {},
  pretrained: false,
  forImages: () => {
    throw new Error('Nothing computes these.');
  },
});

function model(encoder: Encoder, width: number): TrainedModel {
  return {
    learner: 'finetune',
    epochs: 3,
    stopped: 'epochs',
    dropout: 0.2,
    encoder,
    head: { weights: normal(CLASSES, width), bias: normal(1, CLASSES).data },
    features: async (indices) => normal(indices.length, width),
  };
}

describe('a pooled model', () => {
  const [tuned, other] = [descriptor('tuned'), descriptor('other')];

  it('is the mean of log-probabilities, those of what was trained at a third, as one head on both features', async () => {
    const [trained, probe] = [model(tuned, 4), model(other, 6)];
    const [left, right] = [normal(5, 4), normal(5, 6)];
    const pooled = pooledModel(
      { ...trained, features: async () => left },
      { ...probe, learner: 'probe', epochs: 99, features: async () => right },
    );
    expect(pooled).toMatchObject({ learner: 'finetune', epochs: 3, stopped: 'epochs', dropout: 0.2 });
    expect(isPooled(pooled.encoder) && pooled.encoder.parts).toEqual([tuned, other]);
    const features = await pooled.features(Int32Array.of(0, 1, 2, 3, 4), silentJob);
    expect([...row(features, 3)]).toEqual([...row(left, 3), ...row(right, 3)]);
    const [a, b] = [predictProbabilities(trained.head, left), predictProbabilities(probe.head, right)];
    const together = predictProbabilities(pooled.head, features);
    for (let i = 0; i < 5; i++) {
      const products = Array.from(row(a, i), (p, c) => Math.sqrt(p ** (1 / 3) * row(b, i)[c]));
      const sum = products.reduce((total, product) => total + product, 0);
      products.forEach((product, c) => {
        expect(row(together, i)[c]).toBeCloseTo(product / sum, 10);
      });
    }
  });
});
