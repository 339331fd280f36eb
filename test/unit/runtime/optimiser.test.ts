import { describe, expect, it } from 'vitest';
import { INPUT, type Network, type Parameters } from '../../../src/engine/network/network';
import { onnxRuntime } from '../../../src/engine/runtime/onnx/onnxRuntime';
import type { Optimiser, Runtime } from '../../../src/engine/runtime/runtime';
import { tensorflowOnCpu } from '../../../src/engine/runtime/tensorflow/cpuBackend';
import { tensorflowRuntime } from '../../../src/engine/runtime/tensorflow/tensorflowRuntime';

/** A linear classifier of two features: what a step does to it can be worked out by hand. */
const network: Network = {
  input: [2, 1, 1],
  ops: [
    { kind: 'globalAveragePool', name: 'pool', input: INPUT },
    { kind: 'dense', name: 'head', input: 'pool', outputs: 2 },
  ],
};
const IMAGE = [3, 4];
const WEIGHT = [0.5, -0.25, 0.125, 1];
const RATE = 0.1;

const runtimes: [string, () => Promise<Runtime>][] = [
  ['ONNX Runtime', async () => onnxRuntime(1)],
  ['TensorFlow.js', async () => tensorflowRuntime(await tensorflowOnCpu(), 'TensorFlow.js')],
];

async function afterTwoSteps(runtime: Runtime, more: Partial<Optimiser>): Promise<Parameters> {
  const parameters: Parameters = new Map([
    ['head.weight', { shape: [2, 2], data: Float32Array.from(WEIGHT) }],
    ['head.bias', { shape: [2], data: Float32Array.of(0, 0) }],
  ]);
  const optimiser = { momentum: 0.9, weightDecay: 0.01, decayAll: false, ...more };
  const state = { parameters, velocities: new Map() };
  const step = await runtime.compileStep(network, state, { loss: { kind: 'crossEntropy' }, optimiser, batch: 1 });
  for (let i = 0; i < 2; i++)
    await step.run({ images: Float32Array.from(IMAGE), targets: Float32Array.of(0, 1), learningRate: RATE });
  const { parameters: found } = await step.state();
  await step.dispose();
  return found;
}

/** The same in plain numbers, as torch.nn.utils.clip_grad_norm_ and torch.optim.SGD define it. */
function byHand(largest: number, rates: { weight: number; bias: number }) {
  const weight = [...WEIGHT];
  const bias = [0, 0];
  const velocity = { weight: [0, 0, 0, 0], bias: [0, 0] };
  const norms: number[] = [];
  for (let step = 0; step < 2; step++) {
    const logits = [0, 1].map((k) => weight[2 * k]! * IMAGE[0]! + weight[2 * k + 1]! * IMAGE[1]! + bias[k]!);
    const total = Math.exp(logits[0]!) + Math.exp(logits[1]!);
    const dBias = logits.map((z, k) => Math.exp(z) / total - k);
    const dWeight = dBias.flatMap((d) => IMAGE.map((x) => d * x));
    const norm = Math.hypot(...dBias, ...dWeight);
    norms.push(norm);
    const factor = Math.min(1, largest / (norm + 1e-6));
    for (let i = 0; i < 4; i++) {
      velocity.weight[i] = 0.9 * velocity.weight[i]! + factor * dWeight[i]! + 0.01 * weight[i]!;
      weight[i]! -= RATE * rates.weight * velocity.weight[i]!;
    }
    for (let k = 0; k < 2; k++) {
      velocity.bias[k] = 0.9 * velocity.bias[k]! + factor * dBias[k]!;
      bias[k]! -= RATE * rates.bias * velocity.bias[k]!;
    }
  }
  return { weight, bias, norms };
}

const close = (found: Parameters, expected: { weight: number[]; bias: number[] }) => {
  for (const kind of ['weight', 'bias'] as const)
    for (const [i, value] of expected[kind].entries())
      expect(found.get(`head.${kind}`)!.data[i]!).toBeCloseTo(value, 5);
};

describe.each(runtimes)('the optimiser of %s', (_, open) => {
  it('scales gradients down to the largest norm of all together, before weights decay', async () => {
    const expected = byHand(0.05, { weight: 1, bias: 1 });
    expect(Math.min(...expected.norms)).toBeGreaterThan(0.05);
    close(await afterTwoSteps(await open(), { gradientNorm: 0.05 }), expected);
  });

  it('leaves shorter gradients as they are', async () => {
    const runtime = await open();
    const expected = byHand(Number.POSITIVE_INFINITY, { weight: 1, bias: 1 });
    expect(Math.max(...expected.norms)).toBeLessThan(100);
    close(await afterTwoSteps(runtime, { gradientNorm: 100 }), expected);
    close(await afterTwoSteps(runtime, {}), expected);
  });

  it('multiplies the learning rate of parameters by the longest beginning of their name that is listed', async () => {
    const rates = { head: 10, 'head.b': 0.5, pool: 7 };
    close(await afterTwoSteps(await open(), { rates }), byHand(Number.POSITIVE_INFINITY, { weight: 10, bias: 0.5 }));
  });
});
