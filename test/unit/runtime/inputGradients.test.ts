import { describe, expect, it } from 'vitest';
import { architecture, resnet18, withClassifier, withProjector } from '../../../src/engine/network/architectures';
import { activationShapes } from '../../../src/engine/network/definitions';
import { initialise } from '../../../src/engine/network/initialisation';
import { INPUT, type Network, type Op, outputOf, type Parameters } from '../../../src/engine/network/network';
import { multiplications } from '../../../src/engine/network/work';
import { Random } from '../../../src/engine/numeric/random';
import { onnxRuntime } from '../../../src/engine/runtime/onnx/onnxRuntime';
import { onnxOps } from '../../../src/engine/runtime/onnx/ops/onnxOps';
import { tensorflowOnCpu } from '../../../src/engine/runtime/tensorflow/cpuBackend';
import { tensorflowRuntime } from '../../../src/engine/runtime/tensorflow/tensorflowRuntime';
import { conv } from './conv';

const runtime = onnxRuntime(1);
const pool: Op = { kind: 'globalAveragePool', name: 'pool', input: 'last' };
const head: Op = { kind: 'dense', name: 'head', input: 'pool', outputs: 3 };

/** Ops with corners, which are compared with TensorFlow.js alone. */
const kinked: readonly string[] = ['relu', 'relu6', 'hardSigmoid', 'hardSwish'];

/** Smooth networks that hold every other op, and every form of convolution that the gradient distinguishes. */
const smooth: [string, Network][] = [
  ['grey image, stride 1', { input: [1, 6, 7], ops: [conv('last', INPUT, 4, 3, 1), pool, head] }],
  ['many channels, stride 1', { input: [9, 5, 6], ops: [conv('last', INPUT, 4, 3, 1), pool, head] }],
  ['stride 2, even and odd', { input: [2, 6, 7], ops: [conv('last', INPUT, 4, 3, 2), pool, head] }],
  ['1×1, stride 2', { input: [2, 6, 7], ops: [conv('last', INPUT, 4, 1, 2), pool, head] }],
  ['groups, bias', { input: [9, 6, 7], ops: [conv('last', INPUT, 6, 3, 1, { groups: 3, bias: true }), pool, head] }],
  [
    "depthwise with TensorFlow's padding",
    { input: [4, 6, 7], ops: [conv('last', INPUT, 4, 3, 2, { groups: 4, padding: 'tensorflow' }), pool, head] },
  ],
  [
    'squeeze and excite without corners, places and means side by side',
    {
      input: [2, 6, 6],
      ops: [
        conv('c', INPUT, 3, 3, 1),
        { kind: 'globalAveragePool', name: 'mean', input: 'c' },
        { kind: 'multiplyChannels', name: 'gated', input: 'c', by: 'mean' },
        { kind: 'gridAveragePool', name: 'places', input: 'gated', grid: 2 },
        { kind: 'concat', name: 'all', input: 'places', others: ['mean'] },
        { kind: 'scale', name: 'scaled', input: 'all', by: 2 },
        { ...head, input: 'scaled' },
      ],
    },
  ],
  [
    'normalisation, a residual, dropout and unit length',
    {
      input: [2, 6, 6],
      ops: [
        { kind: 'batchNorm', name: 'n1', input: INPUT },
        conv('c', 'n1', 3, 3, 1),
        { kind: 'batchNorm', name: 'n2', input: 'c' },
        conv('d', 'n2', 3, 3, 1),
        { kind: 'add', name: 'last', input: 'd', other: 'n2' },
        pool,
        { kind: 'dropout', name: 'drop', input: 'pool', rate: 0.5 },
        { kind: 'l2Normalize', name: 'unit', input: 'drop' },
        { ...head, input: 'unit' },
      ],
    },
  ],
];

/** Trained-looking parameters: running statistics away from 0 and 1. */
function parametersOf(network: Network): Parameters {
  const random = Random.stream(2, 'parameters');
  const parameters = initialise(network, 3);
  for (const [name, { data }] of parameters)
    if (!name.endsWith('weight') || data.length < 12)
      for (let i = 0; i < data.length; i++) data[i] += 0.1 + 0.5 * random.uniform();
  return parameters;
}
const normals = (random: Random, n: number) => Float32Array.from({ length: n }, () => random.normal());
const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

/** Random images and directions, and the gradients for them. */
async function example(network: Network, n: number, directions: number) {
  const random = Random.stream(7, 'input gradients');
  const size = product(network.input);
  const outputs = product(activationShapes(network).get(outputOf(network))!);
  const parameters = parametersOf(network);
  const images = normals(random, n * size);
  const v = normals(random, n * directions * outputs);
  const compiled = await runtime.compileInputGradients(network, parameters, directions);
  const gradients = await compiled.run(images, n, v);
  return { parameters, images, v, compiled, gradients, size, outputs };
}

describe('gradients with respect to the images', () => {
  it('have a case for every op of the registry', () => {
    const kinds = smooth.flatMap(([, { ops }]) => ops.map(({ kind }) => kind));
    expect([...new Set([...kinds, ...kinked])].sort()).toEqual(Object.keys(onnxOps).sort());
  });

  it.each(smooth)('agree with finite differences of what the scorer gives: %s', async (_, network) => {
    const [n, directions] = [3, 2];
    const { parameters, images, v, gradients, size, outputs } = await example(network, n, directions);
    const output = outputOf(network);
    const scorer = await runtime.compileScorer(network, parameters, [output]);
    const random = Random.stream(9, 'moves');
    for (let trial = 0; trial < 3; trial++) {
      const move = normals(random, images.length);
      const h = 0.02;
      const at = async (by: number) =>
        (
          await scorer.run(
            images.map((x, i) => x + by * move[i]),
            n,
          )
        )
          .get(output)!
          .slice();
      const [minus2, minus, plus, plus2] = [await at(-2 * h), await at(-h), await at(h), await at(2 * h)];
      for (let i = 0; i < n; i++)
        for (let d = 0; d < directions; d++) {
          let measured = 0;
          for (let k = 0; k < outputs; k++) {
            const o = i * outputs + k;
            const slope = (8 * (plus[o] - minus[o]) - (plus2[o] - minus2[o])) / (12 * h);
            measured += v[(i * directions + d) * outputs + k] * slope;
          }
          const g = gradients.subarray((i * directions + d) * size, (i * directions + d + 1) * size);
          const expected = g.reduce((sum, value, j) => sum + value * move[i * size + j], 0);
          const own = move.subarray(i * size, (i + 1) * size);
          expect(Math.abs(measured - expected)).toBeLessThan(1e-3 * Math.max(norm(g) * norm(own), 1e-2));
        }
    }
  });

  it.each([
    ['small', withClassifier(architecture('small', [1, 12, 12]), 5, 0.2)],
    ['narrow ResNet-18', withClassifier(resnet18([3, 13, 12], 4), 5, 0)],
    ['ResNet-18 with enough channels for the fast convolution', withClassifier(resnet18([3, 8, 8], 8), 5, 0)],
    ['with a projector', withProjector(architecture('small', [1, 8, 8]), 16, 5)],
    [
      'every op with corners, depthwise',
      {
        input: [9, 6, 6],
        ops: [
          conv('c', INPUT, 9, 3, 1, { groups: 9, padding: 'tensorflow' }),
          { kind: 'scale', name: 's', input: 'c', by: 4 },
          { kind: 'relu6', name: 'r', input: 's' },
          conv('d', 'r', 9, 5, 2, { groups: 9, padding: 'tensorflow', bias: true }),
          { kind: 'hardSwish', name: 'h', input: 'd' },
          { kind: 'globalAveragePool', name: 'mean', input: 'h' },
          { kind: 'hardSigmoid', name: 'gate', input: 'mean' },
          { kind: 'multiplyChannels', name: 'last', input: 'h', by: 'gate' },
          pool,
          head,
        ],
      } satisfies Network,
    ],
  ])('agree with TensorFlow.js on running statistics: %s', async (_, network) => {
    const [n, directions] = [2, 3];
    const { parameters, images, v, gradients, size } = await example(network, n, directions);
    const other = tensorflowRuntime(await tensorflowOnCpu(), 'TensorFlow.js');
    const compiled = await other.compileInputGradients(network, parameters, directions);
    const theirs = await compiled.run(images, n, v);
    await compiled.dispose();
    for (let row = 0; row < n * directions; row++) {
      const ours = gradients.subarray(row * size, (row + 1) * size);
      const expected = theirs.subarray(row * size, (row + 1) * size);
      expect(norm(expected)).toBeGreaterThan(1e-3);
      expect(norm(ours.map((g, j) => g - expected[j]))).toBeLessThan(1e-4 * norm(expected));
    }
  });

  it('of an image do not depend on the images beside it, to the last bit', async () => {
    const network = withClassifier(architecture('small', [1, 24, 24]), 7, 0);
    const [n, directions] = [7, 6];
    const { images, v, compiled, gradients, size, outputs } = await example(network, n, directions);
    for (const [from, count] of [
      [0, 1],
      [3, 1],
      [2, 4],
      [6, 1],
    ] as const) {
      // biome-ignore format: pairs
      const some = await compiled.run(
        images.slice(from * size, (from + count) * size),
        count,
        v.slice(from * directions * outputs, (from + count) * directions * outputs),
      );
      expect(some).toEqual(gradients.slice(from * directions * size, (from + count) * directions * size));
    }
  });
});

describe('the multiplications of a network', () => {
  it('are those of its convolutions and dense layers', () => {
    const network = withClassifier(architecture('small', [1, 48, 48]), 7, 0);
    const layers = [32 * 9 * 48 ** 2, 64 * 32 * 9 * 24 ** 2, 128 * 64 * 9 * 12 ** 2, 256 * 128 * 9 * 6 ** 2, 7 * 256];
    expect(multiplications(network)).toBe(layers.reduce((a, b) => a + b, 0));
  });
});
