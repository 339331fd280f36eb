import { guarded } from '../runtime/guarded';
import { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { Tensor } from '../runtime/onnx/library';
import type { Provider } from '../runtime/onnx/provider';
import { writeBuiltIn } from './builtIn';
import { openExternal } from './external/session';
import type { BuiltInRecipe, EncoderRecipe } from './recipe';

/** An encoder's network, open. */
export interface EncoderNetwork {
  /** Features of `recipe.batch` images in the layout of its input: [batch × dimensions]; overwritten by the next run. */
  run(images: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Opens the network of an encoder on a device. */
export async function openNetwork(recipe: EncoderRecipe, provider: Provider): Promise<EncoderNetwork> {
  if (recipe.kind === 'external') {
    const model = await openExternal(recipe, provider);
    return { run: (images) => model.rows(images, recipe.batch), dispose: () => model.release() };
  }
  const { batch, input } = recipe;
  const session = await guarded(async () => provider.open(await builtInGraph(recipe)));
  const shape = [batch, input.channels, input.height, input.width];
  return {
    async run(images) {
      const results = await guarded(() => session.run({ images: new Tensor('float32', images, shape) }));
      return results.features.data as Float32Array;
    },
    dispose: () => session.release(),
  };
}

/** A built-in encoder as ONNX: `images` [n × 3 × side × side] → `features` [n × dimensions]. */
async function builtInGraph(recipe: BuiltInRecipe): Promise<Uint8Array> {
  const { name, input, dimensions } = recipe;
  const graph = new GraphBuilder(name);
  graph.input('images', ['n', input.channels, input.height, input.width]);
  const rows = await writeBuiltIn(graph, recipe, 'images');
  graph.node('Identity', [rows], {}, 'features');
  graph.output('features', ['n', dimensions]);
  return graph.build();
}
