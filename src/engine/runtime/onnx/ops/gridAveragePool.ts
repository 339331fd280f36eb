import { placeAverages } from '../../../numeric/gridAverages';
import type { OnnxOp } from '../lowering';

/** A map averaged over each place of a grid: [n × c × h × w] → [n × c·grid²], one product with what pixels give to places. */
export const gridAveragePool: OnnxOp<'gridAveragePool'> = {
  forward(op, l) {
    const { graph } = l;
    const [channels, height, width] = l.shape(op.input);
    const { rows, columns, data } = placeAverages([height, width], op.grid);
    const averages = graph.constant(data, [rows, columns]);
    l.keep(op, 'averages', averages);
    const pooled = graph.node('MatMul', [graph.reshape(l.value(op.input), -1, rows), averages]);
    return graph.reshape(pooled, -1, channels * columns);
  },

  gradient(op, dy, g) {
    const { graph } = g;
    const places = graph.reshape(dy, -1, op.grid * op.grid);
    const map = graph.timesTransposed(places, g.kept(op, 'averages'), 2);
    g.accumulate(op.input, graph.reshape(map, -1, ...g.shape(op.input)));
  },
};
