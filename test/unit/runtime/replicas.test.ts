import type * as core from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { withClassifier, withProjector } from '../../../src/engine/network/architectures';
import { activationShapes } from '../../../src/engine/network/definitions';
import { initialise } from '../../../src/engine/network/initialisation';
import { INPUT, type Network, type Parameters } from '../../../src/engine/network/network';
import { Random } from '../../../src/engine/numeric/random';
import { elements } from '../../../src/engine/numeric/shape';
import { onnxRuntime } from '../../../src/engine/runtime/onnx/onnxRuntime';
import { openReplica, type Replica } from '../../../src/engine/runtime/onnx/replicas/replica';
import { ReplicaLost } from '../../../src/engine/runtime/onnx/replicas/replicaThread';
import { type ReplicaOpener, ReplicatedStep } from '../../../src/engine/runtime/onnx/replicas/replicatedStep';
import type { Loss, Optimiser, StepInputs, TrainingStep } from '../../../src/engine/runtime/runtime';
import { sharesOf } from '../../../src/engine/runtime/shares';
import { tensorflowOnCpu } from '../../../src/engine/runtime/tensorflow/cpuBackend';
import { tensorflowRuntime } from '../../../src/engine/runtime/tensorflow/tensorflowRuntime';
import { conv } from './conv';

const CLASSES = 3;
const ROWS = 10;
const crossEntropy: Loss = { kind: 'crossEntropy' };
const ntXent: Loss = { kind: 'ntXent', temperature: 0.3, decoupled: false };
const optimiser: Optimiser = { momentum: 0.9, weightDecay: 1e-3, decayAll: true, gradientNorm: 2, rates: { head: 3 } };

/** Two layers that are normalised, with a grid: TensorFlow.js's plain backend is slow. */
const encoder: Network = {
  input: [1, 6, 6],
  ops: [
    conv('a', INPUT, 3, 3, 1),
    { kind: 'batchNorm', name: 'an', input: 'a' },
    { kind: 'relu', name: 'ar', input: 'an' },
    conv('b', 'ar', 4, 3, 2),
    { kind: 'batchNorm', name: 'bn', input: 'b' },
    { kind: 'relu', name: 'br', input: 'bn' },
    { kind: 'gridAveragePool', name: 'pool', input: 'br', grid: 3 },
  ],
};
const classifier = withClassifier(encoder, CLASSES, 0.5);
const projector = withProjector(encoder, 8, 6);

let library: typeof core;
beforeAll(async () => {
  library = (await tensorflowOnCpu()) as typeof core;
});

/** The same batches for everybody, with dropout masks where the network drops out. */
function batches({ network, loss }: Case, steps: number): StepInputs[] {
  const random = Random.stream(3, 'replicas');
  const dropped = network.ops.filter(({ kind }) => kind === 'dropout').map(({ name }) => name);
  const width = (op: string) => elements(activationShapes(network).get(op)!);
  return Array.from({ length: steps }, () => {
    const targets = new Float32Array(ROWS * CLASSES);
    for (let i = 0; i < ROWS; i++) targets[i * CLASSES + random.integer(CLASSES)] = 1;
    const mask = (op: string) => Float32Array.from({ length: ROWS * width(op) }, () => (random.chance(0.5) ? 2 : 0));
    return {
      images: Float32Array.from({ length: ROWS * elements(network.input) }, () => random.normal()),
      masks: new Map(dropped.map((op) => [op, mask(op)])),
      learningRate: 0.1,
      ...(loss.kind === 'crossEntropy' && { targets }),
    };
  });
}

interface Case {
  readonly network: Network;
  readonly loss: Loss;
}
const cases: [string, Case][] = [
  ['cross-entropy', { network: classifier, loss: crossEntropy }],
  ['NT-Xent', { network: projector, loss: ntXent }],
];

const startOf = (network: Network) => ({ parameters: initialise(network, 2), velocities: new Map() });
/** Replicas in this thread: what they compute is the same in threads of their own. */
const replicated = ({ network, loss }: Case, replicas: number, open: ReplicaOpener = openReplica, changes = {}) =>
  ReplicatedStep.compile(1, network, startOf(network), { loss, optimiser, batch: ROWS, replicas, ...changes }, open);

async function trained(step: TrainingStep, inputs: readonly StepInputs[]) {
  const losses: number[] = [];
  let output = new Float32Array();
  for (const input of inputs) {
    const result = await step.run(input);
    losses.push(result.loss);
    output = result.output.slice();
  }
  const { parameters, velocities } = await step.state();
  await step.dispose();
  return { losses, output, parameters, velocities };
}

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
function difference(actual: Parameters, expected: Parameters): number {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  return Math.max(
    ...[...expected].map(([name, { data }]) => {
      const other = actual.get(name)!.data;
      return norm(data.map((v, i) => v - other[i]!)) / Math.max(norm(data), 1e-3);
    }),
  );
}

describe.each(cases)('A step whose batch is shared out among replicas, %s', (_, one) => {
  it('is bit for bit the step of one session where there is one replica', async () => {
    const inputs = batches(one, 3);
    const { network, loss } = one;
    const whole = await onnxRuntime(1).compileStep(network, startOf(network), { loss, optimiser, batch: ROWS });
    expect(await trained(await replicated(one, 1), inputs)).toEqual(await trained(whole, inputs));
  });

  it.each([2, 3])('is that of TensorFlow.js normalising over each of %i shares', async (replicas) => {
    const inputs = batches(one, 2);
    const { network, loss } = one;
    const tensorflow = tensorflowRuntime(library, 'TensorFlow.js');
    const options = { loss, optimiser, batch: ROWS, replicas };
    const theirs = await trained(await tensorflow.compileStep(network, startOf(network), options), inputs);
    const ours = await trained(await replicated(one, replicas), inputs);
    for (const [i, value] of ours.losses.entries())
      expect(Math.abs(value - theirs.losses[i]!) / value).toBeLessThan(1e-5);
    expect(norm(ours.output.map((v, i) => v - theirs.output[i]!)) / norm(ours.output)).toBeLessThan(1e-4);
    expect(difference(ours.parameters, theirs.parameters)).toBeLessThan(1e-3);
    expect(difference(ours.velocities, theirs.velocities)).toBeLessThan(1e-3);
  });

  it('has the gradient that finite differences show', async () => {
    const [input] = batches(one, 1);
    const plain = { optimiser: { momentum: 0, weightDecay: 0, decayAll: false } };
    const { network } = one;
    const start = startOf(network);
    const step = await replicated(one, 2, openReplica, plain);
    await step.run({ ...input!, learningRate: 1 });
    const { velocities } = await step.state(); // without momentum they are the gradient
    await step.dispose();

    const lossAt = async (along: number) => {
      const parameters: Parameters = new Map(
        [...start.parameters].map(([name, { shape, data }]) => {
          const gradient = velocities.get(name)?.data;
          return [name, { shape, data: gradient ? data.map((v, i) => v + along * gradient[i]!) : data }];
        }),
      );
      const { loss } = one;
      const options = { loss, ...plain, batch: ROWS, replicas: 2 };
      const moved = await ReplicatedStep.compile(1, network, { ...start, parameters }, options, openReplica);
      const { loss: value } = await moved.run({ ...input!, learningRate: 0 });
      await moved.dispose();
      return value;
    };
    const squared = [...velocities.values()].reduce((sum, { data }) => sum + norm(data) ** 2, 0);
    const step_ = 2e-3 / Math.sqrt(squared);
    const slope = ((await lossAt(step_)) - (await lossAt(-step_))) / (2 * step_);
    expect(Math.abs(slope - squared) / squared).toBeLessThan(1e-2);
  });
});

describe('A replica that is lost', () => {
  const [[, one]] = cases;

  /** Opens replicas of which one is gone at its so many-th order, and again as often as told. */
  function frail(at: number, times: number): ReplicaOpener {
    let orders = 0;
    let left = times;
    return async (plan): Promise<Replica> => {
      const replica = await openReplica(plan);
      return {
        ...replica,
        backward() {
          if (++orders < at || left === 0) return replica.backward();
          left--;
          return Promise.reject(new ReplicaLost('gone'));
        },
      };
    };
  }

  it('is opened again, and the step repeated as if nothing had been', async () => {
    const inputs = batches(one!, 3);
    expect(await trained(await replicated(one!, 2, frail(4, 1)), inputs)).toEqual(
      await trained(await replicated(one!, 2), inputs),
    );
  });

  it('ends the training with what to do where it is lost again at once', async () => {
    const step = await replicated(one!, 2, frail(1, 9));
    const [input] = batches(one!, 1);
    await expect(step.run(input!)).rejects.toThrow(
      /^A thread of the training ended twice without an answer.*--replicas 1\.$/,
    );
    await step.dispose();
  });
});

describe('Shares of a batch', () => {
  it('are contiguous and differ by one row at most', () => {
    expect(sharesOf(10, 3)).toEqual([
      { from: 0, to: 3 },
      { from: 3, to: 6 },
      { from: 6, to: 10 },
    ]);
  });

  it.each([2, 3, 4, 5])('keep the two views of an image apart with %i replicas', (replicas) => {
    const rows = 26;
    const shares = sharesOf(rows, replicas);
    const shareOf = (row: number) => shares.findIndex(({ from, to }) => row >= from && row < to);
    for (let image = 0; image < rows / 2; image++) expect(shareOf(image)).not.toBe(shareOf(image + rows / 2));
  });
});
