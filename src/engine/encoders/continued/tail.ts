import type { Network, Op, Parameters } from '../../network/network';
import { channelsFirst, outputsFirst } from '../graphModel/lower';
import type { GraphModel, Weight } from '../graphModel/read';
import type { MapCode } from './mapCode';

/** The last blocks of a built-in network as one of our networks, which can be trained: from a map to the encoder's rows. */
export interface Tail {
  /** The layer that the map is of. */
  readonly from: string;
  readonly code: MapCode;
  readonly network: Network;
  /** The weights that it ships with. */
  parameters(model: GraphModel): Parameters;
}

/** A list of ops that grows, and where each op's parameters come from. */
export class TailBuilder {
  readonly ops: Op[] = [];
  private readonly sources = new Map<string, (model: GraphModel) => Parameters>();
  last: string;

  constructor(input: string) {
    this.last = input;
  }

  push(op: Op): string {
    this.ops.push(op);
    this.last = op.name;
    return op.name;
  }

  /** A convolution that pads as TensorFlow does; `weights` tells its kernels and biases. */
  convolution(op: Omit<Op<'conv2d'>, 'kind' | 'input' | 'bias' | 'padding'>, weights: Source): string {
    const isDepthwise = (op.groups ?? 1) > 1;
    this.sources.set(op.name, (model) => {
      const { kernels, bias } = weights(model);
      const data = isDepthwise ? channelsFirst(kernels, op.outputs) : outputsFirst(kernels);
      const [height, width, inner] = kernels.shape as [number, number, number];
      return new Map([
        [`${op.name}.weight`, { shape: [op.outputs, isDepthwise ? 1 : inner, height, width], data }],
        [`${op.name}.bias`, { shape: [op.outputs], data: bias }],
      ]);
    });
    return this.push({ kind: 'conv2d', input: this.last, bias: true, padding: 'tensorflow', ...op });
  }

  /** A convolution of 1 × 1 on a map of one place. */
  dense(name: string, outputs: number, weights: Source): string {
    this.sources.set(name, (model) => {
      const { kernels, bias } = weights(model);
      return new Map([
        [`${name}.weight`, { shape: [outputs, kernels.shape[2]], data: outputsFirst(kernels) }],
        [`${name}.bias`, { shape: [outputs], data: bias }],
      ]);
    });
    return this.push({ kind: 'dense', name, input: this.last, outputs });
  }

  /** Maps averaged over grids, as rows of length 1, one after the other. */
  rows(layers: readonly { readonly op: string; readonly grid: number }[]): void {
    const parts = layers.map(({ op, grid }) => {
      this.push({ kind: 'gridAveragePool', name: `${op}.pool`, input: op, grid });
      return this.push({ kind: 'l2Normalize', name: `${op}.row`, input: this.last });
    });
    this.push({ kind: 'concat', name: 'rows', input: parts[0], others: parts.slice(1) });
  }

  tail(from: string, code: MapCode, input: Network['input']): Tail {
    const { ops, sources } = this;
    const parameters = (model: GraphModel) => new Map([...sources.values()].flatMap((of) => [...of(model)]));
    return { from, code, network: { input, ops }, parameters };
  }
}

/** The kernels of a convolution as TensorFlow lays them out, and a bias for each output. */
type Source = (model: GraphModel) => { readonly kernels: Weight; readonly bias: Float32Array };

/** A weight of the shipped network. */
export function weightOf({ weights }: GraphModel, name: string): Weight {
  const weight = weights.get(name);
  if (!weight) throw new Error(`the weight ${name} is missing`);
  return weight;
}
