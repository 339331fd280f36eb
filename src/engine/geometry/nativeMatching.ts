import { row } from '../numeric/matrix';
import { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { type InferenceSession, Tensor } from '../runtime/onnx/library';
import { productSession } from '../runtime/onnx/nativeProducts';
import { dataTypes } from '../runtime/onnx/protobuf';
import type { GradientMatching, MatchingProblem, MatchingStep } from './matchingProblem';

/**
 * The same as PlainMatching as one ONNX graph a pick, in which the features are a constant: the runtime lays them out
 * once for its matrix products, which are then as fast as memory is read. The last class is left out of the products,
 * since errors sum to 0 over the classes. Logits are carried from pick to pick in double precision.
 */
export class NativeMatching implements GradientMatching {
  private constructor(
    private readonly problem: MatchingProblem,
    private readonly session: InferenceSession,
    private logits: Tensor,
  ) {}

  static async create(problem: MatchingProblem): Promise<NativeMatching> {
    const { rows, columns, data } = problem.logits;
    const transposed = new Float64Array(rows * columns);
    for (let v = 0; v < rows; v++) for (let c = 0; c < columns; c++) transposed[c * rows + v] = data[v * columns + c];
    const logits = new Tensor('float64', transposed, [columns, rows]);
    return new NativeMatching(problem, await productSession(graphOf(problem)), logits);
  }

  async step(taken: number | null): Promise<MatchingStep> {
    const { features, errors, learningRate } = this.problem;
    const image = new Float32Array(features.columns + 1);
    const move = new Float64Array(errors.columns);
    if (taken !== null) {
      image[0] = 1;
      image.set(row(features, taken), 1);
      move.set(row(errors, taken).map((e) => learningRate * e));
    }
    const results = await this.session.run({
      logits: this.logits,
      image: new Tensor('float32', image, [1, image.length]),
      move: new Tensor('float64', move, [move.length, 1]),
    });
    this.logits = results.moved!;
    return {
      gains: results.gains!.data as Float32Array,
      products: (results.products!.data as Float32Array).subarray(0, errors.rows),
    };
  }
}

/** logits [c × r], image [1 × (d + 1)], move [c × 1] → moved [c × r], products [1 × r], gains [n]. */
function graphOf({ features, targets, weights, errors }: MatchingProblem): Uint8Array {
  const [r, d, n, c] = [features.rows, features.columns + 1, errors.rows, errors.columns];
  const graph = new GraphBuilder('gradientMatching');
  const logits = graph.input('logits', [c, r], 'float64');
  const image = graph.input('image', [1, d]);
  const move = graph.input('move', [c, 1], 'float64');

  const withOnes = new Float32Array(r * d).fill(1);
  for (let v = 0; v < r; v++) withOnes.set(row(features, v), v * d + 1);
  const rows = graph.constant(withOnes, [r, d]);
  const oneHot = new Float32Array(c * r);
  for (let v = 0; v < r; v++) oneHot[targets[v] * r + v] = 1;
  const lead = new Float32Array((c - 1) * n); // e of a class less e of the last class
  for (let i = 0; i < n; i++) {
    const e = row(errors, i);
    for (let k = 0; k < c - 1; k++) lead[k * n + i] = e[k] - e[c - 1];
  }

  const products = graph.node('Gemm', [image, rows], { transB: 1 }, 'products');
  const shift = graph.mul(move, graph.node('Cast', [products], { to: dataTypes.float64 }));
  const moved = graph.node('Sub', [logits, shift], {}, 'moved');
  const largest = graph.node('ReduceMax', [moved], { axes: [0], keepdims: 1 });
  const below = graph.node('Cast', [graph.sub(moved, largest)], { to: dataTypes.float32 });
  const powers = graph.node('Exp', [below]);
  const p = graph.div(powers, graph.reduceSum(powers, [0], true));
  const watched = graph.constant(Float32Array.from(weights), [1, r]);
  const error = graph.mul(graph.sub(p, graph.constant(oneHot, [c, r])), watched);
  const gradient = graph.node('MatMul', [graph.slice(error, [0], [0], [c - 1], [1]), rows]);
  const along = graph.node('Gemm', [gradient, rows], { transB: 1 });
  const ofPool = graph.slice(along, [1], [0], [n], [1]);
  const terms = graph.mul(ofPool, graph.constant(lead, [c - 1, n]));
  graph.node('ReduceSum', [terms, graph.integers(0)], { keepdims: 0 }, 'gains');

  graph.output('moved', [c, r], 'float64');
  graph.output('products', [1, r]);
  graph.output('gains', [n]);
  return graph.build();
}
