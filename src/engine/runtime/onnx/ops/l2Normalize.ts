import { L2_EPSILON } from '../../../network/definitions';
import type { OnnxOp } from '../lowering';

/** y = x / √(Σ x² + ε), along the features of each image. */
export const l2Normalize: OnnxOp<'l2Normalize'> = {
  forward(op, l) {
    const { graph } = l;
    const x = l.value(op.input);
    const squares = graph.reduceSum(graph.mul(x, x), [1], true);
    const norm = graph.node('Sqrt', [graph.add(squares, graph.scalar(L2_EPSILON))]);
    l.keep(op, 'norm', norm);
    return graph.div(x, norm);
  },

  // dx = (dy − y (y · dy)) / ‖x‖
  gradient(op, dy, g) {
    const { graph } = g;
    const shape = g.shape(op.name);
    const y = { tensor: g.value(op.name), shape };
    const along = graph.reduceSum(g.times({ tensor: dy, shape }, y), [1], true);
    const across = graph.sub(dy, g.times({ tensor: along, shape: [1] }, y));
    const inverse = { tensor: graph.node('Reciprocal', [g.kept(op, 'norm')]), shape: [1] };
    g.accumulate(op.input, g.times({ tensor: across, shape }, inverse));
  },
};
