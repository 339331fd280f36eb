import { describe, expect, it } from 'vitest';
import { architecture, withClassifier, withProjector } from '../../../src/engine/network/architectures';
import { initialise } from '../../../src/engine/network/initialisation';
import type { Network } from '../../../src/engine/network/network';
import { Random } from '../../../src/engine/numeric/random';
import { onnxRuntime } from '../../../src/engine/runtime/onnx/onnxRuntime';
import type { Loss } from '../../../src/engine/runtime/runtime';

const batch = 16;
const optimiser = { momentum: 0.9, weightDecay: 0, decayAll: false };

async function train(network: Network, loss: Loss, steps: number, learningRate: number): Promise<number[]> {
  const random = Random.stream(1, 'overfit');
  const [channels, height, width] = network.input;
  const images = Float32Array.from({ length: batch * channels * height * width }, () => random.normal());
  const targets = new Float32Array(batch * 7);
  for (let i = 0; i < batch; i++) targets[i * 7 + random.integer(7)] = 1;
  const state = { parameters: initialise(network, 0), velocities: new Map() };
  const step = await onnxRuntime(1).compileStep(network, state, { loss, optimiser, batch });
  const losses: number[] = [];
  for (let s = 0; s < steps; s++) {
    const inputs = { images, learningRate, ...(loss.kind === 'crossEntropy' && { targets }) };
    losses.push((await step.run(inputs)).loss);
  }
  await step.dispose();
  return losses;
}

describe('a fixed batch of random images with random labels', () => {
  it('is learned by heart by the small encoder', async () => {
    const losses = await train(
      withClassifier(architecture('small', [1, 16, 16]), 7, 0),
      { kind: 'crossEntropy' },
      40,
      0.05,
    );
    expect(losses[0]).toBeGreaterThan(1);
    expect(losses.at(-1)).toBeLessThan(0.02);
  });

  it('is learned by heart by ResNet-18', async () => {
    const losses = await train(
      withClassifier(architecture('resnet18', [3, 8, 8]), 7, 0),
      { kind: 'crossEntropy' },
      12,
      0.02,
    );
    expect(losses[0]).toBeGreaterThan(1);
    expect(losses.at(-1)).toBeLessThan(0.05);
  });

  it('has its pairs pulled together by NT-Xent', async () => {
    const network = withProjector(architecture('small', [1, 16, 16]), 32, 16);
    const losses = await train(network, { kind: 'ntXent', temperature: 0.2, decoupled: false }, 40, 0.1);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 4);
  });
});
