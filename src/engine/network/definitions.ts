import { type ActivationShape, INPUT, inputsOf, type Network, type Op, type OpKind } from './network';

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
  /** Of a grouped convolution: an input reaches the outputs of its own group only. */
  readonly groups?: number;
  /** 'he': normal with variance 2 / fan-out, for ReLU networks (He et al. 2015). 'xavier': uniform (Glorot & Bengio 2010). */
  readonly start: 'he' | 'xavier' | 'zeros' | 'ones';
  /** False for running statistics: state that training updates without a gradient. */
  readonly trainable: boolean;
  /** Weight decay applies to weights that multiply inputs, not to biases and normalisation (Goyal et al. 2017). */
  readonly decays: boolean;
}

interface OpDefinition<K extends OpKind> {
  /** Shape of the output for one image, by the shapes of all that it reads; throws when the op can't take them. */
  shape(op: Op<K>, input: ActivationShape, ...others: readonly ActivationShape[]): ActivationShape;
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
    shape: (op, [channels, height, width]) => {
      const { outputs, stride, groups = 1 } = op;
      if (channels % groups !== 0 || outputs % groups !== 0)
        throw new Error(`Op ${op.name} can't split ${channels} inputs and ${outputs} outputs into ${groups} groups.`);
      const out = (size: number) => Math.ceil(size / stride);
      return [outputs, out(height), out(width)];
    },
    parameters: (op, [channels]) => {
      const { outputs, kernel, groups = 1, bias } = op;
      const kernels = weight([outputs, channels / groups, kernel, kernel], 'he');
      return [groups === 1 ? kernels : { ...kernels, groups }, ...(bias ? [perChannel('bias', outputs, 'zeros')] : [])];
    },
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
  relu6: unchanged,
  hardSigmoid: unchanged,
  hardSwish: unchanged,
  add: {
    shape: (op, input, other) => {
      if (String(other) !== String(input)) throw new Error(`Op ${op.name} adds activations of different shapes.`);
      return input;
    },
    parameters: () => [],
  },
  multiplyChannels: {
    shape: (op, input, by) => {
      if (by.length !== 1 || by[0] !== input[0])
        throw new Error(`Op ${op.name} has ${by} factors for ${input[0]} channels.`);
      return input;
    },
    parameters: () => [],
  },
  scale: unchanged,
  globalAveragePool: { shape: (_, [channels]) => [channels], parameters: () => [] },
  gridAveragePool: { shape: ({ grid }, [channels]) => [channels * grid * grid], parameters: () => [] },
  concat: {
    shape: (op, ...vectors) => {
      if (vectors.some(({ length }) => length !== 1)) throw new Error(`Op ${op.name} joins vectors, not maps.`);
      return [vectors.reduce((sum, [features]) => sum + features, 0)];
    },
    parameters: () => [],
  },
  dense: {
    shape: (op) => [op.outputs],
    parameters: (op, [inputs]) => [weight([op.outputs, inputs], 'xavier'), perChannel('bias', op.outputs, 'zeros')],
  },
  dropout: unchanged,
  l2Normalize: unchanged,
};

const shapeOf = <K extends OpKind>(op: Op<K>, inputs: readonly [ActivationShape, ...ActivationShape[]]) =>
  definitions[op.kind].shape(op, ...inputs);

/** The parameters of one op, by the shape that it reads. */
export const parametersOf = <K extends OpKind>(op: Op<K>, input: ActivationShape): ParameterDefinition[] =>
  definitions[op.kind].parameters(op, input);

/** Shape of every activation of one image, by the name of the op that makes it. */
export function activationShapes(network: Network): ReadonlyMap<string, ActivationShape> {
  const shapes = new Map<string, ActivationShape>([[INPUT, network.input]]);
  for (const op of network.ops) {
    const [input, ...others] = inputsOf(op).map((name) => {
      const shape = shapes.get(name);
      if (!shape) throw new Error(`Op ${op.name} reads ${name}, which no earlier op makes.`);
      return shape;
    });
    shapes.set(op.name, shapeOf(op, [input, ...others]));
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
