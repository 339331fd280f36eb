import { gridAverages } from '../numeric/gridAverages';
import { transposed } from '../numeric/matrix';
import type { GraphBuilder } from '../runtime/onnx/graphBuilder';

/** A layer and the grid that its map is averaged over: `grid` × `grid` places. */
export interface PooledLayer {
  readonly layer: string;
  readonly grid: number;
}

/** A map [n × c × h × w] averaged over a grid, as rows of length 1: [n × (c · grid²)]. */
export function pooledRows(
  graph: GraphBuilder,
  map: { readonly name: string; readonly channels: number; readonly height: number; readonly width: number },
  grid: number,
): string {
  const { name, channels, height, width } = map;
  return unitRows(graph, graph.reshape(pooled(), -1, channels * grid * grid));

  function pooled(): string {
    if (grid === 1) return graph.node('GlobalAveragePool', [name]);
    const columns = graph.constant(transposed(gridAverages(width, grid)).data, [width, grid]);
    const rows = graph.constant(gridAverages(height, grid).data, [grid, height]);
    return graph.node('MatMul', [rows, graph.node('MatMul', [name, columns])]);
  }
}

/** Rows over their length; a row of zeros stays one. [n × d] */
export function unitRows(graph: GraphBuilder, rows: string): string {
  const squared = graph.reduceSum(graph.mul(rows, rows), [1], true);
  return graph.div(rows, graph.node('Sqrt', [graph.node('Max', [squared, graph.scalar(1e-24)])]));
}
