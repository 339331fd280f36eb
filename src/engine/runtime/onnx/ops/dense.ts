import type { OnnxOp } from '../lowering';

export const dense: OnnxOp<'dense'> = {
  forward: (op, l) =>
    l.graph.node('Gemm', [l.value(op.input), l.parameter(op, 'weight'), l.parameter(op, 'bias')], { transB: 1 }),

  gradient(op, dy, g) {
    const { graph } = g;
    g.parameterGradient(op, 'weight', () => graph.node('Gemm', [dy, g.value(op.input)], { transA: 1 }));
    g.parameterGradient(op, 'bias', () => graph.reduceSum(dy, [0], false));
    if (g.wanted(op.input)) g.accumulate(op.input, graph.node('MatMul', [dy, g.parameter(op, 'weight')]));
  },
};
