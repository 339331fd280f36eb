import { attributeTypes, type DataType, dataTypes, modelProto } from './protobuf';

/** A dimension: a size, or the name of a size that is known only at run time. */
export type Dimension = number | string;

/** ONNX keeps whole and real numbers apart; `real` marks a number that must be written as a float. */
export type Attribute = number | string | readonly number[] | { readonly real: number };

/** Marks an attribute value as a float, also when it happens to be whole. */
export const real = (value: number): { readonly real: number } => ({ real: value });

/**
 * Which operators a graph is written with. `cpu`: whatever ONNX Runtime's CPU provider is fast at. `gpu`: only what its
 * WebGPU provider has too, because each operator that it lacks would be computed on the CPU, with copies both ways.
 */
export type Dialect = 'cpu' | 'gpu';

const OPSET = 17; // the newest that every execution provider we use implements completely
const MICROSOFT = 'com.microsoft'; // ONNX Runtime's own operators (FusedMatMul)

/** A message of the ONNX format that has a name. */
interface Named {
  readonly name: string;
  readonly [field: string]: unknown;
}

interface GraphNode extends Named {
  readonly input: readonly string[];
  readonly output: readonly string[];
}

interface GraphParts {
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly Named[];
  readonly inputs: readonly Named[];
  readonly outputs: readonly Named[];
}

/** A tensor as a model declares it. */
export interface TensorInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: DataType;
}

/** Writes an ONNX model node by node. Tensors are named by strings; every method that makes one returns its name. */
export class GraphBuilder {
  private readonly nodes: GraphNode[] = [];
  private readonly initializers: Named[] = [];
  private readonly inputs: Named[] = [];
  private readonly outputs: Named[] = [];
  private readonly shared = new Map<string, string>();
  private readonly kinds = new Map<string, number>();
  private counter = 0;

  constructor(
    private readonly name: string,
    readonly dialect: Dialect = 'cpu',
  ) {}

  private fresh(hint: string): string {
    return `${hint}#${this.counter++}`;
  }

  /** What goes before the names of one more of its kind: nothing for the first. */
  prefix(kind: string): string {
    const number = (this.kinds.get(kind) ?? 0) + 1;
    this.kinds.set(kind, number);
    return number === 1 ? '' : `${kind}_${number}.`;
  }

  input(name: string, shape: readonly Dimension[], type: DataType = 'float32'): string {
    this.inputs.push(valueInfo(name, shape, type));
    return name;
  }

  output(name: string, shape: readonly Dimension[], type: DataType = 'float32'): void {
    this.outputs.push(valueInfo(name, shape, type));
  }

  /** A constant tensor of its own, never shared with an equal one. */
  constant(data: TensorData, shape: readonly number[], name = this.fresh('constant')): string {
    this.initializers.push({
      name,
      dims: shape,
      dataType: dataTypes[typeOf(data)],
      rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    });
    return name;
  }

  /** A float scalar; equal ones are shared. */
  scalar(value: number): string {
    return this.once(`scalar ${value}`, () => this.constant(Float32Array.of(value), []));
  }

  /** A vector of whole numbers (shapes, axes, pads); equal ones are shared. */
  integers(...values: number[]): string {
    return this.once(`integers ${values}`, () =>
      this.constant(BigInt64Array.from(values.map(BigInt)), [values.length]),
    );
  }

  private once(key: string, make: () => string): string {
    const known = this.shared.get(key) ?? make();
    this.shared.set(key, known);
    return known;
  }

  /** Adds a node and returns the name of its output, or of the first of several. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Record<string, Attribute> = {},
    output: string | readonly string[] = this.fresh(opType),
  ): string {
    const names = typeof output === 'string' ? [output] : output;
    this.nodes.push({
      opType,
      name: this.fresh(`node.${opType}`),
      input: inputs,
      output: names,
      domain: opType === 'FusedMatMul' ? MICROSOFT : '',
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return names[0];
  }

  // The few operators that need their arguments as constant tensors, or that are used everywhere.
  add = (a: string, b: string): string => this.node('Add', [a, b]);
  sub = (a: string, b: string): string => this.node('Sub', [a, b]);
  mul = (a: string, b: string): string => this.node('Mul', [a, b]);
  div = (a: string, b: string): string => this.node('Div', [a, b]);

  reshape(a: string, ...shape: number[]): string {
    return this.node('Reshape', [a, this.integers(...shape)]);
  }

  reduceSum(a: string, axes: readonly number[], keepDims: boolean): string {
    return this.node('ReduceSum', [a, this.integers(...axes)], { keepdims: keepDims ? 1 : 0 });
  }

  /** Zero padding; `begin` and `end` for each axis, negative values crop. */
  pad(a: string, begin: readonly number[], end: readonly number[]): string {
    return this.node('Pad', [a, this.integers(...begin, ...end)]);
  }

  transpose(a: string, ...perm: number[]): string {
    return this.node('Transpose', [a], { perm });
  }

  slice(a: string, axes: readonly number[], starts: number[], ends: number[], steps: number[]): string {
    const vectors = [starts, ends, [...axes], steps].map((v) => this.integers(...v));
    return this.node('Slice', [a, ...vectors]);
  }

  /** a · bᵀ over the last two of so many axes. */
  timesTransposed(a: string, b: string, rank: 2 | 3): string {
    if (this.dialect === 'cpu') return this.node('FusedMatMul', [a, b], { transB: 1 });
    if (rank === 2) return this.node('Gemm', [a, b], { transB: 1 });
    return this.node('MatMul', [a, this.transpose(b, 0, 2, 1)]);
  }

  /** aᵀ · b over the last two of three axes. */
  transposedTimes(a: string, b: string): string {
    if (this.dialect === 'cpu') return this.node('FusedMatMul', [a, b], { transA: 1 });
    return this.node('MatMul', [this.transpose(a, 0, 2, 1), b]);
  }

  /** [n × c × h × w] with even h and w → [n × 4c × h/2 × w/2]; channels by row phase, column phase, input channel. */
  spaceToDepth(a: string, [channels, height, width]: readonly number[]): string {
    if (this.dialect === 'cpu') return this.node('SpaceToDepth', [a], { blocksize: 2 });
    const [h, w] = [height / 2, width / 2];
    const phases = this.transpose(this.reshape(a, -1, channels, h, 2, w, 2), 0, 3, 5, 1, 2, 4);
    return this.reshape(phases, -1, 4 * channels, h, w);
  }

  /** log Σ exp along the rows of a [n × m], [n × 1]; safe from overflow. */
  logSumExp(a: string): string {
    if (this.dialect === 'cpu') return this.node('ReduceLogSumExp', [a], { axes: [1], keepdims: 1 });
    const most = this.node('ReduceMax', [a], { axes: [1], keepdims: 1 });
    const sum = this.reduceSum(this.node('Exp', [this.sub(a, most)]), [1], true);
    return this.add(most, this.node('Log', [sum]));
  }

  /** Logarithms of the softmax along the rows of a [n × m]. */
  logSoftmax(a: string): string {
    if (this.dialect === 'cpu') return this.node('LogSoftmax', [a], { axis: 1 });
    return this.sub(a, this.logSumExp(a));
  }

  /** How many nodes there are so far: a place where the graph can be cut. */
  get length(): number {
    return this.nodes.length;
  }

  /** Tensors that nodes before the cut make and nodes after it take. */
  crossing(cut: number): string[] {
    const made = new Set(this.nodes.slice(0, cut).flatMap(({ output }) => output));
    const taken = new Set(this.nodes.slice(cut).flatMap(({ input }) => input));
    return [...taken].filter((name) => made.has(name));
  }

  /** The serialised model. */
  build(metadata: Record<string, string> = {}): Uint8Array {
    const { nodes, initializers, inputs, outputs } = this;
    return this.encode({ nodes, initializers, inputs, outputs }, metadata);
  }

  /**
   * The nodes from one place to another as a model of their own, with the inputs and constants that they take. `given`: what
   * they take from nodes before them. Of `outputs`, the names of any tensors here, ONNX Runtime finds out type and shape.
   */
  buildPart(from: number, to: number, given: readonly TensorInfo[], outputs: readonly string[]): Uint8Array {
    const nodes = this.nodes.slice(from, to);
    const taken = new Set(nodes.flatMap(({ input }) => input));
    const isTaken = ({ name }: Named) => taken.has(name);
    return this.encode({
      nodes,
      initializers: this.initializers.filter(isTaken),
      inputs: [...this.inputs.filter(isTaken), ...given.map(({ name, shape, type }) => valueInfo(name, shape, type))],
      outputs: outputs.map((name) => ({ name })),
    });
  }

  private encode({ nodes, initializers, inputs, outputs }: GraphParts, metadata: Record<string, string> = {}) {
    return modelProto
      .encode({
        irVersion: 8,
        producerName: 'warmstart',
        opsetImport: [
          { domain: '', version: OPSET },
          { domain: MICROSOFT, version: 1 },
        ],
        graph: {
          name: this.name,
          node: nodes,
          initializer: initializers,
          input: inputs,
          output: outputs,
        },
        metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      } as never)
      .finish();
  }
}

/** Values of a constant tensor; 16 bits are a half-precision number. */
type TensorData = Float32Array | BigInt64Array | Uint16Array | Uint8Array | Int8Array;

function typeOf(data: TensorData): DataType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Uint16Array) return 'float16';
  return data instanceof Uint8Array ? 'uint8' : 'int8';
}

function valueInfo(name: string, shape: readonly Dimension[], type: DataType): Named {
  const dim = shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }));
  return { name, type: { tensorType: { elemType: dataTypes[type], shape: { dim } } } };
}

function attribute(name: string, value: Attribute): object {
  if (typeof value === 'number') return { name, i: value, type: attributeTypes.int };
  if (typeof value === 'string') return { name, s: Buffer.from(value), type: attributeTypes.string };
  if ('real' in value) return { name, f: value.real, type: attributeTypes.float };
  return { name, ints: value, type: attributeTypes.ints };
}
