import type { BuiltInName } from '../../shared/encoders';
import { keepsClasses } from '../data/mirroring';
import type { Parameters } from '../network/network';
import { elements } from '../numeric/shape';
import type { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { scoreIn } from '../runtime/onnx/lower';
import { digestOf } from '../store/digest';
import digests from './builtInFiles.json';
import { tails } from './continued/tails';
import { readContinuedWeights } from './continued/weights';
import { lowerGraphModel } from './graphModel/lower';
import { type PooledLayer, pooledRows } from './pool';
import type { Preprocessing } from './preprocessing';
import type { BuiltInRecipe } from './recipe';
import { readShippedModel } from './shippedModels';

/** A network that comes with Warmstart: its files, and what is looked at of it. */
interface BuiltInNetwork {
  /** Name of its two files, `.json` and `.bin`, in `dist/encoders`. */
  readonly file: 'faceres' | 'centernet';
  /** What stands for the image in the graph. */
  readonly placeholder: string;
  /** Side of the square that images are scaled to, in pixels. */
  readonly side: number;
  /** Which layers, each averaged over a grid; chosen on validation images (docs/results.md). */
  readonly layers: readonly (PooledLayer & { readonly channels: number })[];
  readonly preprocessing: Pick<Preprocessing, 'rescale' | 'normalise' | 'flipChannels'>;
}

/** ImageNet's means of R, G and B, which networks that come from Caffe subtract; they take B, G, R. */
const CAFFE_MEANS = [123.68, 116.779, 103.939];

const networks: Readonly<Record<BuiltInName, BuiltInNetwork>> = {
  // MobileNet v1 of HSE_FaceRec_tf (A. Savchenko): VGGFace2's people, later also age and sex
  faces: {
    file: 'faceres',
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
    placeholder: 'tower_0/images',
    side: 160,
    layers: [
      { layer: 'tower_0/MobilenetV3/expanded_conv_10/squeeze_excite/mul', grid: 1, channels: 384 },
      { layer: 'tower_0/MobilenetV3/expanded_conv_11/squeeze_excite/mul', grid: 1, channels: 528 },
      { layer: 'tower_0/MobilenetV3/expanded_conv_14/squeeze_excite/mul', grid: 1, channels: 720 },
      { layer: 'tower_0/MobilenetV3/expanded_conv_14/add', grid: 1, channels: 120 },
    ],
    preprocessing: { rescale: null, normalise: null, flipChannels: false },
  },
};

/**
 * A built-in encoder as the process that runs it is told of it. Reads no file: its files are known by their SHA-256.
 * `mirrored`: whether mirrored images are looked at too; by default where the classes' names allow it. `continued`: weights of its
 * last blocks that went on learning.
 */
export function builtInRecipe(
  name: BuiltInName,
  classes: readonly string[],
  mirrored = keepsClasses(classes),
  continued?: BuiltInRecipe['continued'],
): BuiltInRecipe {
  const { side, layers, preprocessing } = networks[name];
  const recipe = {
    kind: 'builtIn',
    name,
    dimensions: layers.reduce((sum, { grid, channels }) => sum + grid * grid * channels, 0),
    preprocessing: {
      reduce: 4,
      convertRgb: true,
      resize: { height: side, width: side },
      resample: 'bicubic',
      centreCrop: null,
      pad: null,
      ...preprocessing,
    },
    input: { channels: 3, height: side, width: side, layout: 'nchw' },
    batch: 8, // small enough for the caches: an eighth faster than sixteen on each of two cores
    mirrored,
  } as const;
  const digest = digestOf({ recipe, layers, ...filesOf(name) });
  if (!continued) return { ...recipe, digest };
  return { ...recipe, digest: digestOf({ digest, continued: continued.digest }), continued };
}

/** The map before a built-in network's last blocks. */
export function mapRecipe(name: BuiltInName): BuiltInRecipe {
  const whole = builtInRecipe(name, []);
  const { from, network } = tails[name];
  return {
    ...whole,
    part: 'map',
    mirrored: false,
    dimensions: elements(network.input),
    digest: digestOf({ digest: whole.digest, from }),
  };
}

/** Which network a built-in encoder is, and what its rows are made of. */
export const builtInLayers = (name: BuiltInName): Pick<BuiltInNetwork, 'file' | 'placeholder' | 'layers'> =>
  networks[name];

/** SHA-256 of both files of a built-in network. */
function filesOf(name: BuiltInName) {
  const { file } = networks[name];
  return { json: digests[`${file}.json`], bin: digests[`${file}.bin`] };
}

/** Tells versions of a built-in network apart. */
export const networkDigest = (name: BuiltInName): string => digestOf(filesOf(name));

/**
 * Writes the network from its images to what the recipe asks for into a graph; returns its name, [n × dimensions]. `blocks`:
 * weights of the last blocks that take the place of the recipe's.
 */
export async function writeBuiltIn(
  graph: GraphBuilder,
  { name, continued, part, dimensions }: BuiltInRecipe,
  images: string,
  blocks?: Parameters,
): Promise<string> {
  const { file, side, layers, placeholder } = networks[name];
  const { from, network } = tails[name];
  const model = await readShippedModel(file);
  const map = { name: images, channels: 3, height: side, width: side };
  const maps = (wanted: readonly string[]) => lowerGraphModel(graph, model, { placeholder, map }, wanted);
  if (part === 'map') return graph.reshape(maps([from])[0].name, -1, dimensions);
  if (blocks || continued) {
    const parameters = blocks ?? (await readContinuedWeights(continued!.path, network));
    return scoreIn(graph, { network, parameters }, maps([from])[0].name);
  }
  const rows = maps(layers.map(({ layer }) => layer)).map((layer, i) => pooledRows(graph, layer, layers[i].grid));
  return graph.node('Concat', rows, { axis: 1 });
}

/** The weights that the last blocks of a built-in network ship with. */
export const shippedTail = async (name: BuiltInName): Promise<Parameters> =>
  tails[name].parameters(await readShippedModel(networks[name].file));
