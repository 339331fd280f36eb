/**
 * Networks are data: a list of ops, each naming its inputs by the ops that make them. Nothing here runs anything; the
 * runtimes turn the list into something that does. Layout is NCHW for activations, OIHW for convolution weights and
 * [outputs × inputs] for dense weights.
 */

/** Shape of one image's activation: [channels, height, width], or [features] after pooling. */
export type ActivationShape = readonly number[];

export type Op =
  | { kind: 'conv2d'; name: string; input: string; outputs: number; kernel: number; stride: number }
  | { kind: 'batchNorm'; name: string; input: string }
  | { kind: 'relu'; name: string; input: string }
  | { kind: 'add'; name: string; input: string; other: string }
  | { kind: 'globalAveragePool'; name: string; input: string }
  | { kind: 'dense'; name: string; input: string; outputs: number }
  | { kind: 'dropout'; name: string; input: string; rate: number }
  | { kind: 'l2Normalize'; name: string; input: string };

export type OpKind = Op['kind'];
export type OpOf<K extends OpKind> = Extract<Op, { kind: K }>;

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
