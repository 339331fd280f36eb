import type { OnnxOp } from '../lowering';

export const globalAveragePool: OnnxOp<'globalAveragePool'> = {
  forward: (op, l) => l.graph.node('Flatten', [l.graph.node('GlobalAveragePool', [l.value(op.input)])], { axis: 1 }),

  gradient(op, dy, g) {
    const [channels, height, width] = g.shape(op.input);
    const { graph } = g;
    const share = graph.reshape(graph.mul(dy, graph.scalar(1 / (height * width))), -1, channels, 1, 1);
    g.accumulate(op.input, graph.node('Expand', [share, graph.integers(1, channels, height, width)]));
  },
};
