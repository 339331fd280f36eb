import { describe, expect, it, vi } from 'vitest';
import { activationShapes } from '../../../src/engine/network/definitions';
import { initialise } from '../../../src/engine/network/initialisation';
import { copyParameters, INPUT, type Network, type Op, type OpKind } from '../../../src/engine/network/network';
import { Random } from '../../../src/engine/numeric/random';
import { onnxOps } from '../../../src/engine/runtime/onnx/ops/onnxOps';
import type { Loss } from '../../../src/engine/runtime/runtime';
import { conv } from './conv';
import { gradientGraph } from './gradientGraph';
import { type Example, gradientRunner } from './gradientRunner';

const crossEntropy: Loss = { kind: 'crossEntropy' };
const classifier = (input: string): Op[] => [
  { kind: 'globalAveragePool', name: 'pool', input },
  { kind: 'dense', name: 'head', input: 'pool', outputs: 3 },
];

interface Case {
  title: string;
  network: Network;
}

/** Activations with corners: a scale takes many values beyond both, another makes small outputs count. */
const bent = (kind: 'relu6' | 'hardSigmoid' | 'hardSwish', after = 1): Network => ({
  input: [2, 4, 4],
  ops: [
    conv('c', INPUT, 3, 3, 1),
    { kind: 'scale', name: 's', input: 'c', by: 4 },
    { kind, name: 'a', input: 's' },
    { kind: 'scale', name: 'b', input: 'a', by: after },
    conv('d', 'b', 3, 3, 2),
    ...classifier('d'),
  ],
});

/** With groups, bias and TensorFlow's padding; products for each channel up to 196 pixels, and what comes beyond. */
const convolutions = [
  { size: 6, channels: 2, outputs: 3, kernel: 3, stride: 1, more: { bias: true } },
  { size: 6, channels: 2, outputs: 3, kernel: 3, stride: 2, more: { padding: 'tensorflow', bias: true } },
  { size: 7, channels: 2, outputs: 3, kernel: 5, stride: 2, more: { padding: 'tensorflow' } },
  { size: 6, channels: 2, outputs: 3, kernel: 1, stride: 2, more: { padding: 'tensorflow' } },
  { size: 6, channels: 8, outputs: 4, kernel: 3, stride: 1, more: { groups: 2 } },
  { size: 6, channels: 16, outputs: 4, kernel: 3, stride: 1, more: { groups: 2, bias: true } },
  { size: 7, channels: 4, outputs: 6, kernel: 3, stride: 2, more: { groups: 2 } },
  { size: 3, channels: 3, outputs: 6, kernel: 3, stride: 1, more: { groups: 3 } },
  { size: 6, channels: 9, outputs: 9, kernel: 3, stride: 1, more: { groups: 9, bias: true } },
  { size: 6, channels: 3, outputs: 3, kernel: 3, stride: 2, more: { groups: 3 } },
  { size: 6, channels: 3, outputs: 3, kernel: 3, stride: 2, more: { groups: 3, padding: 'tensorflow' } },
  { size: 5, channels: 3, outputs: 3, kernel: 5, stride: 2, more: { groups: 3, padding: 'tensorflow' } },
  { size: 20, channels: 9, outputs: 9, kernel: 3, stride: 1, more: { groups: 9 } },
  { size: 20, channels: 3, outputs: 3, kernel: 3, stride: 2, more: { groups: 3, padding: 'tensorflow' } },
] as const;

/** At least one small network for every op kind; convolution in every form that the lowering distinguishes. */
const cases: Record<OpKind, Case[]> = {
  conv2d: [
    ...[
      { size: 5, channels: 2, outputs: 3, kernel: 3, stride: 1 }, // few inputs: shifts on the input only
      { size: 6, channels: 6, outputs: 3, kernel: 3, stride: 1 }, // shifts on both sides, one product
      { size: 25, channels: 6, outputs: 2, kernel: 3, stride: 1 }, // shifts on both sides, a product an image
      { size: 26, channels: 1, outputs: 2, kernel: 3, stride: 1 },
      { size: 6, channels: 2, outputs: 3, kernel: 3, stride: 2 },
      { size: 7, channels: 2, outputs: 3, kernel: 3, stride: 2 },
      { size: 50, channels: 1, outputs: 2, kernel: 3, stride: 2 },
      { size: 6, channels: 2, outputs: 3, kernel: 1, stride: 1 },
      { size: 6, channels: 2, outputs: 3, kernel: 1, stride: 2 },
      { size: 7, channels: 2, outputs: 3, kernel: 5, stride: 1 },
    ].map(({ size, channels, outputs, kernel, stride }) => ({
      title: `${kernel}×${kernel}, stride ${stride}, ${channels} → ${outputs} channels, ${size} px`,
      network: {
        input: [channels, size, size + 1] as const,
        ops: [conv('c', INPUT, outputs, kernel, stride), ...classifier('c')],
      },
    })),
    ...convolutions.map(({ size, channels, outputs, kernel, stride, more }) => ({
      title: `${kernel}×${kernel}, stride ${stride}, ${channels} → ${outputs} channels, ${size} px, ${JSON.stringify(more)}`,
      network: {
        input: [channels, size, size + 1] as const,
        ops: [conv('c', INPUT, outputs, kernel, stride, more), ...classifier('c')],
      },
    })),
  ],
  batchNorm: [
    {
      title: 'after a convolution',
      network: {
        input: [2, 5, 4],
        ops: [
          conv('c', INPUT, 3, 3, 1),
          { kind: 'batchNorm', name: 'n', input: 'c' },
          conv('d', 'n', 2, 3, 2),
          ...classifier('d'),
        ],
      },
    },
    {
      title: 'two layers that must not share statistics',
      network: {
        input: [2, 6, 6],
        ops: [
          { kind: 'batchNorm', name: 'n1', input: INPUT },
          conv('c', 'n1', 2, 3, 1),
          { kind: 'batchNorm', name: 'n2', input: 'c' },
          conv('d', 'n2', 2, 3, 2),
          ...classifier('d'),
        ],
      },
    },
  ],
  relu: [
    {
      title: 'between dense layers',
      network: {
        input: [5, 2, 2],
        ops: [
          { kind: 'globalAveragePool', name: 'pool', input: INPUT },
          { kind: 'dense', name: 'a', input: 'pool', outputs: 4 },
          { kind: 'relu', name: 'r', input: 'a' },
          { kind: 'dense', name: 'b', input: 'r', outputs: 3 },
        ],
      },
    },
  ],
  add: [
    {
      title: 'residual, with both branches from one activation',
      network: {
        input: [2, 5, 5],
        ops: [
          conv('c', INPUT, 3, 3, 1),
          conv('d', 'c', 3, 3, 1),
          { kind: 'add', name: 's', input: 'd', other: 'c' },
          ...classifier('s'),
        ],
      },
    },
  ],
  relu6: [{ title: 'between convolutions', network: bent('relu6') }],
  hardSigmoid: [{ title: 'between convolutions', network: bent('hardSigmoid', 8) }],
  hardSwish: [{ title: 'between convolutions', network: bent('hardSwish') }],
  multiplyChannels: [
    {
      title: 'squeeze and excite, from one map and its means',
      network: {
        input: [3, 5, 4],
        ops: [
          conv('c', INPUT, 4, 3, 1),
          { kind: 'globalAveragePool', name: 'mean', input: 'c' },
          { kind: 'dense', name: 'gate', input: 'mean', outputs: 4 },
          { kind: 'multiplyChannels', name: 'm', input: 'c', by: 'gate' },
          conv('d', 'm', 3, 3, 2),
          ...classifier('d'),
        ],
      },
    },
  ],
  scale: [
    {
      title: 'before the head',
      network: {
        input: [3, 4, 5],
        ops: [
          { kind: 'scale', name: 's', input: INPUT, by: -2.5 },
          { kind: 'globalAveragePool', name: 'pool', input: 's' },
          { kind: 'dense', name: 'head', input: 'pool', outputs: 3 },
        ],
      },
    },
  ],
  gridAveragePool: [
    { size: [6, 6], grid: 3 },
    { size: [5, 7], grid: 3 }, // places that share rows and columns
    { size: [5, 4], grid: 1 },
  ].map(({ size: [height, width], grid }) => ({
    title: `${height} × ${width} pixels in ${grid} × ${grid} places`,
    network: {
      input: [2, height!, width!] as const,
      ops: [
        { kind: 'gridAveragePool', name: 'pool', input: INPUT, grid },
        { kind: 'dense', name: 'head', input: 'pool', outputs: 3 },
      ],
    },
  })),
  concat: [
    {
      title: 'vectors of three lengths, one of them twice',
      network: {
        input: [2, 6, 6],
        ops: [
          conv('c', INPUT, 3, 3, 2),
          { kind: 'globalAveragePool', name: 'mean', input: 'c' },
          { kind: 'gridAveragePool', name: 'places', input: 'c', grid: 2 },
          { kind: 'dense', name: 'short', input: 'mean', outputs: 2 },
          { kind: 'concat', name: 'all', input: 'mean', others: ['places', 'short', 'mean'] },
          { kind: 'dense', name: 'head', input: 'all', outputs: 3 },
        ],
      },
    },
  ],
  globalAveragePool: [{ title: 'alone', network: { input: [3, 4, 5], ops: classifier(INPUT) } }],
  dense: [
    {
      title: 'two layers',
      network: {
        input: [3, 4, 4],
        ops: [
          { kind: 'globalAveragePool', name: 'pool', input: INPUT },
          { kind: 'dense', name: 'a', input: 'pool', outputs: 5 },
          { kind: 'dense', name: 'b', input: 'a', outputs: 3 },
        ],
      },
    },
  ],
  dropout: [
    {
      title: 'before the head',
      network: {
        input: [6, 3, 3],
        ops: [
          { kind: 'globalAveragePool', name: 'pool', input: INPUT },
          { kind: 'dropout', name: 'drop', input: 'pool', rate: 0.5 },
          { kind: 'dense', name: 'head', input: 'drop', outputs: 3 },
        ],
      },
    },
  ],
  l2Normalize: [
    {
      title: 'before a dense layer',
      network: {
        input: [4, 3, 3],
        ops: [
          { kind: 'globalAveragePool', name: 'pool', input: INPUT },
          { kind: 'l2Normalize', name: 'unit', input: 'pool' },
          { kind: 'dense', name: 'head', input: 'unit', outputs: 3 },
        ],
      },
    },
  ],
};

const KINKED = ['relu', 'relu6', 'hardSigmoid', 'hardSwish'];

function example(network: Network, loss: Loss): Example {
  const random = Random.stream(7, 'gradients');
  const batch = 6;
  const [channels, height, width] = network.input;
  const images = Float32Array.from({ length: batch * channels * height * width }, () => random.normal());
  const parameters = initialise(network, 3);
  // start away from the symmetric zeros and ones
  for (const [name, { data }] of parameters)
    if (!name.endsWith('weight') || data.length < 8)
      for (let i = 0; i < data.length; i++) data[i] += 0.3 * random.uniform();
  const masks = new Map<string, Float32Array>();
  for (const op of network.ops)
    if (op.kind === 'dropout') {
      const [features] = activationShapes(network).get(op.name)!;
      masks.set(
        op.name,
        Float32Array.from({ length: batch * features }, () => (random.chance(op.rate) ? 0 : 1 / (1 - op.rate))),
      );
    }
  const targets = Float32Array.from({ length: batch * 3 }, (_, i) => (i % 3 === ((i / 3) | 0) % 3 ? 0.8 : 0.1));
  return { network, parameters, images, masks, batch, loss, ...(loss.kind === 'crossEntropy' && { targets }) };
}

/** Largest error of directional derivatives, relative to the length of each tensor's gradient. */
async function worstDirectionalError(of: Example, h = 0.02): Promise<number> {
  const run = await gradientRunner(of);
  const { gradients } = await run();
  const random = Random.stream(11, 'directions');
  let worst = 0;
  for (const [name, gradient] of gradients) {
    const norm = Math.hypot(...gradient);
    for (let trial = 0; trial < 4; trial++) {
      // one trial along the gradient itself, the others in random directions
      const direction = trial === 0 ? Float32Array.from(gradient) : gradient.map(() => random.normal());
      const length = Math.hypot(...direction) || 1;
      const expected = gradient.reduce((sum, g, i) => sum + (g * direction[i]) / length, 0);
      const lossAt = async (h: number) => {
        const move = (x: Float32Array) => x.map((value, i) => value + (h * direction[i]) / length);
        if (name === INPUT) return (await run({ images: move(of.images) })).loss;
        const parameters = copyParameters(of.parameters);
        const { shape, data } = parameters.get(name)!;
        parameters.set(name, { shape, data: move(data) });
        return (await run({ parameters })).loss;
      };
      // float32 losses: fourth-order differences over a wide step lose less to rounding than a small step would
      const near = (await lossAt(h)) - (await lossAt(-h));
      const far = (await lossAt(2 * h)) - (await lossAt(-2 * h));
      const measured = (8 * near - far) / (12 * h);
      worst = Math.max(worst, Math.abs(measured - expected) / Math.max(norm, 1e-2));
    }
  }
  return worst;
}

describe('gradients of the onnx runtime against finite differences', () => {
  it('has a case for every op of the registry', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(onnxOps).sort());
  });
  for (const [kind, list] of Object.entries(cases))
    for (const { title, network } of list)
      it(`${kind}: ${title}`, async () => {
        // across a kink there is no derivative to compare with: step less far
        const h = KINKED.includes(kind) ? 0.002 : 0.02;
        expect(await worstDirectionalError(example(network, crossEntropy), h)).toBeLessThan(2e-3);
      });

  it('cross-entropy of images that count differently, one of them not at all', async () => {
    const of = example({ input: [2, 6, 6], ops: [conv('c', INPUT, 4, 3, 1), ...classifier('c')] }, crossEntropy);
    const weights = [1, 4, 0.5, 4 / 3, 0, 2];
    const targets = of.targets!.map((share, i) => share * weights[Math.floor(i / 3)]!);
    expect(await worstDirectionalError({ ...of, targets })).toBeLessThan(2e-3);
  });

  for (const decoupled of [false, true])
    it(`${decoupled ? 'decoupled ' : ''}NT-Xent through a small network`, async () => {
      const network: Network = {
        input: [2, 6, 6],
        ops: [
          conv('c', INPUT, 4, 3, 1),
          { kind: 'batchNorm', name: 'n', input: 'c' },
          { kind: 'globalAveragePool', name: 'pool', input: 'n' },
          { kind: 'dense', name: 'p', input: 'pool', outputs: 3 },
          { kind: 'l2Normalize', name: 'unit', input: 'p' },
        ],
      };
      const loss: Loss = { kind: 'ntXent', temperature: 0.5, decoupled };
      expect(await worstDirectionalError(example(network, loss))).toBeLessThan(2e-3);
    });
});

describe('an op whose gradient is forgotten', () => {
  const network: Network = {
    input: [1, 4, 4],
    ops: [
      conv('c', INPUT, 2, 3, 1),
      conv('d', 'c', 2, 3, 1),
      { kind: 'add', name: 'sum', input: 'd', other: 'c' },
      ...classifier('sum'),
    ],
  };
  const compile = () => gradientGraph(network, crossEntropy, 2);

  it('towards an input or a parameter is a defect that names it, not a wrong training', () => {
    expect(compile().length).toBeGreaterThan(0);
    const add = vi.spyOn(onnxOps.add, 'gradient').mockImplementation((op, dy, g) => g.accumulate(op.input, dy));
    expect(compile).toThrow('The gradient of sum (add) goes to d, not to d,c.');
    add.mockRestore();
    const dense = vi.spyOn(onnxOps.dense, 'gradient').mockImplementation((op, dy, g) => g.accumulate(op.input, dy));
    expect(compile).toThrow('The gradient of head (dense) goes to pool, not to pool,head.weight,head.bias.');
    dense.mockRestore();
  });
});
