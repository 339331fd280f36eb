import type { ImageShape } from '../../shared/schema/dataset';
import type { Normalisation } from '../data/images';
import { builtInRecipe } from '../encoders/builtIn';
import type { FrozenEncoder } from '../encoders/frozen';
import { meanOfBothViews, writeFromImages } from '../encoders/imageGraph';
import { unitRows } from '../encoders/pool';
import type { EncoderInput, Preprocessing } from '../encoders/preprocessing';
import { readProjection } from '../encoders/projectionFile';
import { writeProjected } from '../encoders/projectionGraph';
import type { BuiltInRecipe } from '../encoders/recipe';
import type { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { names, scoreIn } from '../runtime/onnx/lower';
import { type Encoder, hasBlocks, hasFrozen, isCombined, isFrozen, isNetwork, type PixelEncoder } from './encoder';
import { hogGraph } from './hogGraph';
import { networkWidth } from './width';

/** What an input of an exported model takes, for whoever feeds it. */
export type ModelInput = PixelsInput | ImagesInput | RowsInput;

/** Images as the dataset holds them, scaled to cover the shape and cropped around the middle: (value / 255 − mean) / std. */
interface PixelsInput extends ImageShape, Normalisation {
  readonly of: 'pixels';
}

/** Images as built-in encoders take them; `preprocessing` is what is left to do before the graph. */
interface ImagesInput {
  readonly of: 'images';
  readonly encoders: readonly string[];
  readonly preprocessing: Preprocessing;
  readonly input: EncoderInput;
}

/** Rows of numbers that an encoder from outside gives. */
export interface RowsInput {
  readonly of: 'rows';
  /** Its name as it was added. */
  readonly encoder: string;
  readonly dimensions: number;
}

/** Writes what encoders make of images into a graph. Inputs come as parts need them; parts that take the same share one. */
export class FeatureGraph {
  readonly inputs = new Map<string, ModelInput>();

  /** `encoder`: what the whole model looks at. */
  constructor(
    private readonly graph: GraphBuilder,
    private readonly encoder: Encoder,
    private readonly images: { readonly shape: ImageShape; readonly normalisation: Normalisation },
  ) {}

  /** Name of the features, [n × e]: what `representationOf` gives for the images. */
  async rows(encoder = this.encoder): Promise<string> {
    const { graph } = this;
    if (isFrozen(encoder)) {
      const raw = await this.rawRows(encoder);
      return encoder.projection ? writeProjected(graph, raw, await readProjection(encoder.projection.path)) : raw;
    }
    if (hasBlocks(encoder)) {
      const recipe = builtInRecipe(encoder.base, [], encoder.mirrored);
      return writeFromImages(graph, recipe, this.imagesFor(recipe), encoder.blocks);
    }
    if (!isCombined(encoder)) return this.ofPixels(encoder);
    const parts: string[] = [];
    for (const part of encoder.parts) {
      const rows = await this.rows(part);
      parts.push(encoder.weighed ? rows : unitRows(graph, rows));
    }
    return graph.node('Concat', parts, { axis: 1 });
  }

  /** What a network that others trained gives before it is projected, [n × d]. */
  async rawRows({ name, recipe }: FrozenEncoder): Promise<string> {
    if (recipe.kind === 'builtIn') return writeFromImages(this.graph, recipe, this.imagesFor(recipe));
    const { dimensions } = recipe;
    return this.input('features', ['n', dimensions], { of: 'rows', encoder: name, dimensions });
  }

  private async ofPixels(encoder: PixelEncoder): Promise<string> {
    const { graph } = this;
    const { shape, normalisation } = this.images;
    const name = hasFrozen(this.encoder) ? 'pixels' : names.images;
    const dims = ['n', shape.channels, shape.height, shape.width];
    const pixels = this.input(name, dims, { of: 'pixels', ...shape, ...normalisation });
    const [dimensions, rowsOf] = isNetwork(encoder)
      ? [networkWidth(encoder), (views: string) => scoreIn(graph, encoder, views)]
      : [
          encoder.forImages(shape).dimensions,
          (views: string) => hogGraph(graph, bytesOf(graph, views, normalisation), shape),
        ];
    return encoder.mirrored ? meanOfBothViews(graph, pixels, dimensions, rowsOf) : rowsOf(pixels);
  }

  private imagesFor({ name, preprocessing, input }: BuiltInRecipe): string {
    const left = { ...preprocessing, rescale: null, normalise: null, flipChannels: false };
    const dims = ['n', input.channels, input.height, input.width];
    return this.input(names.images, dims, { of: 'images', encoders: [name], preprocessing: left, input });
  }

  /** Declares an input once; a further one of that name that takes something else gets a number. */
  private input(name: string, dims: readonly (number | string)[], what: ModelInput): string {
    for (let number = 1; ; number++) {
      const numbered = number === 1 ? name : `${name}_${number}`;
      const known = this.inputs.get(numbered);
      if (!known) this.graph.input(numbered, dims);
      else if (!takesTheSame(known, what)) continue;
      this.inputs.set(numbered, known ? together(known, what) : what);
      return numbered;
    }
  }
}

const takesTheSame = (a: ModelInput, b: ModelInput): boolean =>
  JSON.stringify({ ...a, encoders: [] }) === JSON.stringify({ ...b, encoders: [] });

const together = (a: ModelInput, b: ModelInput): ModelInput =>
  a.of === 'images' && b.of === 'images' ? { ...a, encoders: [...new Set([...a.encoders, ...b.encoders])] } : a;

/** The bytes that normalised pixels were made of, as whole numbers. */
function bytesOf(graph: GraphBuilder, pixels: string, { mean, std }: Normalisation): string {
  const of = (values: readonly number[]): string =>
    graph.constant(
      Float32Array.from(values, (value) => 255 * value),
      [1, values.length, 1, 1],
    );
  return graph.node('Round', [graph.add(graph.mul(pixels, of(std)), of(mean))]);
}
