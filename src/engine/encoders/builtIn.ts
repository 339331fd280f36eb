import type { BuiltInName } from '../../shared/encoders';
import { keepsClasses } from '../data/mirroring';
import type { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { digestOf } from '../store/digest';
import digests from './builtInFiles.json';
import { lowerGraphModel } from './graphModel/lower';
import type { GraphModel } from './graphModel/read';
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
 * `mirrored`: whether mirrored images are looked at too; by default where the classes' names allow it.
 */
export function builtInRecipe(
  name: BuiltInName,
  classes: readonly string[],
  mirrored = keepsClasses(classes),
): BuiltInRecipe {
  const { file, side, layers, preprocessing } = networks[name];
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
  return {
    ...recipe,
    digest: digestOf({ recipe, layers, json: digests[`${file}.json`], bin: digests[`${file}.bin`] }),
  };
}

/** Writes the network from its images to its features into a graph; returns the features' name, [n × dimensions]. */
export function writeBuiltIn(graph: GraphBuilder, name: BuiltInName, model: GraphModel, images: string): string {
  const { side, layers, placeholder } = networks[name];
  const map = { name: images, channels: 3, height: side, width: side };
  const maps = lowerGraphModel(
    graph,
    model,
    { placeholder, map },
    layers.map(({ layer }) => layer),
  );
  const rows = maps.map((layer, i) => pooledRows(graph, layer, layers[i].grid));
  return graph.node('Concat', rows, { axis: 1 });
}

/** The graph model of a built-in encoder. */
export const readBuiltIn = (name: BuiltInName): Promise<GraphModel> => readShippedModel(networks[name].file);
