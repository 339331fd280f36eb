import { BATCH_NORM_EPSILON, L2_EPSILON } from '../../network/definitions';
import { INPUT, type Network, type Op, type OpKind } from '../../network/network';
import { paddingOf } from '../../network/padding';
import { placeAverages } from '../../numeric/gridAverages';
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
    const [padded, padding] = paddedFor(op, x as Tensor4D, tf);
    const y = convolved(tf, padded, weight, [op.stride, padding, op.groups ?? 1]);
    return op.bias ? tf.add(y, parameter(pass, op, 'bias')) : y;
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

  relu6: (_, x, { tf }) => tf.relu6(x),

  hardSigmoid: (_, x, { tf }) => hardSigmoid(tf, x),

  hardSwish: (_, x, { tf }) => tf.mul(x, hardSigmoid(tf, x)),

  add: (op, x, { tf }, value) => tf.add(x, value(op.other)),

  multiplyChannels(op, x, { tf }, value) {
    const by = value(op.by);
    return tf.mul(x, tf.reshape(by, [by.shape[0], 1, 1, by.shape[1]!]));
  },

  scale: (op, x, { tf }) => tf.mul(x, op.by),

  globalAveragePool: (_, x, { tf }) => tf.mean(x, [1, 2]),

  gridAveragePool({ grid }, x, { tf }) {
    const [n, height, width, channels] = x.shape as [number, number, number, number];
    const { rows, columns, data } = placeAverages([height, width], grid);
    const pixels = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [n * channels, rows]) as Tensor2D;
    return tf.reshape(tf.matMul(pixels, tf.tensor(data, [rows, columns])), [n, channels * columns]);
  },

  concat: (op, x, { tf }, value) => tf.concat([x, ...op.others.map(value)], 1),

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

type Convolution = readonly [stride: number, padding: 'valid' | 'same', groups: number];

/** With stride 1, "same" is the centred padding too; with a larger one it has to be added by itself. */
function paddedFor(op: Op<'conv2d'>, x: Tensor4D, tf: TensorFlow): [Tensor4D, Convolution[1]] {
  if (op.padding === 'tensorflow') return [x, 'same'];
  if (op.kernel === 1) return [x, 'valid'];
  if (op.stride === 1) return [x, 'same'];
  const [, height, width, channels] = x.shape;
  const { top, bottom, left, right } = paddingOf(op, [channels, height, width]);
  const sides: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return [tf.pad(x, sides), 'valid'];
}

/** A convolution of groups: TensorFlow.js knows one group, and groups of one input. */
function convolved(tf: TensorFlow, x: Tensor4D, weight: Tensor4D, convolution: Convolution): Tensor4D {
  const [stride, padding, groups] = convolution;
  const [height, width, inputs, outputs] = weight.shape;
  if (groups === 1) return tf.conv2d(x, weight, stride, padding);
  if (inputs === 1) {
    const filter = tf.reshape(weight, [height, width, groups, outputs / groups]) as Tensor4D;
    return tf.depthwiseConv2d(x, filter, stride, padding);
  }
  const weights = tf.split<Tensor4D>(weight, groups, 3);
  const parts = tf
    .split<Tensor4D>(x, groups, 3)
    .map((part, i) => tf.conv2d<Tensor4D>(part, weights[i]!, stride, padding));
  return tf.concat(parts, 3);
}

const hardSigmoid = (tf: TensorFlow, x: Tensor): Tensor => tf.div(tf.relu6(tf.add(x, 3)), 6);

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
