import { type ActivationShape, INPUT, type Network, type Op, type OpKind } from './network';

/** Batch normalisation (Ioffe & Szegedy 2015): what is added to a variance, and the share of old running statistics a step keeps. */
export const BATCH_NORM_EPSILON = 1e-5;
export const RUNNING_STATISTICS_KEPT = 0.9;
/** Added to the squared length of a vector that is put on the unit sphere. */
export const L2_EPSILON = 1e-12;

/** How a parameter starts and what the optimiser may do with it. */
export interface ParameterDefinition {
  /** The name is `<op>.<suffix>`. */
  readonly suffix: string;
  readonly shape: readonly number[];
  /** 'he': normal with variance 2 / fan-out, for ReLU networks (He et al. 2015). 'xavier': uniform (Glorot & Bengio 2010). */
  readonly start: 'he' | 'xavier' | 'zeros' | 'ones';
  /** False for running statistics: state that training updates without a gradient. */
  readonly trainable: boolean;
  /** Weight decay applies to weights that multiply inputs, not to biases and normalisation (Goyal et al. 2017). */
  readonly decays: boolean;
}

interface OpDefinition<K extends OpKind> {
  /** Shape of the output for one image; throws when the op can't take that input. */
  shape(op: Op<K>, input: ActivationShape): ActivationShape;
  parameters(op: Op<K>, input: ActivationShape): ParameterDefinition[];
}

const unchanged = { shape: (_: Op, input: ActivationShape) => input, parameters: () => [] };
const weight = (shape: number[], start: 'he' | 'xavier'): ParameterDefinition => ({
  suffix: 'weight',
  shape,
  start,
  trainable: true,
  decays: true,
});
const perChannel = (suffix: string, count: number, start: 'zeros' | 'ones', trainable = true): ParameterDefinition => ({
  suffix,
  shape: [count],
  start,
  trainable,
  decays: false,
});

/** Shapes and parameters of every op; what the ops compute is up to the runtimes. */
const definitions: { readonly [K in OpKind]: OpDefinition<K> } = {
  conv2d: {
    shape: (op, [, height, width]) => {
      // "same" padding of (kernel − 1) / 2 on every side
      const out = (size: number) => Math.floor((size - 1) / op.stride) + 1;
      return [op.outputs, out(height), out(width)];
    },
    parameters: (op, [channels]) => [weight([op.outputs, channels, op.kernel, op.kernel], 'he')],
  },
  batchNorm: {
    shape: unchanged.shape,
    parameters: (_, [channels]) => [
      perChannel('weight', channels, 'ones'),
      perChannel('bias', channels, 'zeros'),
      perChannel('running_mean', channels, 'zeros', false),
      perChannel('running_var', channels, 'ones', false),
    ],
  },
  relu: unchanged,
  add: unchanged,
  globalAveragePool: { shape: (_, [channels]) => [channels], parameters: () => [] },
  dense: {
    shape: (op) => [op.outputs],
    parameters: (op, [inputs]) => [weight([op.outputs, inputs], 'xavier'), perChannel('bias', op.outputs, 'zeros')],
  },
  dropout: unchanged,
  l2Normalize: unchanged,
};

const shapeOf = <K extends OpKind>(op: Op<K>, input: ActivationShape) => definitions[op.kind].shape(op, input);

/** The parameters of one op, by the shape that it reads. */
export const parametersOf = <K extends OpKind>(op: Op<K>, input: ActivationShape): ParameterDefinition[] =>
  definitions[op.kind].parameters(op, input);

/** Shape of every activation of one image, by the name of the op that makes it. */
export function activationShapes(network: Network): ReadonlyMap<string, ActivationShape> {
  const shapes = new Map<string, ActivationShape>([[INPUT, network.input]]);
  for (const op of network.ops) {
    const input = shapes.get(op.input);
    if (!input) throw new Error(`Op ${op.name} reads ${op.input}, which no earlier op makes.`);
    if (op.kind === 'add' && String(shapes.get(op.other)) !== String(input))
      throw new Error(`Op ${op.name} adds activations of different shapes.`);
    shapes.set(op.name, shapeOf(op, input));
  }
  return shapes;
}

/** Every parameter of a network by its full name, in the order of the ops. */
export function parameterDefinitions(network: Network): ReadonlyMap<string, ParameterDefinition> {
  const shapes = activationShapes(network);
  const all = new Map<string, ParameterDefinition>();
  for (const op of network.ops)
    for (const p of parametersOf(op, shapes.get(op.input)!)) all.set(`${op.name}.${p.suffix}`, p);
  return all;
}
