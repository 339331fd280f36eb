import type { ImageShape } from '../../shared/schema/dataset';
import type { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { BLOCK, CLIP, EPSILON, layoutOf, ORIENTATIONS } from './hog';

/**
 * HOG as ONNX operators, for a model that stands on it: `pixels` are bytes as whole numbers, [n × channels × height × width];
 * the result is what `hog` describes, [n × dimensions], in single precision.
 */
export function hogGraph(graph: GraphBuilder, pixels: string, shape: ImageShape): string {
  const { cell, rows, columns, top, left, weights } = layoutOf(shape);
  const [dx, dy] = steepest(
    graph,
    gradient(graph, pixels, 3, shape.width),
    gradient(graph, pixels, 2, shape.height),
    shape,
  );
  const squared = squaredLength(graph, dx, dy);
  const size = graph.mul(graph.node('Sqrt', [squared]), graph.scalar(1 / 255));
  // dy / 0 is infinite, and 0 / 0 no direction at all
  const flat = graph.node('Equal', [squared, graph.scalar(0)]);
  const slope = graph.node('Where', [flat, graph.scalar(0), graph.div(dy, dx)]);
  const turns = graph.mul(graph.node('Atan', [slope]), graph.scalar(ORIENTATIONS / Math.PI));
  const position = graph.sub(turns, graph.scalar(0.5)); // in bins, from the centre of the first
  const centres = graph.constant(
    Float32Array.from({ length: ORIENTATIONS }, (_, b) => b),
    [1, ORIENTATIONS, 1, 1],
  );
  // the nearer of the two ways around the circle
  const offset = graph.node('Mod', [graph.sub(position, centres), graph.scalar(ORIENTATIONS)], { fmod: 1 });
  const distance = graph.node('Abs', [offset]);
  const around = graph.node('Min', [distance, graph.sub(graph.scalar(ORIENTATIONS), distance)]);
  const votes = graph.mul(graph.node('Relu', [graph.sub(graph.scalar(1), around)]), size);

  const cells = graph.slice(votes, [2, 3], [top, left], [top + rows * cell, left + columns * cell], [1, 1]);
  const inBlock = BLOCK * BLOCK;
  const blocks = graph.node('Conv', [cells, blockKernel(graph, weights, BLOCK * cell)], {
    group: ORIENTATIONS,
    strides: [cell, cell],
    kernel_shape: [BLOCK * cell, BLOCK * cell],
  });
  const [down, across] = [rows - 1, columns - 1];
  const byBlock = graph.transpose(graph.reshape(blocks, -1, ORIENTATIONS, inBlock, down, across), 0, 3, 4, 2, 1);
  const vectors = graph.reshape(byBlock, -1, down * across, inBlock * ORIENTATIONS);
  const clipped = graph.node('Min', [unit(graph, vectors), graph.scalar(CLIP)]);
  return graph.reshape(unit(graph, clipped), -1, down * across * inBlock * ORIENTATIONS);
}

/** Differences of the two neighbours along an axis; 0 at the image's edge. */
function gradient(graph: GraphBuilder, pixels: string, axis: 2 | 3, size: number): string {
  const after = graph.slice(pixels, [axis], [2], [size], [1]);
  const before = graph.slice(pixels, [axis], [0], [size - 2], [1]);
  const edge = [0, 0, axis === 2 ? 1 : 0, axis === 3 ? 1 : 0];
  return graph.pad(graph.sub(after, before), edge, edge);
}

const squaredLength = (graph: GraphBuilder, dx: string, dy: string): string =>
  graph.add(graph.mul(dx, dx), graph.mul(dy, dy));

/** Of several channels the one whose gradient is longest, the first of equal ones: [n × 1 × height × width] each. */
function steepest(graph: GraphBuilder, dx: string, dy: string, { channels }: ImageShape): [string, string] {
  if (channels === 1) return [dx, dy];
  const longest = graph.node('ArgMax', [squaredLength(graph, dx, dy)], { axis: 1, keepdims: 1 });
  const pick = (of: string): string => graph.node('GatherElements', [of, longest], { axis: 1 });
  return [pick(dx), pick(dy)];
}

/** What a pixel of a block gives to each of its cells, for every orientation alike. */
function blockKernel(graph: GraphBuilder, weights: Float64Array, side: number): string {
  const cells = BLOCK * BLOCK;
  const kernel = new Float32Array(ORIENTATIONS * cells * side * side);
  for (let o = 0; o < ORIENTATIONS; o++)
    for (let k = 0; k < cells; k++)
      for (let pixel = 0; pixel < side * side; pixel++)
        kernel[(o * cells + k) * side * side + pixel] = weights[pixel * cells + k];
  return graph.constant(kernel, [ORIENTATIONS * cells, 1, side, side]);
}

/** Vectors along the last axis over √(‖v‖² + ε²). */
function unit(graph: GraphBuilder, vectors: string): string {
  const squared = graph.reduceSum(graph.mul(vectors, vectors), [2], true);
  return graph.div(vectors, graph.node('Sqrt', [graph.add(squared, graph.scalar(EPSILON * EPSILON))]));
}
