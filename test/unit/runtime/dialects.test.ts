import { describe, expect, it } from 'vitest';
import { architecture, resnet18, withClassifier, withProjector } from '../../../src/engine/network/architectures';
import { initialise } from '../../../src/engine/network/initialisation';
import type { Network } from '../../../src/engine/network/network';
import { Random } from '../../../src/engine/numeric/random';
import type { Loss } from '../../../src/engine/runtime/runtime';
import { conv } from './conv';
import { gradientRunner } from './gradientRunner';

const CLASSES = 7;
const BATCH = 6;

/** Loss and gradients written with the operators for GPUs, against those for the CPU; both computed on the CPU. */
async function compare(network: Network, loss: Loss, scale = 1): Promise<{ loss: number; gradients: number }> {
  const random = Random.stream(5, 'dialects');
  const length = network.input.reduce((a, b) => a * b, BATCH);
  const images = Float32Array.from({ length }, () => scale * random.normal());
  const targets = Float32Array.from({ length: BATCH * CLASSES }, (_, i) => (i % CLASSES === 0 ? 1 : 0));
  const example = { network, parameters: initialise(network, 2), images, batch: BATCH, loss };
  const given = loss.kind === 'crossEntropy' ? { ...example, targets } : example;
  const cpu = await (await gradientRunner(given, 'cpu'))();
  const gpu = await (await gradientRunner(given, 'gpu'))();
  const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
  const differences = [...cpu.gradients].map(([name, expected]) => {
    const actual = gpu.gradients.get(name)!;
    return norm(expected.map((g, i) => g - actual[i])) / Math.max(norm(expected), 1e-6);
  });
  return { loss: Math.abs(gpu.loss - cpu.loss) / Math.abs(cpu.loss), gradients: Math.max(...differences) };
}

describe('graphs for GPUs compute what graphs for the CPU compute', () => {
  // 25 pixels: products by image and over all images, odd sizes with stride 2
  it.each([24, 25])('small encoder of %i pixels, cross-entropy', async (side) => {
    const network = withClassifier(architecture('small', [1, side, side]), CLASSES, 0);
    const { loss, gradients } = await compare(network, { kind: 'crossEntropy' });
    expect(loss).toBeLessThan(1e-5);
    expect(gradients).toBeLessThan(1e-3);
  });

  it.each([false, true])('narrow ResNet-18, NT-Xent, decoupled: %s', async (decoupled) => {
    const network = withProjector(resnet18([3, 12, 12], 4), 16, 8);
    const { loss, gradients } = await compare(network, { kind: 'ntXent', temperature: 0.01, decoupled });
    expect(loss).toBeLessThan(1e-5);
    expect(gradients).toBeLessThan(1e-3);
  });

  it('depthwise convolutions, places of a grid and activations with corners', async () => {
    const network: Network = {
      input: [9, 8, 8],
      ops: [
        conv('c', 'input', 9, 3, 1, { groups: 9, bias: true }),
        { kind: 'relu6', name: 'r', input: 'c' },
        conv('d', 'r', 9, 3, 2, { groups: 9, padding: 'tensorflow' }),
        { kind: 'hardSwish', name: 'h', input: 'd' },
        conv('e', 'h', 6, 3, 1, { groups: 3 }),
        { kind: 'gridAveragePool', name: 'places', input: 'e', grid: 3 },
        { kind: 'dense', name: 'head', input: 'places', outputs: CLASSES },
      ],
    };
    const { loss, gradients } = await compare(network, { kind: 'crossEntropy' });
    expect(loss).toBeLessThan(1e-5);
    expect(gradients).toBeLessThan(1e-3);
  });

  it('logits too large for exponentials', async () => {
    const network: Network = {
      input: [4, 2, 2],
      ops: [
        { kind: 'globalAveragePool', name: 'pool', input: 'input' },
        { kind: 'dense', name: 'head', input: 'pool', outputs: CLASSES },
      ],
    };
    const { loss, gradients } = await compare(network, { kind: 'crossEntropy' }, 1_000);
    expect(loss).toBeLessThan(1e-5);
    expect(gradients).toBeLessThan(1e-3);
  });
});
