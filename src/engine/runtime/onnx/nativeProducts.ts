import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Matrix } from '../../matrix';
import { threadCount } from '../threads';
import { GraphBuilder } from './graphBuilder';

let session: Promise<InferenceSession> | undefined;

/** a bᵀ by ONNX Runtime's matrix product on the CPU; a [n × d], b [m × d] → [n × m]. */
export async function nativeProducts(a: Matrix<Float32Array>, b: Matrix<Float32Array>): Promise<Matrix<Float32Array>> {
  session ??= createSession();
  const results = await (await session).run({
    a: new Tensor('float32', a.data, [a.rows, a.columns]),
    b: new Tensor('float32', b.data, [b.rows, b.columns]),
  });
  return { rows: a.rows, columns: b.rows, data: results.products!.data as Float32Array };
}

function createSession(): Promise<InferenceSession> {
  const graph = new GraphBuilder('crossProducts');
  graph.input('a', ['n', 'd']);
  graph.input('b', ['m', 'd']);
  graph.node('Gemm', ['a', 'b'], { transB: 1 }, 'products');
  graph.output('products', ['n', 'm']);
  return productSession(graph.build());
}

/** Runs a graph of matrix products on the CPU's cores. */
export function productSession(model: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(model, {
    executionProviders: ['cpu'],
    // Products alternate with plain JavaScript, which threads that spin while they wait would slow down.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    intraOpNumThreads: threadCount(),
  });
}
