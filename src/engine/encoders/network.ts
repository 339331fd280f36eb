import { guarded } from '../runtime/guarded';
import { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { Tensor } from '../runtime/onnx/library';
import type { Provider } from '../runtime/onnx/provider';
import { readBuiltIn, writeBuiltIn } from './builtIn';
import { openExternal } from './external/session';
import type { Projection } from './projection';
import type { BuiltInRecipe, EncoderRecipe, ExternalRecipe } from './recipe';

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
  if (recipe.kind === 'external') return openExternalNetwork(recipe, provider, projection);
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

/** The same of a model from outside, whose rows go through a graph of their own. */
async function openExternalNetwork(
  recipe: ExternalRecipe,
  provider: Provider,
  projection: Projection | null,
): Promise<EncoderNetwork> {
  const { batch, dimensions } = recipe;
  const model = await openExternal(recipe, provider);
  const projected = projection && (await guarded(() => provider.open(projectionGraph(dimensions, projection))));
  return {
    dimensions: projection?.directions.rows ?? dimensions,
    async run(images) {
      const rows = await model.rows(images, batch);
      if (!projected) return rows;
      const results = await guarded(() => projected.run({ rows: new Tensor('float32', rows, [batch, dimensions]) }));
      return results.features.data as Float32Array;
    },
    async dispose() {
      await projected?.release();
      await model.release();
    },
  };
}

function projectionGraph(dimensions: number, projection: Projection): Uint8Array {
  const graph = new GraphBuilder('projection');
  writeProjected(graph, graph.input('rows', ['n', dimensions]), projection, 'features');
  graph.output('features', ['n', projection.directions.rows]);
  return graph.build();
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
