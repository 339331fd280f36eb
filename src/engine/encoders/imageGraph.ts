import type { Parameters } from '../network/network';
import type { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { writeBuiltIn } from './builtIn';
import type { Preprocessing } from './preprocessing';
import type { BuiltInRecipe } from './recipe';

/** Before the first element of an axis, for a slice that walks backwards over all of it. */
const BEFORE_FIRST = -(2 ** 31);

/**
 * A built-in encoder with all that comes between whole numbers and its rows: `images` are R, G, B from 0 to 255,
 * [n × 3 × side × side]; returns the rows, [n × dimensions], of the mirrored view too where the recipe asks for it. `blocks`:
 * weights of the last blocks that take the place of the recipe's.
 */
export async function writeFromImages(
  graph: GraphBuilder,
  recipe: BuiltInRecipe,
  images: string,
  blocks?: Parameters,
): Promise<string> {
  const { preprocessing, mirrored, dimensions } = recipe;
  const rowsOf = (views: string) => writeBuiltIn(graph, recipe, asNumbers(graph, views, preprocessing), blocks);
  return mirrored ? meanOfBothViews(graph, images, dimensions, rowsOf) : rowsOf(images);
}

/** The mean of the rows, [n × dimensions], of images and of their mirrored views. */
export async function meanOfBothViews(
  graph: GraphBuilder,
  images: string,
  dimensions: number,
  rowsOf: (images: string) => string | Promise<string>,
): Promise<string> {
  const rows = await rowsOf(graph.node('Concat', [images, backwards(graph, images, 3)], { axis: 0 }));
  return graph.node('ReduceMean', [graph.reshape(rows, 2, -1, dimensions)], { axes: [0], keepdims: 0 });
}

/** As `toInput` does it: scaled, less the mean, over the deviation, and in the network's order of colours. */
function asNumbers(
  graph: GraphBuilder,
  images: string,
  { rescale, normalise, flipChannels }: Pick<Preprocessing, 'rescale' | 'normalise' | 'flipChannels'>,
): string {
  const perColour = (values: readonly number[]) =>
    graph.constant(
      Float32Array.from({ length: 3 }, (_, c) => values[Math.min(c, values.length - 1)]),
      [1, 3, 1, 1],
    );
  let values = images;
  if (rescale !== null) values = graph.mul(values, graph.scalar(rescale));
  if (normalise) values = graph.div(graph.sub(values, perColour(normalise.mean)), perColour(normalise.std));
  return flipChannels ? backwards(graph, values, 1) : values;
}

const backwards = (graph: GraphBuilder, tensor: string, axis: number): string =>
  graph.slice(tensor, [axis], [-1], [BEFORE_FIRST], [-1]);
