import type { GraphBuilder } from '../runtime/onnx/graphBuilder';
import type { Projection } from './projection';

/** `projected` as ONNX operators: rows [n × d] → [n × k]. */
export function writeProjected(graph: GraphBuilder, rows: string, { mean, directions }: Projection): string {
  const centred = graph.sub(rows, graph.constant(mean, [mean.length]));
  const basis = graph.constant(directions.data, [directions.rows, directions.columns]);
  return graph.node('Gemm', [centred, basis], { transB: 1 });
}
