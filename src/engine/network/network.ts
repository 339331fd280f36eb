/**
 * Networks are data: a list of ops, each naming its inputs by the ops that make them. Nothing here runs anything; the
 * runtimes turn the list into something that does. Layout is NCHW for activations, OIHW for convolution weights and
 * [outputs × inputs] for dense weights.
 */

/** Shape of one image's activation: [channels, height, width], or [features] after pooling. */
export type ActivationShape = readonly number[];

/** What every op has: its name, and the op whose output it reads. */
interface Named {
  name: string;
  input: string;
}

interface Ops {
  /** `groups`: each group of outputs reads its own group of inputs, weight [outputs, inputs / groups, kernel, kernel]. */
  conv2d: Named & {
    outputs: number;
    kernel: number;
    stride: number;
    groups?: number;
    bias?: boolean;
    /** TensorFlow's SAME, which puts the odd row or column last; absent: (kernel − 1) / 2 on every side. */
    padding?: 'tensorflow';
  };
  batchNorm: Named;
  relu: Named;
  relu6: Named;
  hardSigmoid: Named;
  hardSwish: Named;
  add: Named & { other: string };
  /** A map times one number a channel, which the op `by` makes. */
  multiplyChannels: Named & { by: string };
  scale: Named & { by: number };
  globalAveragePool: Named;
  gridAveragePool: Named & { grid: number };
  /** Vectors one after the other. */
  concat: Named & { others: string[] };
  dense: Named & { outputs: number };
  dropout: Named & { rate: number };
  l2Normalize: Named;
}

export type OpKind = keyof Ops;
/** One op, of these kinds; written so that a table by kind takes an op of the kind that it was looked up by. */
export type Op<K extends OpKind = OpKind> = { [P in K]: { kind: P } & Ops[P] }[K];

/** The ops whose outputs an op reads. */
export function inputsOf(op: Op): readonly string[] {
  if (op.kind === 'add') return [op.input, op.other];
  if (op.kind === 'multiplyChannels') return [op.input, op.by];
  if (op.kind === 'concat') return [op.input, ...op.others];
  return [op.input];
}

/** The name by which ops refer to the network's input images. */
export const INPUT = 'input';

export interface Network {
  /** One image: [channels, height, width]. */
  readonly input: readonly [channels: number, height: number, width: number];
  readonly ops: readonly Op[];
}

/** The name of the last op's output. */
export function outputOf(network: Network): string {
  return network.ops.at(-1)?.name ?? INPUT;
}

/** Named tensors: weights, and the running statistics of batch normalisation. Saved as they are in .safetensors. */
export type Parameters = Map<string, Tensor>;

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export function copyParameters(parameters: Parameters): Parameters {
  return new Map([...parameters].map(([name, t]) => [name, { shape: t.shape, data: t.data.slice() }]));
}
