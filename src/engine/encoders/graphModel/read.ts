import * as z from 'zod';
import { damagedError } from '../../errors';
import { halfToFloat } from '../../numeric/half';

/** A graph model of TensorFlow.js: a frozen graph of TensorFlow as JSON, with its weights in one file beside it. */
export interface GraphModel {
  /** By name, inputs before what uses them where the file had them so. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly weights: ReadonlyMap<string, Weight>;
}

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Values as TensorFlow lays them out: channels last. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const attribute = z.looseObject({
  /** Base64. */
  s: z.string().optional(),
  i: z.string().optional(),
  f: z.number().optional(),
  b: z.boolean().optional(),
  list: z
    .looseObject({ s: z.array(z.string()).optional(), i: z.array(z.union([z.string(), z.number()])).optional() })
    .optional(),
});
type Attribute = z.infer<typeof attribute>;

const dimension = z.int().nonnegative();
const dtype = z.enum(['float32', 'int32', 'bool']);
const quantization = z.union([
  z.looseObject({ dtype: z.literal('float16') }),
  z.looseObject({ dtype: z.enum(['uint8', 'uint16']), scale: z.number(), min: z.number() }),
]);
type Quantization = z.infer<typeof quantization>;

const modelJson = z.looseObject({
  modelTopology: z.looseObject({
    node: z.array(
      z.looseObject({
        name: z.string(),
        op: z.string(),
        input: z.array(z.string()).default([]),
        attr: z.record(z.string(), attribute).default({}),
      }),
    ),
  }),
  weightsManifest: z.array(
    z.looseObject({
      weights: z.array(
        z.looseObject({
          name: z.string(),
          shape: z.array(dimension),
          dtype,
          quantization: quantization.optional(),
        }),
      ),
    }),
  ),
});

/**
 * Reads a graph model: `json` is its model.json, `bin` the weights, in the order of the manifest. `path` names it in errors.
 * The layout is that of @tensorflow/tfjs-converter (io/types.ts); weights of 16-bit floats, or of 8 or 16 bits with scale
 * and minimum (w = q · scale + min), become 32-bit floats.
 * @throws a damaged error when the two do not belong together or are no graph model.
 */
export function readGraphModel(json: string, bin: Uint8Array, path: string): GraphModel {
  const { modelTopology, weightsManifest } = parse(json, path);
  const nodes = new Map(
    modelTopology.node.map(({ name, op, input, attr }) => [name, { name, op, inputs: input, attributes: attr }]),
  );
  const weights = new Map<string, Weight>();
  let at = 0;
  for (const { name, shape, dtype, quantization } of weightsManifest.flatMap((group) => group.weights)) {
    const count = shape.reduce((product, side) => product * side, 1);
    const size = bytesOf(quantization?.dtype ?? dtype) * count;
    if (at + size > bin.length) throw damagedError(`${path} ends before its weight ${name}; install Warmstart again.`);
    weights.set(name, {
      shape,
      data: valuesOf(bin.subarray(at, at + size), count, quantization?.dtype ?? dtype, quantization),
    });
    at += size;
  }
  if (at !== bin.length)
    throw damagedError(`${path} holds ${bin.length - at} bytes too many; install Warmstart again.`);
  return { nodes, weights };
}

function parse(json: string, path: string): z.infer<typeof modelJson> {
  try {
    return modelJson.parse(JSON.parse(json));
  } catch {
    throw damagedError(`${path} is not a graph model of TensorFlow.js; install Warmstart again.`);
  }
}

type Stored = z.infer<typeof dtype> | Quantization['dtype'];

const bytes: Readonly<Record<Stored, number>> = { float32: 4, int32: 4, bool: 1, float16: 2, uint16: 2, uint8: 1 };
const bytesOf = (stored: Stored): number => bytes[stored];

/** The numbers in little-endian bytes that may start anywhere. */
function valuesOf(
  raw: Uint8Array,
  count: number,
  stored: Stored,
  quantization: Quantization | undefined,
): Float32Array {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const read = readers[stored];
  const values = Float32Array.from({ length: count }, (_, i) => read(view, i));
  if (quantization && quantization.dtype !== 'float16') {
    const { scale, min } = quantization;
    for (let i = 0; i < count; i++) values[i] = values[i] * scale + min;
  }
  return values;
}

const readers: Readonly<Record<Stored, (view: DataView, i: number) => number>> = {
  float32: (view, i) => view.getFloat32(4 * i, true),
  int32: (view, i) => view.getInt32(4 * i, true),
  bool: (view, i) => view.getUint8(i),
  float16: (view, i) => halfToFloat(view.getUint16(2 * i, true)),
  uint16: (view, i) => view.getUint16(2 * i, true),
  uint8: (view, i) => view.getUint8(i),
};

/** Text of a string attribute; undefined when it is absent. */
export function textOf({ attributes }: GraphNode, name: string): string | undefined {
  const encoded = attributes[name]?.s;
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}

/** Texts of a list attribute; empty when it is absent. */
export const textsOf = ({ attributes }: GraphNode, name: string): string[] =>
  (attributes[name]?.list?.s ?? []).map((encoded) => Buffer.from(encoded, 'base64').toString('utf8'));

/** Whole numbers of a list attribute; undefined when it is absent. */
export const integersOf = ({ attributes }: GraphNode, name: string): number[] | undefined =>
  attributes[name]?.list?.i?.map(Number);
