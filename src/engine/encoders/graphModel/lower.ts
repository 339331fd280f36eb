import type { GraphBuilder } from '../../runtime/onnx/graphBuilder';
import { type GraphModel, type GraphNode, integersOf, textOf, textsOf, type Weight } from './read';

/** A tensor of the graph being written: [n × channels × height × width]; 1 × 1 after a mean over the image. */
export interface FeatureMap {
  readonly name: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** The image that a graph starts from, and the name of the placeholder that it stands for. */
export interface GraphInput {
  readonly placeholder: string;
  readonly map: FeatureMap;
}

/**
 * Writes the part of a graph model that gives the named layers as ONNX operators, and returns the layers. The operators are
 * those of convolutional networks for images; maps become channels-first, weights [h × w × in × out] become [out × in × h × w].
 * TensorFlow's SAME padding puts the odd row or column last.
 * @throws an Error that names the operator when it is none of these: the caller knows which file it has to do with.
 */
export function lowerGraphModel(
  graph: GraphBuilder,
  model: GraphModel,
  input: GraphInput,
  layers: readonly string[],
): FeatureMap[] {
  const lowering = new Lowering(graph, model, input);
  return layers.map((layer) => lowering.map(layer));
}

/** Limits that are written only where they are used, so that Relu, Minimum and Maximum in a row become one operator. */
interface Clipped {
  readonly of: FeatureMap;
  readonly low: number;
  readonly high: number;
}

type Value = FeatureMap | Clipped;

class Lowering {
  private readonly values = new Map<string, Value>();
  private readonly written = new Map<string, FeatureMap>();

  constructor(
    private readonly graph: GraphBuilder,
    private readonly model: GraphModel,
    { placeholder, map }: GraphInput,
  ) {
    this.written.set(placeholder, map);
  }

  /** A layer as the tensor that the graph holds. */
  map(name: string): FeatureMap {
    const known = this.written.get(name);
    if (known) return known;
    const value = this.value(name);
    const map = 'of' in value ? this.clipped(value) : value;
    this.written.set(name, map);
    return map;
  }

  private value(name: string): Value {
    const known = this.values.get(name) ?? this.written.get(name);
    if (known) return known;
    const node = this.model.nodes.get(name);
    if (!node) throw new Error(`the graph has no node ${name}`);
    const value = this.lowered(node);
    this.values.set(name, value);
    return value;
  }

  private lowered(node: GraphNode): Value {
    switch (node.op) {
      case 'Identity':
        return this.value(node.inputs[0]!);
      case 'Conv2D':
      case '_FusedConv2D':
      case 'DepthwiseConv2dNative':
      case 'FusedDepthwiseConv2dNative':
        return this.convolution(node);
      case 'Relu':
        return this.limited(node.inputs[0]!, 0, Number.POSITIVE_INFINITY);
      case 'Relu6':
        return this.limited(node.inputs[0]!, 0, 6);
      case 'Minimum':
        return this.limited(node.inputs[0]!, Number.NEGATIVE_INFINITY, this.scalar(node.inputs[1]!));
      case 'Maximum':
        return this.limited(node.inputs[0]!, this.scalar(node.inputs[1]!), Number.POSITIVE_INFINITY);
      case 'Add':
      case 'AddV2':
      case 'BiasAdd':
        return this.binary('Add', node);
      case 'Mul':
        return this.binary('Mul', node);
      case 'Sigmoid':
        return this.unary('Sigmoid', node);
      case 'Mean':
        return this.mean(node);
      case 'MaxPool':
        return this.maxPool(node);
      case 'Pad':
        return this.pad(node);
      default:
        throw new Error(`the operator ${node.op} (${node.name}) is not known`);
    }
  }

  private limited(name: string, low: number, high: number): Value {
    const value = this.value(name);
    const before: Clipped =
      'of' in value ? value : { of: value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
    return { of: before.of, low: Math.max(before.low, low), high: Math.min(before.high, high) };
  }

  private clipped({ of, low, high }: Clipped): FeatureMap {
    const { graph } = this;
    if (low === 0 && high === Number.POSITIVE_INFINITY) return { ...of, name: graph.node('Relu', [of.name]) };
    const limits = [low, high].map((limit) => (Number.isFinite(limit) ? graph.scalar(limit) : ''));
    return { ...of, name: graph.node('Clip', [of.name, ...limits]) };
  }

  private convolution(node: GraphNode): Value {
    const { graph } = this;
    const [from, kernel, bias] = node.inputs;
    const image = this.map(from!);
    const weight = this.weight(kernel!);
    const [height, width, inner, outer] = weight.shape as [number, number, number, number];
    const isDepthwise = node.op.includes('Depthwise');
    const group = isDepthwise ? inner : 1;
    const channels = isDepthwise ? inner * outer : outer;
    const [, down = 1, across = 1] = integersOf(node, 'strides') ?? [];
    const [, rows = 1, columns = 1] = integersOf(node, 'dilations') ?? [];
    const padding = textOf(node, 'padding');
    const vertical = windows(image.height, rows * (height - 1) + 1, down, padding);
    const horizontal = windows(image.width, columns * (width - 1) + 1, across, padding);
    const data = isDepthwise ? channelsFirst(weight, channels) : outputsFirst(weight);
    const inputs = [image.name, graph.constant(data, [channels, isDepthwise ? 1 : inner, height, width])];
    const fused = textsOf(node, 'fused_ops');
    if (fused[0] === 'BiasAdd') inputs.push(graph.constant(this.weight(bias!).data, [channels]));
    const name = graph.node('Conv', inputs, {
      group,
      kernel_shape: [height, width],
      strides: [down, across],
      dilations: [rows, columns],
      pads: [vertical.before, horizontal.before, vertical.after, horizontal.after],
    });
    const of: FeatureMap = { name, channels, height: vertical.count, width: horizontal.count };
    return activated(
      node,
      of,
      fused.filter((op) => op !== 'BiasAdd'),
    );
  }

  private unary(op: string, node: GraphNode): FeatureMap {
    const of = this.map(node.inputs[0]!);
    return { ...of, name: this.graph.node(op, [of.name]) };
  }

  /** Of two maps, or of a map and a constant: one number, or one a channel. A map of 1 × 1 meets every place of the other. */
  private binary(op: 'Add' | 'Mul', node: GraphNode): FeatureMap {
    const [left, right] = node.inputs.map((name) => this.operand(name)) as [Operand, Operand];
    const name = this.graph.node(op, [left.name, right.name]);
    const maps = [left, right].flatMap(({ map }) => map ?? []);
    const [largest] = maps.sort((a, b) => b.height * b.width - a.height * a.width);
    if (!largest) throw new Error(`${node.name} has no image among its inputs`);
    return { ...largest, name };
  }

  private operand(name: string): Operand {
    const weight = this.model.weights.get(name);
    if (!weight) {
      const map = this.map(name);
      return { name: map.name, map };
    }
    if (weight.data.length === 1) return { name: this.graph.scalar(weight.data[0]!), map: null };
    return { name: this.graph.constant(weight.data, [weight.data.length, 1, 1]), map: null };
  }

  /** Over height and width: the only mean that networks of this kind hold. */
  private mean(node: GraphNode): FeatureMap {
    const of = this.map(node.inputs[0]!);
    return { ...of, name: this.graph.node('GlobalAveragePool', [of.name]), height: 1, width: 1 };
  }

  private maxPool(node: GraphNode): FeatureMap {
    const of = this.map(node.inputs[0]!);
    const [, down = 1, across = 1] = integersOf(node, 'strides') ?? [];
    const [, height = 1, width = 1] = integersOf(node, 'ksize') ?? [];
    const padding = textOf(node, 'padding');
    const vertical = windows(of.height, height, down, padding);
    const horizontal = windows(of.width, width, across, padding);
    const name = this.graph.node('MaxPool', [of.name], {
      kernel_shape: [height, width],
      strides: [down, across],
      pads: [vertical.before, horizontal.before, vertical.after, horizontal.after],
    });
    return { ...of, name, height: vertical.count, width: horizontal.count };
  }

  /** Zeros around a map, and further channels. */
  private pad(node: GraphNode): FeatureMap {
    const of = this.map(node.inputs[0]!);
    const [, , top = 0, bottom = 0, left = 0, right = 0, front = 0, back = 0] = this.weight(node.inputs[1]!).data;
    return {
      name: this.graph.pad(of.name, [0, front, top, left], [0, back, bottom, right]),
      channels: of.channels + front + back,
      height: of.height + top + bottom,
      width: of.width + left + right,
    };
  }

  private scalar(name: string): number {
    const { data } = this.weight(name);
    if (data.length !== 1) throw new Error(`${name} should be one number`);
    return data[0]!;
  }

  private weight(name: string): Weight {
    const node = this.model.nodes.get(name);
    const weight = this.model.weights.get(name) ?? (node?.op === 'Identity' ? this.weight(node.inputs[0]!) : undefined);
    if (!weight) throw new Error(`the weight ${name} is missing`);
    return weight;
  }
}

interface Operand {
  readonly name: string;
  readonly map: FeatureMap | null;
}

const activations: Readonly<Record<string, readonly [number, number]>> = {
  Relu: [0, Number.POSITIVE_INFINITY],
  Relu6: [0, 6],
};

function activated({ name }: GraphNode, of: FeatureMap, ops: readonly string[]): Value {
  if (ops.length === 0) return of;
  const limits = activations[ops[0]!];
  if (ops.length > 1 || !limits) throw new Error(`${name} is fused with ${ops.join(', ')}, which is not known`);
  return { of, low: limits[0], high: limits[1] };
}

/** How many windows fit, and how far the first and the last reach over the edge. */
function windows(size: number, reach: number, stride: number, padding: string | undefined) {
  if (padding === 'VALID') return { count: Math.floor((size - reach) / stride) + 1, before: 0, after: 0 };
  if (padding !== 'SAME') throw new Error(`the padding ${padding} is not known`);
  const count = Math.ceil(size / stride);
  const missing = Math.max(0, (count - 1) * stride + reach - size);
  return { count, before: missing >> 1, after: missing - (missing >> 1) };
}

/** [h × w × in × out] → [out × in × h × w] */
export function outputsFirst({ shape, data }: Weight): Float32Array {
  const [height, width, inner, outer] = shape as [number, number, number, number];
  const area = height * width;
  const out = new Float32Array(data.length);
  for (let place = 0, from = 0; place < area; place++)
    for (let i = 0; i < inner; i++) for (let o = 0; o < outer; o++) out[(o * inner + i) * area + place] = data[from++]!;
  return out;
}

/** [h × w × …] → [channels × h × w] */
export function channelsFirst({ shape, data }: Weight, channels: number): Float32Array {
  const area = shape[0]! * shape[1]!;
  const out = new Float32Array(data.length);
  for (let place = 0, from = 0; place < area; place++)
    for (let c = 0; c < channels; c++) out[c * area + place] = data[from++]!;
  return out;
}
