import { type Matrix, matrix, transposed } from '../numeric/matrix';
import type { GraphBuilder } from '../runtime/onnx/graphBuilder';

/** A layer and the grid that its map is averaged over: `grid` × `grid` places. */
export interface PooledLayer {
  readonly layer: string;
  readonly grid: number;
}

/**
 * A map [n × c × h × w] averaged over a grid, as rows of length 1: [n × (c · grid²)]. Places are those of adaptive average
 * pooling (He et al. 2014, "Spatial Pyramid Pooling", bins from ⌊i·h/g⌋ to ⌈(i+1)·h/g⌉), which may share a row or column.
 */
export function pooledRows(
  graph: GraphBuilder,
  map: { readonly name: string; readonly channels: number; readonly height: number; readonly width: number },
  grid: number,
): string {
  const { name, channels, height, width } = map;
  return unitRows(graph, graph.reshape(pooled(), -1, channels * grid * grid));

  function pooled(): string {
    if (grid === 1) return graph.node('GlobalAveragePool', [name]);
    const columns = graph.constant(transposed(averages(width, grid)).data, [width, grid]);
    const rows = graph.constant(averages(height, grid).data, [grid, height]);
    return graph.node('MatMul', [rows, graph.node('MatMul', [name, columns])]);
  }
}

/** Rows over their length; a row of zeros stays one. [n × d] */
export function unitRows(graph: GraphBuilder, rows: string): string {
  const squared = graph.reduceSum(graph.mul(rows, rows), [1], true);
  return graph.div(rows, graph.node('Sqrt', [graph.node('Max', [squared, graph.scalar(1e-24)])]));
}

/** [grid × size]: row i averages the i-th part. */
function averages(size: number, grid: number): Matrix<Float32Array> {
  const out = new Float32Array(grid * size);
  for (let i = 0; i < grid; i++) {
    const from = Math.floor((i * size) / grid);
    const to = Math.ceil(((i + 1) * size) / grid);
    out.fill(1 / (to - from), i * size + from, i * size + to);
  }
  return matrix(grid, size, out);
}
