import type { OnnxOp } from '../lowering';

export const multiplyChannels: OnnxOp<'multiplyChannels'> = {
  forward(op, l) {
    const factors = l.graph.reshape(l.value(op.by), -1, l.shape(op.by)[0], 1, 1);
    l.keep(op, 'factors', factors);
    return l.graph.mul(l.value(op.input), factors);
  },

  gradient(op, dy, g) {
    const shape = g.shape(op.input);
    const factors = { tensor: g.kept(op, 'factors'), shape: [shape[0], 1, 1] };
    if (g.wanted(op.input)) g.accumulate(op.input, g.times({ tensor: dy, shape }, factors));
    const products = g.times({ tensor: dy, shape }, { tensor: g.value(op.input), shape });
    g.accumulate(op.by, g.graph.reduceSum(products, [2, 3], false));
  },
};
