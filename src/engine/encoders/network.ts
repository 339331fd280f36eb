import { guarded } from '../runtime/guarded';
import { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { Tensor } from '../runtime/onnx/library';
import type { Provider } from '../runtime/onnx/provider';
import { readBuiltIn, writeBuiltIn } from './builtIn';
import type { Projection } from './projection';
import type { BuiltInRecipe, EncoderRecipe } from './recipe';

/** An encoder's network, open. */
export interface EncoderNetwork {
  /** Numbers an image. */
  readonly dimensions: number;
  /** Features of `recipe.batch` images in the layout of its input: [batch × dimensions]; overwritten by the next run. */
  run(images: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Opens the network of an encoder on a device; rows go through the projection, where there is one. */
export async function openNetwork(
  recipe: EncoderRecipe,
  provider: Provider,
  projection: Projection | null,
): Promise<EncoderNetwork> {
  if (recipe.kind === 'external') throw new Error('not yet');
  const { batch, input } = recipe;
  const dimensions = projection?.directions.rows ?? recipe.dimensions;
  const session = await guarded(async () => provider.open(await builtInGraph(recipe, projection)));
  const shape = [batch, input.channels, input.height, input.width];
  return {
    dimensions,
    async run(images) {
      const results = await guarded(() => session.run({ images: new Tensor('float32', images, shape) }));
      return results.features.data as Float32Array;
    },
    dispose: () => session.release(),
  };
}

/** A built-in encoder as ONNX: `images` [n × 3 × side × side] → `features` [n × dimensions]. */
export async function builtInGraph(recipe: BuiltInRecipe, projection: Projection | null): Promise<Uint8Array> {
  const { name, input, dimensions } = recipe;
  const graph = new GraphBuilder(name);
  graph.input('images', ['n', input.channels, input.height, input.width]);
  const rows = writeBuiltIn(graph, name, await readBuiltIn(name), 'images');
  writeProjected(graph, rows, projection, 'features');
  graph.output('features', ['n', projection?.directions.rows ?? dimensions]);
  return graph.build();
}

/** Rows [n × d] less the mean, times the directions: [n × k]; without a projection as they are. */
export function writeProjected(
  graph: GraphBuilder,
  rows: string,
  projection: Projection | null,
  output?: string,
): string {
  if (!projection) return graph.node('Identity', [rows], {}, output);
  const { mean, directions } = projection;
  const centred = graph.sub(rows, graph.constant(mean, [mean.length]));
  const basis = graph.constant(directions.data, [directions.rows, directions.columns]);
  return graph.node('Gemm', [centred, basis], { transB: 1 }, output);
}
