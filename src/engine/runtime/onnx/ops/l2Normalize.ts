import type { OnnxOp } from '../lowering';

/** y = x / √(Σ x² + ε), along the features of each image. */
export const l2Normalize: OnnxOp<'l2Normalize'> = {
  forward(op, l) {
    const { graph } = l;
    const x = l.value(op.input);
    const squares = graph.reduceSum(graph.mul(x, x), [1], true);
    const norm = graph.node('Sqrt', [graph.add(squares, graph.scalar(1e-12))]);
    l.keep(op, 'norm', norm);
    return graph.div(x, norm);
  },

  // dx = (dy − y (y · dy)) / ‖x‖
  gradient(op, dy, g) {
    const { graph } = g;
    const y = g.value(op.name);
    const along = graph.reduceSum(graph.mul(y, dy), [1], true);
    g.accumulate(op.input, graph.div(graph.sub(dy, graph.mul(y, along)), g.kept(op, 'norm')));
  },
};
