import type * as core from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { architecture, resnet18, withClassifier, withProjector } from '../../../src/engine/network/architectures';
import { parameterDefinitions } from '../../../src/engine/network/definitions';
import { initialise } from '../../../src/engine/network/initialisation';
import { INPUT, type Network, type Parameters } from '../../../src/engine/network/network';
import { Random } from '../../../src/engine/numeric/random';
import { onnxRuntime } from '../../../src/engine/runtime/onnx/onnxRuntime';
import type { Loss, Optimiser, Runtime, StepInputs, TrainingState } from '../../../src/engine/runtime/runtime';
import { tensorflowOnCpu } from '../../../src/engine/runtime/tensorflow/cpuBackend';
import { tensorflowOps } from '../../../src/engine/runtime/tensorflow/forward';
import { tensorflowRuntime } from '../../../src/engine/runtime/tensorflow/tensorflowRuntime';
import { conv } from './conv';

const CLASSES = 7;
/** Few small images: TensorFlow.js's plain backend takes a tenth of a second for one. */
const BATCH = 6;
const LOSS_TOLERANCE = 1e-5;
const GRADIENT_TOLERANCE = 1e-3;

let library: typeof core;
let tensorflow: Runtime;
const onnx = onnxRuntime(1);

beforeAll(async () => {
  library = (await tensorflowOnCpu()) as typeof core;
  tensorflow = tensorflowRuntime(library, 'TensorFlow.js on the CPU');
});

const crossEntropy: Loss = { kind: 'crossEntropy' };
const ntXent = (decoupled: boolean): Loss => ({ kind: 'ntXent', temperature: 0.5, decoupled });
const plain: Optimiser = { momentum: 0, weightDecay: 0, decayAll: false };

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const normals = (random: Random, n: number) => Float32Array.from({ length: n }, () => random.normal());

/** Largest relative L2 difference between tensors of the same name. */
function difference(actual: Parameters, expected: Parameters): number {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  let worst = 0;
  for (const [name, { data, shape }] of expected) {
    const other = actual.get(name)!;
    expect(other.shape).toEqual(shape);
    const gap = norm(data.map((v, i) => v - other.data[i]!));
    worst = Math.max(worst, gap / Math.max(norm(data), 1e-3));
  }
  return worst;
}

/** Random batches, one a step, with dropout masks for the ops that want one. */
function batches(network: Network, loss: Loss, batch: number, steps: number): Omit<StepInputs, 'learningRate'>[] {
  const random = Random.stream(5, 'parity');
  return Array.from({ length: steps }, () => {
    const images = normals(random, batch * product(network.input));
    const targets = new Float32Array(batch * CLASSES);
    for (let i = 0; i < batch; i++) targets[i * CLASSES + random.integer(CLASSES)] = 1 + (i % 3); // some count more
    const masks = new Map<string, Float32Array>();
    for (const op of network.ops)
      if (op.kind === 'dropout') {
        const kept = () => (random.chance(1 - op.rate) ? 1 / (1 - op.rate) : 0);
        masks.set(op.name, Float32Array.from({ length: batch * widthBefore(network, op.name) }, kept));
      }
    return { images, masks, ...(loss.kind === 'crossEntropy' && { targets }) };
  });
}
const widthBefore = (network: Network, dropout: string) => {
  const follower = network.ops.find(({ input }) => input === dropout)!;
  return parameterDefinitions(network).get(`${follower.name}.weight`)!.shape[1]!;
};

interface Trained {
  readonly losses: number[];
  readonly output: Float32Array;
  readonly state: TrainingState;
}

async function train(
  runtime: Runtime,
  network: Network,
  options: { loss: Loss; optimiser: Optimiser; batch: number },
  inputs: readonly Omit<StepInputs, 'learningRate'>[],
  learningRate: number,
): Promise<Trained> {
  const start = { parameters: initialise(network, 2), velocities: new Map() };
  const step = await runtime.compileStep(network, start, options);
  const losses: number[] = [];
  let output = new Float32Array();
  for (const input of inputs) {
    const result = await step.run({ ...input, learningRate });
    losses.push(result.loss);
    output = result.output.slice();
  }
  const state = await step.state();
  await step.dispose();
  return { losses, output, state };
}

/** Trains the same on both runtimes; returns how far they are apart. */
async function compare(network: Network, loss: Loss, optimiser: Optimiser, batch: number, steps: number, rate: number) {
  const inputs = batches(network, loss, batch, steps);
  const options = { loss, optimiser, batch };
  const theirs = await train(tensorflow, network, options, inputs, rate);
  const ours = await train(onnx, network, options, inputs, rate);
  const losses = ours.losses.map((value, i) => Math.abs(value - theirs.losses[i]!) / Math.abs(value));
  return {
    loss: Math.max(...losses),
    output: norm(ours.output.map((v, i) => v - theirs.output[i]!)) / norm(ours.output),
    parameters: difference(theirs.state.parameters, ours.state.parameters),
    velocities: difference(theirs.state.velocities, ours.state.velocities),
  };
}

const show = (what: string, figures: Record<string, number>) =>
  console.log(
    `${what}: ${Object.entries(figures)
      .map(([name, v]) => `${name} ${v.toExponential(1)}`)
      .join(', ')}`,
  );

const small = withClassifier(architecture('small', [1, 6, 6]), CLASSES, 0.2);
const smallProjected = withProjector(architecture('small', [1, 6, 6]), 16, 8);
const resnet = withClassifier(resnet18([3, 9, 10], 4), CLASSES, 0.2);
const resnetProjected = withProjector(resnet18([3, 10, 9], 4), 16, 8);

/** Every op at once, small enough for a thousand steps. */
const everyOp: Network = {
  input: [2, 5, 4],
  ops: [
    { kind: 'conv2d', name: 'first', input: INPUT, outputs: 3, kernel: 3, stride: 2 },
    { kind: 'batchNorm', name: 'norm', input: 'first' },
    { kind: 'relu', name: 'relu', input: 'norm' },
    { kind: 'conv2d', name: 'second', input: 'relu', outputs: 3, kernel: 1, stride: 1 },
    { kind: 'add', name: 'sum', input: 'second', other: 'norm' },
    { kind: 'hardSwish', name: 'swish', input: 'sum' },
    { kind: 'globalAveragePool', name: 'mean', input: 'swish' },
    { kind: 'hardSigmoid', name: 'gate', input: 'mean' },
    { kind: 'multiplyChannels', name: 'gated', input: 'swish', by: 'gate' },
    { kind: 'scale', name: 'scaled', input: 'gated', by: 3 },
    { kind: 'relu6', name: 'clipped', input: 'scaled' },
    { kind: 'gridAveragePool', name: 'places', input: 'clipped', grid: 2 },
    { kind: 'concat', name: 'pool', input: 'mean', others: ['places'] },
    { kind: 'dropout', name: 'drop', input: 'pool', rate: 0.5 },
    { kind: 'dense', name: 'dense', input: 'drop', outputs: CLASSES },
    { kind: 'l2Normalize', name: 'unit', input: 'dense' },
  ],
};

/** What ends MobileNet v1 and v3: depthwise and pointwise convolutions, TensorFlow's padding, squeeze and excite. */
const mobile: Network = {
  input: [9, 10, 10],
  ops: [
    conv('even', INPUT, 9, 3, 1, { groups: 9, bias: true, padding: 'tensorflow' }),
    { kind: 'relu6', name: 'even.relu', input: 'even' },
    conv('point', 'even.relu', 12, 1, 1, { bias: true }),
    { kind: 'hardSwish', name: 'point.swish', input: 'point' },
    conv('down', 'point.swish', 12, 5, 2, { groups: 12, bias: true, padding: 'tensorflow' }),
    { kind: 'globalAveragePool', name: 'mean', input: 'down' },
    { kind: 'dense', name: 'squeeze', input: 'mean', outputs: 4 },
    { kind: 'relu', name: 'squeeze.relu', input: 'squeeze' },
    { kind: 'dense', name: 'excite', input: 'squeeze.relu', outputs: 12 },
    { kind: 'hardSigmoid', name: 'gate', input: 'excite' },
    { kind: 'multiplyChannels', name: 'gated', input: 'down', by: 'gate' },
    conv('grouped', 'gated', 8, 3, 1, { groups: 4 }),
    conv('whole', 'grouped', 8, 3, 2, { padding: 'tensorflow' }),
    { kind: 'gridAveragePool', name: 'pool', input: 'whole', grid: 2 },
    { kind: 'dense', name: 'head', input: 'pool', outputs: CLASSES },
  ],
};

describe('TensorFlow.js and ONNX Runtime give the same', () => {
  it('have a case for every op', () => {
    expect(new Set(everyOp.ops.map(({ kind }) => kind))).toEqual(new Set(Object.keys(tensorflowOps)));
  });

  // with velocities of 0 and no decay, the velocities after a step are the gradients
  it.each([
    ['small, cross-entropy', small, crossEntropy],
    ['small, NT-Xent', smallProjected, ntXent(false)],
    ['narrow ResNet-18, cross-entropy', resnet, crossEntropy],
    ['narrow ResNet-18, NT-Xent', resnetProjected, ntXent(false)],
    ['narrow ResNet-18, decoupled NT-Xent', resnetProjected, ntXent(true)],
    ['every op, cross-entropy', everyOp, crossEntropy],
    ['MobileNet, cross-entropy', mobile, crossEntropy],
  ])('losses and gradients: %s', async (what, network, loss) => {
    const { parameters, ...found } = await compare(network, loss, plain, BATCH, 1, 0);
    show(`${what}, one step`, { ...found, 'running statistics': parameters });
    expect(found.loss).toBeLessThan(LOSS_TOLERANCE);
    expect(found.velocities).toBeLessThan(GRADIENT_TOLERANCE);
    expect(found.output).toBeLessThan(LOSS_TOLERANCE);
    expect(parameters).toBeLessThan(LOSS_TOLERANCE); // only running statistics moved
  });

  it.each([
    ['small, cross-entropy', small, crossEntropy, false],
    ['narrow ResNet-18, NT-Xent', resnetProjected, ntXent(false), false],
    ['narrow ResNet-18, cross-entropy, everything decays', resnet, crossEntropy, true],
  ])('ten training steps: %s', async (what, network, loss, decayAll) => {
    const found = await compare(network, loss, { momentum: 0.9, weightDecay: 5e-3, decayAll }, BATCH, 10, 0.01);
    show(`${what}, ten steps`, found);
    expect(found.loss).toBeLessThan(LOSS_TOLERANCE);
    expect(found.parameters).toBeLessThan(GRADIENT_TOLERANCE);
    expect(found.velocities).toBeLessThan(GRADIENT_TOLERANCE);
  });
});

describe('the TensorFlow.js runtime', () => {
  const options = { loss: crossEntropy, optimiser: { momentum: 0.9, weightDecay: 1e-3, decayAll: true }, batch: 4 };

  it('scores like ONNX Runtime, in its layout', async () => {
    const parameters = initialise(resnet, 4);
    for (const [name, { data }] of parameters) if (name.includes('running')) data[0]! += 0.5; // unlike fresh ones
    const images = normals(Random.stream(1, 'scores'), 3 * product(resnet.input));
    await scoresAlike(resnet, parameters, images, ['stem.relu', 'pool', 'head']);
  });

  it('scores every op of MobileNets like ONNX Runtime', async () => {
    const images = normals(Random.stream(1, 'scores'), 3 * product(mobile.input));
    await scoresAlike(
      mobile,
      initialise(mobile, 4),
      images,
      mobile.ops.map(({ name }) => name),
    );
  });

  async function scoresAlike(network: Network, parameters: Parameters, images: Float32Array, outputs: string[]) {
    const found: ReadonlyMap<string, Float32Array>[] = [];
    for (const runtime of [tensorflow, onnx]) {
      const scorer = await runtime.compileScorer(network, parameters, outputs);
      found.push(await scorer.run(images, 3));
      await scorer.dispose();
    }
    const [theirs, ours] = found;
    for (const name of outputs) {
      const expected = ours!.get(name)!;
      const actual = theirs!.get(name)!;
      expect(actual.length).toBe(expected.length);
      expect(norm(expected.map((v, i) => v - actual[i]!))).toBeLessThan(LOSS_TOLERANCE * norm(expected));
    }
  }

  it('goes on from its state as if it had never stopped', async () => {
    const inputs = batches(everyOp, crossEntropy, 4, 4);
    const whole = await train(tensorflow, everyOp, options, inputs, 0.1);
    const start = { parameters: initialise(everyOp, 2), velocities: new Map() };
    const first = await tensorflow.compileStep(everyOp, start, options);
    for (const input of inputs.slice(0, 2)) await first.run({ ...input, learningRate: 0.1 });
    const second = await tensorflow.compileStep(everyOp, await first.state(), options);
    for (const input of inputs.slice(2)) await second.run({ ...input, learningRate: 0.1 });
    expect(await second.state()).toEqual(whole.state);
  });

  it('holds the same number of tensors after 1,000 steps, and none when disposed of', async () => {
    const before = library.memory().numTensors;
    const start = { parameters: initialise(everyOp, 2), velocities: new Map() };
    const step = await tensorflow.compileStep(everyOp, start, options);
    const [input] = batches(everyOp, crossEntropy, 4, 1);
    await step.run({ ...input!, learningRate: 0.01 });
    const { numTensors, numBytes } = library.memory();
    expect(numTensors).toBe(before + start.parameters.size + (await step.state()).velocities.size);
    for (let s = 0; s < 1000; s++) await step.run({ ...input!, learningRate: 0.01 });
    expect(library.memory()).toMatchObject({ numTensors, numBytes });
    await step.dispose();
    const scorer = await tensorflow.compileScorer(everyOp, start.parameters, ['unit']);
    await scorer.run(input!.images, 4);
    await scorer.dispose();
    const gradients = await tensorflow.compileInputGradients(everyOp, start.parameters, 2);
    await gradients.run(input!.images, 4, new Float32Array(4 * 2 * CLASSES).fill(1));
    await gradients.dispose();
    expect(library.memory().numTensors).toBe(before);
  });
});
