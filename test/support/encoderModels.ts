import { writeFile } from 'node:fs/promises';
import { Root } from 'protobufjs/light';
import { GraphBuilder } from '../../src/engine/runtime/onnx/graphBuilder';
import { modelProto } from '../../src/engine/runtime/onnx/protobuf';

/** Small ONNX models that look like those people bring. Their weights are fixed. */

export const WIDTH = 12;
export const EMBEDDING = 5;
const PATCH = 8;

const weights = (count: number, seed = 1): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed * 12.9898 + i * 78.233) / 3);

interface ViTOptions {
  /** Sizes of batch, height and width; names for any. */
  readonly input?: readonly [batch: number | string, height: number | string, width: number | string];
  readonly half?: boolean;
  readonly quantised?: boolean;
  readonly embeds?: boolean;
  readonly inputName?: string;
}

/** Patches, a token before them that mixes all, one layer: last_hidden_state, and with `embeds` CLIP's outputs. */
export function vitLike(options: ViTOptions = {}): Uint8Array {
  const { input = ['batch', 'height', 'width'], half = false, inputName = 'pixel_values' } = options;
  const [batch, height, width] = input;
  const graph = new GraphBuilder('vit');
  const type = half ? 'float16' : 'float32';
  const given = graph.input(inputName, [batch, typeof height === 'string' ? 'channels' : 3, height, width], type);
  const images = half ? graph.node('Cast', [given], { to: 1 }) : given;
  const kernel = graph.constant(weights(WIDTH * 3 * PATCH * PATCH), [WIDTH, 3, PATCH, PATCH], 'patches.weight');
  const map = graph.node('Conv', [images, kernel], { kernel_shape: [PATCH, PATCH], strides: [PATCH, PATCH] });
  const flat = graph.node('Reshape', [map, graph.integers(0, WIDTH, -1)]);
  const patches = graph.node('Tanh', [graph.transpose(flat, 0, 2, 1)]);
  const cls = graph.node('ReduceMean', [patches], { axes: [1], keepdims: 1 });
  const tokens = graph.node('Concat', [cls, patches], { axis: 1 });
  const outputName = half ? undefined : 'last_hidden_state';
  const hidden = layer(graph, tokens, options.quantised ?? false, outputName);
  if (half) graph.node('Cast', [hidden], { to: 10 }, 'last_hidden_state');
  graph.output('last_hidden_state', [batch, 'tokens', WIDTH], type);
  if (options.embeds) clipOutputs(graph, hidden, batch);
  return graph.build();
}

function clipOutputs(graph: GraphBuilder, hidden: string, batch: number | string): void {
  const first = graph.slice(hidden, [1], [0], [1], [1]);
  graph.node('Reshape', [first, graph.integers(0, WIDTH)], {}, 'pooler_output');
  graph.node(
    'MatMul',
    ['pooler_output', graph.constant(weights(WIDTH * EMBEDDING, 5), [WIDTH, EMBEDDING])],
    {},
    'image_embeds',
  );
  graph.output('pooler_output', [batch, WIDTH]);
  graph.output('image_embeds', [batch, EMBEDDING]);
}

/** tokens · W, dynamically quantised where asked for. */
function layer(graph: GraphBuilder, tokens: string, quantised: boolean, output?: string): string {
  const w = weights(WIDTH * WIDTH, 3);
  if (!quantised) return graph.node('MatMul', [tokens, graph.constant(w, [WIDTH, WIDTH])], {}, output);
  const scale = 1 / 127 / 3;
  const rounded = graph.constant(
    Int8Array.from(w, (v) => Math.round(v / scale)),
    [WIDTH, WIDTH],
  );
  const q = graph.node('DynamicQuantizeLinear', [tokens], {}, ['q', 'q.scale', 'q.zero']);
  const product = graph.node('MatMulInteger', [q, rounded, 'q.zero']);
  const real = graph.node('Cast', [product], { to: 1 });
  return graph.node('Mul', [real, graph.mul('q.scale', graph.scalar(scale))], {}, output);
}

/** Channels last, as models that come from TensorFlow; a map comes out. */
export function channelsLast(side: number): Uint8Array {
  const graph = new GraphBuilder('nhwc');
  const images = graph.transpose(graph.input('images', ['n', side, side, 3]), 0, 3, 1, 2);
  const kernel = graph.constant(weights(4 * 3 * 9), [4, 3, 3, 3]);
  const map = graph.node('Conv', [images, kernel], { kernel_shape: [3, 3], strides: [2, 2] });
  graph.node('Transpose', [map], { perm: [0, 2, 3, 1] }, 'map');
  graph.output('map', ['n', 'h', 'w', 4]);
  return graph.build();
}

/** Inputs as they are named, one output of four numbers an image. */
export function withInputs(
  inputs: Record<string, { shape: (number | string)[]; type?: 'float32' | 'int64' }>,
): Uint8Array {
  const graph = new GraphBuilder('inputs');
  const means = Object.entries(inputs).map(([name, { shape, type }]) => {
    const given = graph.input(name, shape, type ?? 'float32');
    const real = type === 'int64' ? graph.node('Cast', [given], { to: 1 }) : given;
    return graph.node('ReduceMean', [real], { keepdims: 0 });
  });
  const sum = means.reduce((a, b) => graph.add(a, b));
  graph.node('Mul', [sum, graph.constant(weights(4), [1, 4])], {}, 'out');
  graph.output('out', [1, 4]);
  return graph.build();
}

/** Square roots of numbers below 0. */
export function notANumber(side: number): Uint8Array {
  const graph = new GraphBuilder('nan');
  const images = graph.input('images', ['n', 3, side, side]);
  const mean = graph.node('ReduceMean', [images], { axes: [2, 3], keepdims: 0 });
  graph.node('Sqrt', [graph.sub(mean, graph.scalar(1e6))], {}, 'out');
  graph.output('out', ['n', 3]);
  return graph.build();
}

/** Asks for a terabyte. */
export function tooMuchMemory(side: number): Uint8Array {
  const graph = new GraphBuilder('memory');
  const images = graph.input('images', ['n', 3, side, side]);
  const mean = graph.node('ReduceMean', [images], { keepdims: 0 });
  const large = graph.node('Expand', [mean, graph.integers(1, 1 << 30, 256)]);
  graph.node('ReduceMean', [large], { axes: [2], keepdims: 0 }, 'out');
  graph.output('out', [1, 'd']);
  return graph.build();
}

/** A loop whose condition stays true. */
export function endlessLoop(side: number): Uint8Array {
  const graph = new GraphBuilder('loop');
  const images = graph.input('images', ['n', 3, side, side]);
  const mean = graph.node('ReduceMean', [images], { axes: [2, 3], keepdims: 0 });
  const go = graph.node('Cast', [graph.integers(1)], { to: 9 });
  graph.node('Loop', ['', graph.node('Squeeze', [go]), mean], {}, 'out');
  graph.output('out', ['n', 3]);
  const value = (name: string, elemType: number, dims: object[] | null) => ({
    name,
    type: { tensorType: { elemType, ...(dims && { shape: { dim: dims } }) } },
  });
  const body = {
    name: 'body',
    node: [
      { opType: 'Identity', input: ['going'], output: ['on'] },
      { opType: 'Mul', input: ['x', 'x'], output: ['y'] },
    ],
    input: [value('i', 7, []), value('going', 9, []), value('x', 1, null)],
    output: [value('on', 9, []), value('y', 1, null)],
  };
  return edited(graph.build(), (model) => {
    const loop = model.graph.node.find(({ opType }) => opType === 'Loop');
    loop!.attribute = [{ name: 'body', type: 5, g: body }];
  });
}

interface PlainModel {
  graph: {
    node: { opType: string; domain?: string; attribute?: object[] }[];
    initializer: { name: string; rawData?: Uint8Array; externalData?: object[]; dataLocation?: number }[];
  };
  opsetImport: { domain: string; version: number }[];
}

/** The schema of the project with what only tests write. */
const fullModel = (() => {
  const schema = modelProto.root.toJSON() as unknown as {
    nested: { onnx: { nested: Record<string, { fields: Record<string, object> }> } };
  };
  const messages = schema.nested.onnx.nested;
  messages.AttributeProto.fields.g = { type: 'GraphProto', id: 6 };
  messages.TensorProto.fields.externalData = { rule: 'repeated', type: 'StringStringEntryProto', id: 13 };
  messages.TensorProto.fields.dataLocation = { type: 'int32', id: 14 };
  return Root.fromJSON(schema as never).lookupType('onnx.ModelProto');
})();

/** A model with changes that the graph builder does not make. */
export function edited(bytes: Uint8Array, change: (model: PlainModel) => void): Uint8Array {
  const model = fullModel.toObject(fullModel.decode(bytes), { longs: Number, bytes: Uint8Array }) as PlainModel;
  change(model);
  return fullModel.encode(fullModel.fromObject(model)).finish();
}

export const withDomain = (bytes: Uint8Array, operator: string, domain: string): Uint8Array =>
  edited(bytes, (model) => {
    model.graph.node.find(({ opType }) => opType === operator)!.domain = domain;
    model.opsetImport.push({ domain, version: 1 });
  });

/** Writes a model whose largest weight stands in a file of its own. */
export async function writeWithData(path: string, dataPath: string, location: string): Promise<void> {
  let data = new Uint8Array();
  const bytes = edited(vitLike(), (model) => {
    const tensor = model.graph.initializer.find(({ name }) => name === 'patches.weight')!;
    data = Uint8Array.from(tensor.rawData!);
    delete tensor.rawData;
    tensor.dataLocation = 1;
    tensor.externalData = Object.entries({ location, offset: '0', length: String(data.length) }).map(
      ([key, value]) => ({
        key,
        value,
      }),
    );
  });
  await writeFile(path, bytes);
  await writeFile(dataPath, data);
}

export const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** preprocessor_config.json as DINOv2's, at the size of tests. */
export const preprocessorConfig = (changes: object = {}): string =>
  JSON.stringify({
    do_convert_rgb: true,
    do_resize: true,
    size: { shortest_edge: 36 },
    resample: 3,
    do_center_crop: true,
    crop_size: { height: 32, width: 32 },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: imageNet.mean,
    image_std: imageNet.std,
    image_processor_type: 'BitImageProcessor',
    ...changes,
  });
