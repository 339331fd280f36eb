import type { Tensor, TensorFlow } from './library';

/*
 * TensorFlow.js wants channels last (NHWC, and HWIO for the weights of a convolution); outside of this runtime they come
 * first (NCHW, OIHW). Tensors of other ranks are the same on both sides.
 */

/** Images or activations from outside, [n × channels × height × width]. */
export function activationInside(tf: TensorFlow, data: Float32Array, shape: readonly number[]): Tensor {
  const tensor = tf.tensor(data, [...shape], 'float32');
  return shape.length === 4 ? tf.transpose(tensor, [0, 2, 3, 1]) : tensor;
}

export const activationOutside = (tf: TensorFlow, tensor: Tensor): Tensor =>
  tensor.rank === 4 ? tf.transpose(tensor, [0, 3, 1, 2]) : tf.clone(tensor);

export function parameterInside(tf: TensorFlow, data: Float32Array, shape: readonly number[]): Tensor {
  const tensor = tf.tensor(data, [...shape], 'float32');
  return shape.length === 4 ? tf.transpose(tensor, [2, 3, 1, 0]) : tensor;
}

export const parameterOutside = (tf: TensorFlow, tensor: Tensor): Tensor =>
  tensor.rank === 4 ? tf.transpose(tensor, [3, 2, 0, 1]) : tf.clone(tensor);
