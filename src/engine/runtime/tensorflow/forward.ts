import { BATCH_NORM_EPSILON, L2_EPSILON } from '../../network/definitions';
import { INPUT, type Network, type Op, type OpKind } from '../../network/network';
import type { Tensor, Tensor2D, Tensor4D, TensorFlow } from './library';

/** What ops read besides their inputs, and where they leave what they measured. All tensors are channels last. */
export interface Pass {
  readonly tf: TensorFlow;
  /** By full name, in the layout of the runtime. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** A training pass: statistics of the batch, and dropout by masks. Null: running statistics and no dropout. */
  readonly training: {
    /** By op name. */
    readonly masks: ReadonlyMap<string, Tensor>;
    /** Told the batch's mean and (biased) variance of every channel. */
    measured(op: Op, mean: Tensor, variance: Tensor): void;
  } | null;
}

type Forward<K extends OpKind> = (op: Op<K>, x: Tensor, pass: Pass, value: (name: string) => Tensor) => Tensor;

/** Every op as a forward pass; the gradients are TensorFlow.js's own. */
export const tensorflowOps: { readonly [K in OpKind]: Forward<K> } = {
  conv2d(op, x, pass) {
    const { tf } = pass;
    const weight = parameter(pass, op, 'weight') as Tensor4D;
    const reach = (op.kernel - 1) / 2;
    // with stride 1, "same" is that padding; with stride 2 TensorFlow would pad below and to the right only
    if (reach === 0 || op.stride === 1)
      return tf.conv2d(x as Tensor4D, weight, op.stride, reach === 0 ? 'valid' : 'same');
    const around: [number, number] = [reach, reach];
    const padded = tf.pad(x as Tensor4D, [[0, 0], around, around, [0, 0]]);
    return tf.conv2d(padded, weight, op.stride, 'valid');
  },

  batchNorm(op, x, pass) {
    const { tf, training } = pass;
    const [weight, bias] = [parameter(pass, op, 'weight'), parameter(pass, op, 'bias')];
    const factor = (variance: Tensor) => tf.mul(weight, tf.rsqrt(tf.add(variance, BATCH_NORM_EPSILON)));
    if (!training) {
      const scale = factor(parameter(pass, op, 'running_var'));
      const shift = tf.sub(bias, tf.mul(parameter(pass, op, 'running_mean'), scale));
      return tf.add(tf.mul(x, scale), shift);
    }
    const axes = x.shape.slice(1).map((_, axis) => axis); // all but the channels
    const mean = tf.mean(x, axes);
    const centred = tf.sub(x, mean);
    const variance = tf.mean(tf.square(centred), axes);
    training.measured(op, mean, variance);
    return tf.add(tf.mul(centred, factor(variance)), bias);
  },

  relu: (_, x, { tf }) => tf.relu(x),

  add: (op, x, { tf }, value) => tf.add(x, value(op.other)),

  globalAveragePool: (_, x, { tf }) => tf.mean(x, [1, 2]),

  dense(op, x, pass) {
    const { tf } = pass;
    const product = tf.matMul(x as Tensor2D, parameter(pass, op, 'weight') as Tensor2D, false, true);
    return tf.add(product, parameter(pass, op, 'bias'));
  },

  dropout(op, x, { tf, training }) {
    if (!training) return x;
    const mask = training.masks.get(op.name);
    if (!mask) throw new Error(`The step has no mask for ${op.name}.`);
    return tf.mul(x, mask);
  },

  l2Normalize: (_, x, { tf }) => tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), L2_EPSILON))),
};

const parameter = ({ parameters }: Pass, op: Op, suffix: string): Tensor => parameters.get(`${op.name}.${suffix}`)!;

/** Runs a network on images, [n × height × width × channels]; returns every op's value by its name. */
export function forward(network: Network, images: Tensor, pass: Pass): ReadonlyMap<string, Tensor> {
  const values = new Map<string, Tensor>([[INPUT, images]]);
  const value = (name: string) => values.get(name)!;
  for (const op of network.ops) values.set(op.name, outputOf(op, value(op.input), pass, value));
  return values;
}

const outputOf = <K extends OpKind>(op: Op<K>, ...rest: [Tensor, Pass, (name: string) => Tensor]): Tensor =>
  tensorflowOps[op.kind](op, ...rest);
