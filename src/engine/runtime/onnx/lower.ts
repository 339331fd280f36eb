import { activationShapes, parameterDefinitions, parametersOf } from '../../network/definitions';
import {
  type ActivationShape,
  INPUT,
  inputsOf,
  type Network,
  type Op,
  type OpKind,
  outputOf,
  type Parameters,
} from '../../network/network';
import { GRADIENT_NORM_EPSILON, type Loss, type Optimiser, rateOf, type StepOptions } from '../runtime';
import { type Dialect, GraphBuilder, type TensorInfo } from './graphBuilder';
import { lowerLoss } from './losses';
import type { Gradients, Lowering, RowTensor } from './lowering';
import { onnxOps } from './ops/onnxOps';

/** Names of graph inputs and outputs. A parameter keeps its name as an input; outputs carry a prefix. */
export const names = {
  images: 'images',
  targets: 'targets',
  learningRate: 'learning_rate',
  loss: 'loss',
  output: 'output',
  mask: (op: string) => `mask/${op}`,
  velocity: (parameter: string) => `velocity/${parameter}`,
  next: (state: string) => `next/${state}`,
  gradient: (what: string) => `gradient/${what}`,
  directions: 'directions',
  copy: (tensor: string) => `copy/${tensor}`,
};

/** What there is to say of a network's images. */
interface ImagesOf {
  /** What else than a training step is differentiated: the images, along so many directions each. */
  readonly directions?: number;
  /** Where they are in the graph already; otherwise they become an input. */
  readonly tensor?: string;
  /** What the network's parameters are called with before their names, in a graph that holds others. */
  readonly prefix?: string;
}

/** An op list on its way into an ONNX graph: forward passes in order, then gradients in reverse. */
class NetworkLowering implements Gradients {
  readonly shapes: ReadonlyMap<string, ActivationShape>;
  readonly statistics = new Map<string, string>();
  readonly parameterGradients = new Map<string, string>();
  readonly masks = new Set<string>();
  private readonly values = new Map<string, string>();
  private readonly keptTensors = new Map<string, string>();
  private readonly gradients = new Map<string, string>();
  /** What the op at hand has passed a gradient on to. */
  private passedOn: string[] = [];

  constructor(
    readonly graph: GraphBuilder,
    readonly network: Network,
    readonly batch: number,
    readonly training: boolean,
    private readonly images: ImagesOf = {},
  ) {
    this.shapes = activationShapes(network);
    const rows = training ? batch : 'n';
    this.values.set(INPUT, images.tensor ?? graph.input(names.images, [rows, ...network.input]));
  }

  forward(): string {
    for (const op of this.network.ops) this.values.set(op.name, forwardOf(op, this));
    return this.value(outputOf(this.network));
  }

  backward(gradient: string): void {
    this.accumulate(outputOf(this.network), gradient);
    for (const op of [...this.network.ops].reverse()) {
      this.passedOn = [];
      gradientOf(op, this.gradientOf(op.name), this);
      this.checkGradients(op);
    }
  }

  /** As many gradients must have been passed on as the op has inputs that want one and, in training, parameters. */
  private checkGradients(op: Op): void {
    const trained = this.training ? parametersOf(op, this.shape(op.input)).filter(({ trainable }) => trainable) : [];
    const expected = [...inputsOf(op), ...trained.map(({ suffix }) => this.parameter(op, suffix))];
    const missing = expected.filter((name) => this.wanted(name) && !this.passedOn.includes(name));
    if (missing.length > 0 || this.passedOn.length > expected.length)
      throw new Error(`The gradient of ${op.name} (${op.kind}) goes to ${this.passedOn}, not to ${expected}.`);
  }

  gradientOf(name: string): string {
    const gradient = this.gradients.get(name);
    if (!gradient) throw new Error(`Nothing depends on ${name}.`);
    return gradient;
  }

  value(name: string): string {
    return this.values.get(name)!;
  }
  shape(name: string): ActivationShape {
    return this.shapes.get(name)!;
  }
  parameter(op: Op, suffix: string): string {
    return `${this.images.prefix ?? ''}${op.name}.${suffix}`;
  }
  updateStatistic(op: Op, suffix: string, tensor: string): void {
    this.statistics.set(this.parameter(op, suffix), tensor);
  }
  keep(op: Op, what: string, tensor: string): void {
    this.keptTensors.set(`${op.name}/${what}`, tensor);
  }
  kept(op: Op, what: string): string {
    return this.keptTensors.get(`${op.name}/${what}`)!;
  }
  mask(op: Op): string {
    const name = names.mask(op.name);
    if (!this.masks.has(name)) this.graph.input(name, [this.batch, ...this.shape(op.name)]);
    this.masks.add(name);
    return name;
  }
  wanted(name: string): boolean {
    return name !== INPUT || this.images.directions !== undefined;
  }
  accumulate(name: string, gradient: string): void {
    this.passedOn.push(name);
    const before = this.gradients.get(name);
    this.gradients.set(name, before ? this.graph.add(before, gradient) : gradient);
  }
  parameterGradient(op: Op, suffix: string, make: () => string): void {
    if (!this.training) return;
    this.passedOn.push(this.parameter(op, suffix));
    this.parameterGradients.set(this.parameter(op, suffix), make());
  }
  times(gradient: RowTensor, forward: RowTensor): string {
    const { graph } = this;
    const directions = this.images.directions ?? 1;
    if (directions === 1) return graph.mul(gradient.tensor, forward.tensor);
    const rows = graph.reshape(gradient.tensor, -1, directions, ...gradient.shape);
    const product = graph.mul(rows, graph.reshape(forward.tensor, -1, 1, ...forward.shape));
    return graph.reshape(product, -1, ...gradient.shape.map((size, axis) => Math.max(size, forward.shape[axis])));
  }
}

const forwardOf = <K extends OpKind>(op: Op<K>, lowering: Lowering): string => onnxOps[op.kind].forward(op, lowering);
const gradientOf = <K extends OpKind>(op: Op<K>, dy: string, gradients: Gradients): void =>
  onnxOps[op.kind].gradient(op, dy, gradients);

/**
 * Declares all parameters as graph inputs, runs the network forward and backward, and returns what came out. `ofImages`:
 * differentiates with respect to the images too.
 */
export function lowerTraining(network: Network, loss: Loss, batch: number, ofImages: boolean, dialect: Dialect) {
  const graph = new GraphBuilder('training step', dialect);
  const lowering = new NetworkLowering(graph, network, batch, true, ofImages ? { directions: 1 } : {});
  for (const [name, { shape }] of parameterDefinitions(network)) graph.input(name, shape);
  const output = lowering.forward();
  const outputShape = [batch, ...lowering.shape(outputOf(network))];
  const lowered = lowerLoss(loss, graph, output, batch, () => graph.input(names.targets, outputShape));
  lowering.backward(lowered.gradient);
  const emit = emitter(graph);
  emit(lowered.loss, names.loss, []);
  emit(output, names.output, outputShape);
  return { graph, lowering, emit };
}

/**
 * The whole training step as one graph. Inputs: images, targets, dropout masks, learning rate, every parameter and every
 * velocity. Outputs: loss, network output, and the next value of every parameter and velocity.
 */
export function stepGraph(
  network: Network,
  { loss, optimiser, batch }: StepOptions,
  dialect: Dialect = 'cpu',
): Uint8Array {
  const { graph, lowering, emit } = lowerTraining(network, loss, batch, false, dialect);
  for (const [name, { shape }] of parameterDefinitions(network))
    if (lowering.statistics.has(name)) emit(lowering.statistics.get(name)!, names.next(name), shape);
  update(graph, network, lowering.parameterGradients, optimiser, emit);
  return graph.build();
}

/** What a training step is once its images are shared out among replicas. */
export interface StepParts {
  /** From a share's images and the parameters to the network's output, the statistics' next values and what the gradients need. */
  readonly forward: Uint8Array;
  /** Names of what the forward part hands to the backward part. */
  readonly carried: readonly string[];
  /** From the gradient with respect to the output to those of the parameters. `carried`: what it is given, as it turned out. */
  backward(carried: readonly TensorInfo[]): Uint8Array;
}

/** The forward and the backward pass over a share of a batch as two graphs, for the loss is known when all shares have been forward. */
export function shareParts(network: Network, rows: number): StepParts {
  const graph = new GraphBuilder('share of a step');
  const lowering = new NetworkLowering(graph, network, rows, true);
  for (const [name, { shape }] of parameterDefinitions(network)) graph.input(name, shape);
  const rename = (tensor: string, name: string) => graph.node('Identity', [tensor], {}, name);
  const output = rename(lowering.forward(), names.output);
  const statistics = [...lowering.statistics].map(([name, tensor]) => rename(tensor, names.next(name)));
  const cut = graph.length;
  lowering.backward(graph.input(names.gradient(OUTPUT), [rows, ...lowering.shape(outputOf(network))]));
  const gradients = [...lowering.parameterGradients].map(([name, tensor]) => rename(tensor, names.gradient(name)));
  const carried = graph.crossing(cut);
  return {
    forward: graph.buildPart(0, cut, [], [output, ...statistics, ...carried]),
    carried,
    backward: (infos) => graph.buildPart(cut, graph.length, infos, gradients),
  };
}

/** What the gradient with respect to the network's output is named after. */
export const OUTPUT = 'output';

/** The loss of a whole batch's output and its gradient as a graph of their own. Inputs: output and, where it has any, targets. */
export function lossGraph(loss: Loss, rows: number, outputs: readonly number[]): Uint8Array {
  const graph = new GraphBuilder('loss');
  const shape = [rows, ...outputs];
  const lowered = lowerLoss(loss, graph, graph.input(names.output, shape), rows, () =>
    graph.input(names.targets, shape),
  );
  emitter(graph)(lowered.loss, names.loss, []);
  emitter(graph)(lowered.gradient, names.gradient(OUTPUT), shape);
  return graph.build();
}

/** The update of a step as a graph of its own. Inputs: gradients, parameters, velocities and learning rate; outputs: their next values. */
export function updateGraph(network: Network, optimiser: Optimiser): Uint8Array {
  const graph = new GraphBuilder('update');
  const trained = [...parameterDefinitions(network)].filter(([, { trainable }]) => trainable);
  const gradients = new Map(
    trained.map(([name, { shape }]) => {
      graph.input(name, shape);
      return [name, graph.input(names.gradient(name), shape)];
    }),
  );
  update(graph, network, gradients, optimiser, emitter(graph));
  return graph.build();
}

type Emit = (tensor: string, name: string, shape: readonly number[]) => void;

const emitter =
  (graph: GraphBuilder): Emit =>
  (tensor, name, shape) => {
    graph.node('Identity', [tensor], {}, name);
    graph.output(name, shape);
  };

/** SGD on all trainable parameters, whose inputs are there. */
function update(
  graph: GraphBuilder,
  network: Network,
  parameterGradients: ReadonlyMap<string, string>,
  optimiser: Optimiser,
  emit: Emit,
): void {
  const learningRate = graph.input(names.learningRate, []);
  const trained = [...parameterDefinitions(network)].filter(([, { trainable }]) => trainable);
  // always in the same order, in which their squares are summed
  const ordered = new Map(trained.map(([name]) => [name, parameterGradients.get(name)!]));
  const gradients = shortened(graph, ordered, optimiser.gradientNorm);
  for (const [name, { shape, decays }] of trained) {
    const velocity = graph.input(names.velocity(name), shape);
    const gradient = gradients.get(name)!;
    const decay = decayOf(optimiser, decays);
    const decayed = decay > 0 ? graph.add(gradient, graph.mul(name, graph.scalar(decay))) : gradient;
    const next = graph.add(graph.mul(velocity, graph.scalar(optimiser.momentum)), decayed);
    emit(next, names.next(names.velocity(name)), shape);
    const rate = rateOf(optimiser, name);
    const factor = rate === 1 ? learningRate : graph.mul(learningRate, graph.scalar(rate));
    emit(graph.sub(name, graph.mul(next, factor)), names.next(name), shape);
  }
}

/** Gradients that together are no longer than the largest norm. */
function shortened(graph: GraphBuilder, gradients: ReadonlyMap<string, string>, largest: number | undefined) {
  if (largest === undefined || gradients.size === 0) return gradients;
  const squares = [...gradients.values()].map((gradient) => {
    const flat = graph.reshape(gradient, -1);
    return graph.reduceSum(graph.mul(flat, flat), [0], false);
  });
  const norm = graph.node('Sqrt', [squares.reduce((sum, square) => graph.add(sum, square))]);
  const ratio = graph.div(graph.scalar(largest), graph.add(norm, graph.scalar(GRADIENT_NORM_EPSILON)));
  const factor = graph.node('Clip', [ratio, graph.scalar(0), graph.scalar(1)]);
  return new Map([...gradients].map(([name, gradient]) => [name, graph.mul(gradient, factor)]));
}

const decayOf = (optimiser: Optimiser, decays: boolean) => (decays || optimiser.decayAll ? optimiser.weightDecay : 0);

/**
 * Scoring with constant weights, for any number of images: ONNX Runtime folds batch normalisation into the convolutions
 * and uses its blocked layout. It is also what an export writes.
 */
export function scoringGraph(
  network: Network,
  parameters: Parameters,
  outputs: readonly string[],
  metadata: Record<string, string> = {},
): Uint8Array {
  const graph = new GraphBuilder('scorer');
  const lowering = new NetworkLowering(graph, network, 1, false);
  constants(graph, network, parameters);
  lowering.forward();
  for (const name of outputs) {
    graph.node('Identity', [lowering.value(name)], {}, name);
    graph.output(name, ['n', ...lowering.shape(name)]);
  }
  return graph.build(metadata);
}

/**
 * Puts the network's forward pass with constant weights into a graph of more; returns the name of its output. The first
 * network's parameters keep their names.
 */
export function scoreIn(
  graph: GraphBuilder,
  { network, parameters }: { network: Network; parameters: Parameters },
  images: string,
): string {
  const prefix = graph.prefix('network');
  const lowering = new NetworkLowering(graph, network, 1, false, { tensor: images, prefix });
  constants(graph, network, parameters, prefix);
  return lowering.forward();
}

function constants(graph: GraphBuilder, network: Network, parameters: Parameters, prefix = ''): void {
  for (const name of parameterDefinitions(network).keys()) {
    const { data, shape } = parameters.get(name)!;
    graph.constant(data, shape, prefix + name);
  }
}

/**
 * Gradients with respect to the images, for any number n of them, under constant weights and as in scoring: running
 * statistics, no dropout. Inputs: images, and so many directions v an image in the space of the network's output
 * [n · directions × outputs]; output: ∂(v · output) / ∂image for each, [n · directions × channels × height × width].
 */
export function inputGradientGraph(network: Network, parameters: Parameters, directions: number): Uint8Array {
  const graph = new GraphBuilder('input gradients');
  const lowering = new NetworkLowering(graph, network, 1, false, { directions });
  constants(graph, network, parameters);
  lowering.forward();
  lowering.backward(graph.input(names.directions, ['rows', ...lowering.shape(outputOf(network))]));
  const name = names.gradient(INPUT);
  graph.node('Identity', [lowering.gradientOf(INPUT)], {}, name);
  graph.output(name, ['rows', ...network.input]);
  return graph.build();
}

/** Hands tensors of the given shapes through, each under the name of a copy. */
export function copyGraph(shapes: ReadonlyMap<string, readonly number[]>): Uint8Array {
  const graph = new GraphBuilder('copies');
  for (const [name, shape] of shapes) {
    graph.node('Identity', [graph.input(name, shape)], {}, names.copy(name));
    graph.output(names.copy(name), shape);
  }
  return graph.build();
}
