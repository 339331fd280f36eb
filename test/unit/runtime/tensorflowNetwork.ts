import * as tf from '@tensorflow/tfjs';
import { INPUT, type Network, outputOf } from '../../../src/engine/network/network';

const EPSILON = 1e-5;

/**
 * The network in TensorFlow.js, NHWC inside, from NCHW images and OIHW weights: an independent second opinion. Batch
 * normalisation by the batch's own statistics, or by the running ones.
 */
export function forward(
  network: Network,
  parameters: Record<string, tf.Tensor>,
  images: tf.Tensor4D,
  statistics: 'batch' | 'running',
): tf.Tensor {
  const values = new Map<string, tf.Tensor>([[INPUT, tf.transpose(images, [0, 2, 3, 1])]]);
  for (const op of network.ops) {
    const x = values.get(op.input)!;
    const p = (suffix: string) => parameters[`${op.name}.${suffix}`]!;
    let y: tf.Tensor;
    if (op.kind === 'conv2d') {
      const reach = (op.kernel - 1) / 2;
      const padded = tf.pad(x as tf.Tensor4D, [
        [0, 0],
        [reach, reach],
        [reach, reach],
        [0, 0],
      ]);
      const weight = tf.transpose(p('weight'), [2, 3, 1, 0]) as tf.Tensor4D;
      y = tf.conv2d(padded as tf.Tensor4D, weight, op.stride, 'valid');
    } else if (op.kind === 'batchNorm') {
      const running = { mean: p('running_mean'), variance: p('running_var') };
      const { mean, variance } = statistics === 'batch' ? tf.moments(x, [0, 1, 2]) : running;
      y = x.sub(mean).div(variance.add(EPSILON).sqrt()).mul(p('weight')).add(p('bias'));
    } else if (op.kind === 'relu') y = tf.relu(x);
    else if (op.kind === 'add') y = tf.add(x, values.get(op.other)!);
    else if (op.kind === 'globalAveragePool') y = tf.mean(x, [1, 2]);
    else if (op.kind === 'dense')
      y = tf.matMul(x as tf.Tensor2D, p('weight') as tf.Tensor2D, false, true).add(p('bias'));
    else if (op.kind === 'l2Normalize') y = x.div(x.square().sum(1, true).add(1e-12).sqrt());
    else throw new Error(`no ${op.kind} here`);
    values.set(op.name, y);
  }
  return values.get(outputOf(network))!;
}
