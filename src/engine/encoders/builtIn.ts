import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltInName } from '../../shared/encoders';
import { damagedError } from '../errors';
import { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { digestOf } from '../store/digest';
import { lowerGraphModel } from './graphModel/lower';
import { type GraphModel, readGraphModel } from './graphModel/read';
import { type PooledLayer, pooledRows } from './pool';
import type { Preprocessing } from './preprocessing';
import type { BuiltInRecipe } from './recipe';

/** A network that comes with Warmstart: its files, and what is looked at of it. */
interface BuiltInNetwork {
  /** Name of its two files, `.json` and `.bin`, in `dist/encoders`. */
  readonly file: string;
  /** SHA-256 of both. */
  readonly digests: { readonly json: string; readonly bin: string };
  /** What stands for the image in the graph. */
  readonly placeholder: string;
  /** Side of the square that images are scaled to, in pixels. */
  readonly side: number;
  /** Which layers, each averaged over a grid; chosen on validation images (docs/results.md). */
  readonly layers: readonly (PooledLayer & { readonly channels: number })[];
  readonly preprocessing: Pick<Preprocessing, 'rescale' | 'normalise' | 'flipChannels'>;
}

/** ImageNet's means of B, G and R, which networks that come from Caffe subtract. */
const CAFFE_MEANS = [103.939, 116.779, 123.68];

const networks: Readonly<Record<BuiltInName, BuiltInNetwork>> = {
  // MobileNet v1 of HSE_FaceRec_tf (A. Savchenko): VGGFace2's people, later also age and sex
  faces: {
    file: 'faceres',
    digests: {
      json: '5b83d49c0385d2e68a05122441b94226313677cae9fcc40b9587ad50079eb4df',
      bin: '2c7d2d62b76c97528b736527aa09d310ea71743c9e3e79fb6c62d4b2d73af79b',
    },
    placeholder: 'input_1',
    side: 160,
    layers: [
      { layer: 'conv_pw_11_relu/clip_by_value', grid: 3, channels: 512 },
      { layer: 'conv_pw_12_relu/clip_by_value', grid: 1, channels: 1024 },
    ],
    preprocessing: { rescale: null, normalise: { mean: CAFFE_MEANS, std: [1, 1, 1] }, flipChannels: true },
  },
  // MobileNet v3 of a CenterNet: COCO's 80 kinds of things; it takes R, G, B from 0 to 255 as they are
  general: {
    file: 'centernet',
    digests: {
      json: 'bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05',
      bin: '1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef',
    },
    placeholder: 'tower_0/images',
    side: 160,
    layers: [
      { layer: 'tower_0/MobilenetV3/expanded_conv_14/add', grid: 1, channels: 120 },
      { layer: 'tower_0/MobilenetV3/expanded_conv_10/squeeze_excite/mul', grid: 1, channels: 384 },
    ],
    preprocessing: { rescale: null, normalise: null, flipChannels: false },
  },
};

/** A built-in encoder as the process that runs it is told of it. Reads no file: its files are known by their SHA-256. */
export function builtInRecipe(name: BuiltInName): BuiltInRecipe {
  const { digests, side, layers, preprocessing } = networks[name];
  const recipe = {
    kind: 'builtIn',
    name,
    dimensions: layers.reduce((sum, { grid, channels }) => sum + grid * grid * channels, 0),
    preprocessing: {
      convertRgb: true,
      resize: { height: side, width: side },
      resample: 'bicubic',
      centreCrop: null,
      pad: null,
      ...preprocessing,
    },
    input: { channels: 3, height: side, width: side, layout: 'nchw' },
    batch: 16,
    mirrored: true,
  } as const;
  return { ...recipe, digest: digestOf({ recipe, digests, layers }) };
}

/** Beside the bundle that runs: the build puts them there. */
const FOLDER = join(__dirname, 'encoders');

/** The names that its ONNX graph gives to the images [n × 3 × side × side] and to the features [n × dimensions]. */
export const builtInTensors = { input: 'images', output: 'features' } as const;

/** A built-in encoder as ONNX. A missing or changed file is a damaged error that names it. */
export async function builtInGraph(name: BuiltInName, folder = FOLDER): Promise<Uint8Array> {
  const { side, layers } = networks[name];
  const graph = new GraphBuilder(name);
  const { input, output } = builtInTensors;
  graph.input(input, ['n', 3, side, side]);
  writeBuiltIn(graph, name, await readBuiltIn(name, folder), input, output);
  graph.output(output, ['n', layers.reduce((sum, { grid, channels }) => sum + grid * grid * channels, 0)]);
  return graph.build();
}

/** Writes the network from its images to its features into a graph; returns the features' name. */
export function writeBuiltIn(
  graph: GraphBuilder,
  name: BuiltInName,
  model: GraphModel,
  images: string,
  output?: string,
): string {
  const { side, layers, placeholder } = networks[name];
  const map = { name: images, channels: 3, height: side, width: side };
  const maps = lowerGraphModel(
    graph,
    model,
    { placeholder, map },
    layers.map(({ layer }) => layer),
  );
  const rows = maps.map((layer, i) => pooledRows(graph, layer, layers[i].grid));
  return graph.node('Concat', rows, { axis: 1 }, output);
}

/** The graph model of a built-in encoder, its files checked. */
export async function readBuiltIn(name: BuiltInName, folder = FOLDER): Promise<GraphModel> {
  const { file, digests } = networks[name];
  const [json, bin] = await Promise.all(
    (['json', 'bin'] as const).map(async (kind) => {
      const path = join(folder, `${file}.${kind}`);
      const bytes = await readFile(path).catch(() => null);
      if (!bytes) throw damagedError(`${path}, a part of the encoder "${name}", is missing; install Warmstart again.`);
      if (createHash('sha256').update(bytes).digest('hex') !== digests[kind])
        throw damagedError(
          `${path} is not the file that the encoder "${name}" was shipped with; install Warmstart again.`,
        );
      return bytes;
    }),
  );
  return readGraphModel(json.toString('utf8'), bin, join(folder, `${file}.bin`));
}
