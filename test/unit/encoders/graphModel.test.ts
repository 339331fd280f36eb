import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tensorflow from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { lowerGraphModel } from '../../../src/engine/encoders/graphModel/lower';
import { readGraphModel } from '../../../src/engine/encoders/graphModel/read';
import { readShippedModel, type ShippedModel } from '../../../src/engine/encoders/shippedModels';
import { Random } from '../../../src/engine/numeric/random';
import { GraphBuilder } from '../../../src/engine/runtime/onnx/graphBuilder';
import { InferenceSession, Tensor } from '../../../src/engine/runtime/onnx/library';
import { ensureBuilt } from '../../support/built';
import { projectFolder } from '../../support/folders';

const folder = join(projectFolder, 'dist/encoders');

interface Case {
  readonly name: ShippedModel;
  readonly placeholder: string;
  readonly side: number;
  /** Which nodes are compared: all that end like this. */
  readonly compared: RegExp;
  readonly fewest: number;
  /** Of a pixel, 0 … 255. */
  readonly scale: (value: number, channel: number) => number;
}

const cases: readonly Case[] = [
  {
    name: 'faceres',
    placeholder: 'input_1',
    side: 96,
    compared: /conv(1|_[dp]w_\d+)_relu\/clip_by_value$/,
    fewest: 27,
    scale: (value, channel) => value - [103.939, 116.779, 123.68][channel]!,
  },
  {
    name: 'centernet',
    placeholder: 'tower_0/images',
    side: 96,
    compared: /MobilenetV3\/.*(\/add|\/mul|FusedBatchNorm|depthwise|mul_1)$/,
    fewest: 60,
    scale: (value) => value,
  },
  {
    name: 'blazeface',
    placeholder: 'input',
    side: 256,
    compared: /(re_lu_\d+\/Relu|conv2d_3[34]\/BiasAdd)$/,
    fewest: 32,
    scale: (value) => value / 127.5 - 1,
  },
];

beforeAll(async () => {
  await ensureBuilt();
  tensorflow.enableProdMode();
  await tensorflow.setBackend('cpu');
});

describe.each(cases)('$name, read and written as ONNX', ({ name, placeholder, side, compared, fewest, scale }) => {
  it('gives what TensorFlow.js gives, layer by layer, to 1e-4 of the largest value', async () => {
    const model = await readShippedModel(name, folder);
    const layers = [...model.nodes.keys()].filter((layer) => compared.test(layer));
    expect(layers.length).toBeGreaterThanOrEqual(fewest);
    const pixels = picture(side, scale);

    const graph = new GraphBuilder(name);
    graph.input('images', [1, 3, side, side]);
    const map = { name: 'images', channels: 3, height: side, width: side };
    const maps = lowerGraphModel(graph, model, { placeholder, map }, layers);
    for (const [i, { name: tensor, channels, height, width }] of maps.entries()) {
      graph.node('Identity', [tensor], {}, `layer${i}`);
      graph.output(`layer${i}`, [1, channels, height, width]);
    }
    const session = await InferenceSession.create(graph.build(), { executionProviders: ['cpu'] });
    const ours = await session.run({ images: new Tensor('float32', channelsFirst(pixels, side), [1, 3, side, side]) });

    const reference = await loadGraphModel({ load: async () => artifacts(name, placeholder, side) });
    const theirs = reference.execute(
      { [placeholder]: tensorflow.tensor4d(pixels, [1, side, side, 3]) },
      layers,
    ) as tensorflow.Tensor[];
    for (const [i, layer] of layers.entries()) {
      const expected = Float32Array.from(await tensorflow.transpose(theirs[i]!, [0, 3, 1, 2]).data());
      const found = ours[`layer${i}`]!.data as Float32Array;
      expect(found.length, layer).toBe(expected.length);
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest, layer).toBeGreaterThan(0);
      const difference = expected.reduce((most, value, k) => Math.max(most, Math.abs(value - found[k]!)), 0);
      expect(difference / largest, layer).toBeLessThan(1e-4);
    }
    await session.release();
  });
});

describe('readGraphModel', () => {
  const json = (dtype: string, quantization: object | undefined, count: number) =>
    JSON.stringify({
      modelTopology: { node: [{ name: 'w', op: 'Const' }] },
      weightsManifest: [{ paths: ['w.bin'], weights: [{ name: 'w', shape: [count], dtype, quantization }] }],
    });
  const values = (text: string, bytes: Uint8Array) => [...readGraphModel(text, bytes, 'w.bin').weights.get('w')!.data];

  it('reads 16-bit floats, zeros, subnormal numbers and infinities among them', () => {
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x0000, 0x8000, 0x0001, 0x03ff, 0x7bff, 0x7c00, 0xfc00);
    expect(values(json('float32', { dtype: 'float16' }, 9), new Uint8Array(bits.buffer))).toEqual([
      1,
      -2,
      0,
      -0,
      2 ** -24,
      1023 * 2 ** -24,
      65504,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it('reads 8 and 16 bits with scale and minimum', () => {
    const eight = values(json('float32', { dtype: 'uint8', scale: 0.5, min: -1 }, 3), Uint8Array.of(0, 1, 255));
    expect(eight).toEqual([-1, -0.5, 126.5]);
    const sixteen = Uint16Array.of(0, 65535);
    const read = values(json('float32', { dtype: 'uint16', scale: 2, min: 1 }, 2), new Uint8Array(sixteen.buffer));
    expect(read).toEqual([1, 131071]);
  });

  it('says which file is too short, too long, or no graph model', () => {
    const text = json('float32', { dtype: 'float16' }, 2);
    expect(() => readGraphModel(text, new Uint8Array(3), 'w.bin')).toThrow(/w\.bin ends before its weight w/);
    expect(() => readGraphModel(text, new Uint8Array(5), 'w.bin')).toThrow(/w\.bin holds 1 bytes too many/);
    expect(() => readGraphModel('{"a": 1}', new Uint8Array(0), 'w.bin')).toThrow(/is not a graph model/);
  });
});

/** A picture with soft blobs, so that every layer has something to see; channels last. */
function picture(side: number, scale: Case['scale']): Float32Array {
  const random = Random.stream(3, 'split');
  const waves = Array.from({ length: 12 }, () => [
    random.uniform(),
    random.uniform(),
    random.uniform() * 6,
    random.uniform(),
  ]);
  return Float32Array.from({ length: side * side * 3 }, (_, at) => {
    const [x, y, channel] = [Math.floor(at / 3) % side, Math.floor(at / 3 / side), at % 3];
    const sum = waves.reduce(
      (s, [a, b, phase, weight]) => s + weight! * Math.sin((a! * x + b! * y) * 0.4 + phase! + channel),
      0,
    );
    return scale(Math.round(127.5 + 127.5 * Math.tanh(sum / 2)), channel);
  });
}

function channelsFirst(pixels: Float32Array, side: number): Float32Array {
  const out = new Float32Array(pixels.length);
  for (let place = 0; place < side * side; place++)
    for (let c = 0; c < 3; c++) out[c * side * side + place] = pixels[place * 3 + c]!;
  return out;
}

/** The model's files as TensorFlow.js wants them handed, for images of another size than the file names. */
function artifacts(name: string, placeholder: string, side: number) {
  const { modelTopology, weightsManifest, format } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  const input = modelTopology.node.find((node: { name: string }) => node.name === placeholder);
  input.attr.shape = { shape: { dim: [1, side, side, 3].map((size) => ({ size: String(size) })) } };
  const bytes = readFileSync(join(folder, `${name}.bin`));
  const weightSpecs = weightsManifest.flatMap(({ weights }: { weights: object[] }) => weights);
  return { modelTopology, weightSpecs, format, weightData: new Uint8Array(bytes).buffer };
}
