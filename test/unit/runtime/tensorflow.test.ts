import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { architecture, resnet18, withClassifier, withProjector } from '../../../src/engine/network/architectures';
import { parameterDefinitions } from '../../../src/engine/network/definitions';
import { initialise } from '../../../src/engine/network/initialisation';
import type { Network } from '../../../src/engine/network/network';
import { Random } from '../../../src/engine/random';
import type { Loss } from '../../../src/engine/runtime/runtime';
import { type Example, gradientRunner } from './gradientRunner';
import { forward } from './tensorflowNetwork';

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

function lossOf(loss: Loss, output: tf.Tensor, targets: tf.Tensor | null): tf.Scalar {
  if (loss.kind === 'crossEntropy') return tf.losses.softmaxCrossEntropy(targets!, output) as tf.Scalar;
  const n = output.shape[0]!;
  const similarity = tf.matMul(output as tf.Tensor2D, output as tf.Tensor2D, false, true).div(loss.temperature);
  const masked = similarity.sub(tf.eye(n).mul(1e9));
  const positives = tf.oneHot(
    Array.from({ length: n }, (_, i) => (i + n / 2) % n),
    n,
  );
  const denominator = loss.decoupled ? masked.sub(positives.mul(1e9)) : masked;
  return tf.logSumExp(denominator, 1).sub(similarity.mul(positives).sum(1)).mean() as tf.Scalar;
}

async function compare(network: Network, loss: Loss): Promise<{ loss: number; gradients: number }> {
  const random = Random.stream(5, 'tensorflow');
  const batch = 8;
  const [channels, height, width] = network.input;
  const images = Float32Array.from({ length: batch * channels * height * width }, () => random.normal());
  const parameters = initialise(network, 2);
  const classes = 7;
  const targets = new Float32Array(batch * classes);
  for (let i = 0; i < batch; i++) targets[i * classes + (i % classes)] = 1;
  const withTargets = loss.kind === 'crossEntropy';
  const example: Example = { network, parameters, images, batch, loss, ...(withTargets && { targets }) };
  const ours = await (await gradientRunner(example))();

  const variables = Object.fromEntries(
    [...parameters].map(([name, { data, shape }]) => [name, tf.variable(tf.tensor(data, [...shape]), true, name)]),
  );
  const x = tf.tensor4d(images, [batch, channels, height, width]);
  const y = withTargets ? tf.tensor2d(targets, [batch, classes]) : null;
  const theirs = tf.variableGrads(() => lossOf(loss, forward(network, variables, x, 'batch'), y));
  let worst = 0;
  for (const [name, { trainable }] of parameterDefinitions(network)) {
    if (!trainable) continue;
    const expected = await theirs.grads[name]!.data();
    const actual = ours.gradients.get(name)!;
    const difference = expected.map((g, i) => g - actual[i]) as Float32Array;
    worst = Math.max(worst, norm(difference) / Math.max(norm(expected as Float32Array), 1e-3));
  }
  const value = (await theirs.value.data())[0];
  tf.disposeVariables();
  return { loss: Math.abs(value - ours.loss) / Math.abs(value), gradients: worst };
}

describe('the onnx runtime against TensorFlow.js', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it('small encoder, cross-entropy', async () => {
    const network = withClassifier(architecture('small', [1, 8, 8]), 7, 0);
    const difference = await compare(network, { kind: 'crossEntropy' });
    expect(difference.loss).toBeLessThan(1e-5);
    expect(difference.gradients).toBeLessThan(1e-3);
  });

  for (const decoupled of [false, true])
    it(`narrow ResNet-18, ${decoupled ? 'decoupled ' : ''}NT-Xent`, async () => {
      const network = withProjector(resnet18([3, 12, 12], 4), 16, 8);
      const difference = await compare(network, { kind: 'ntXent', temperature: 0.5, decoupled });
      expect(difference.loss).toBeLessThan(1e-5);
      expect(difference.gradients).toBeLessThan(1e-3);
    });
});
