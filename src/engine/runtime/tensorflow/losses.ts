import type { Loss } from '../runtime';
import type { Scalar, Tensor, Tensor2D, TensorFlow } from './library';

/** Keeps a pair of rows out of a log-sum-exp. */
const EXCLUDED = -1e9;

/** A loss of the network's output, [batch × features], as a scalar; cross-entropy needs target distributions. */
export function lossOf(tf: TensorFlow, loss: Loss, output: Tensor, targets: Tensor | null): Scalar {
  if (loss.kind === 'ntXent') return ntXent(tf, output as Tensor2D, loss.temperature, loss.decoupled);
  if (!targets) throw new Error('Cross-entropy needs targets.');
  return tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(output)), 1)));
}

/** mean over rows i of logsumexp over the allowed j of z_i · z_j / τ, less z_i · z_pair(i) / τ. */
function ntXent(tf: TensorFlow, z: Tensor2D, temperature: number, decoupled: boolean): Scalar {
  const batch = z.shape[0];
  const excluded = new Float32Array(batch * batch);
  const positive = new Float32Array(batch * batch);
  for (let i = 0; i < batch; i++) {
    const pair = (i + batch / 2) % batch;
    positive[i * batch + pair] = 1;
    excluded[i * batch + i] = EXCLUDED;
    if (decoupled) excluded[i * batch + pair] = EXCLUDED;
  }
  const square: [number, number] = [batch, batch];
  const similarity = tf.div(tf.matMul(z, z, false, true), temperature);
  const normaliser = tf.logSumExp(tf.add(similarity, tf.tensor(excluded, square)), 1);
  const positives = tf.sum(tf.mul(similarity, tf.tensor(positive, square)), 1);
  return tf.mean(tf.sub(normaliser, positives));
}
