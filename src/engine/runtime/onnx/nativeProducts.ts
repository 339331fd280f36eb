import { type Matrix, transposed } from '../../numeric/matrix';
import { threadCount } from '../threads';
import { GraphBuilder } from './graphBuilder';
import { InferenceSession, Tensor } from './library';

/**
 * ONNX Runtime sums a product in another order where there is one row on the left, or where few rows on the right fall
 * to a thread (below 65 in version 1.30, whose blocks of 128 columns then grow). It is given no such problems.
 */
const LEAST_LEFT = 2;
const LEAST_RIGHT = 128;

const sessions = new Map<number, Promise<InferenceSession>>();

/**
 * a bᵀ by ONNX Runtime's matrix product on the CPU; a [n × d], b [m × d] → [n × m]. Each value depends on its two rows
 * alone: not on the other rows, on which of the two comes first, or on the number of threads.
 */
export async function nativeProducts(a: Matrix<Float32Array>, b: Matrix<Float32Array>): Promise<Matrix<Float32Array>> {
  if (b.rows < LEAST_RIGHT && a.rows >= LEAST_RIGHT) return transposed(await nativeProducts(b, a));
  const [left, right] = [atLeast(a, LEAST_LEFT), atLeast(b, LEAST_RIGHT)];
  const threads = Math.min(threadCount(), Math.floor(right.rows / LEAST_RIGHT));
  let session = sessions.get(threads);
  if (session === undefined) {
    session = productSession(productGraph(), threads);
    sessions.set(threads, session);
  }
  const results = await (await session).run({
    a: new Tensor('float32', left.data, [left.rows, left.columns]),
    b: new Tensor('float32', right.data, [right.rows, right.columns]),
  });
  return topLeft(results.products!.data as Float32Array, right.rows, a.rows, b.rows);
}

function productGraph(): Uint8Array {
  const graph = new GraphBuilder('crossProducts');
  graph.input('a', ['n', 'd']);
  graph.input('b', ['m', 'd']);
  graph.node('Gemm', ['a', 'b'], { transB: 1 }, 'products');
  graph.output('products', ['n', 'm']);
  return graph.build();
}

/** Runs a graph of matrix products on the CPU's cores. */
export function productSession(model: Uint8Array, threads = threadCount()): Promise<InferenceSession> {
  return InferenceSession.create(model, {
    executionProviders: ['cpu'],
    // Products alternate with plain JavaScript, which threads that spin while they wait would slow down.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    intraOpNumThreads: threads,
  });
}

/** The matrix with rows of zeros added until there are enough. */
function atLeast(m: Matrix<Float32Array>, rows: number): Matrix<Float32Array> {
  if (m.rows >= rows) return m;
  const data = new Float32Array(rows * m.columns);
  data.set(m.data);
  return { rows, columns: m.columns, data };
}

function topLeft(data: Float32Array, width: number, rows: number, columns: number): Matrix<Float32Array> {
  if (width === columns) return { rows, columns, data: data.subarray(0, rows * columns) };
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) out.set(data.subarray(i * width, i * width + columns), i * columns);
  return { rows, columns, data: out };
}
