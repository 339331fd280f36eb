import { real } from '../graphBuilder';
import type { OnnxOp } from '../lowering';

export const relu: OnnxOp<'relu'> = {
  forward: (op, l) => l.graph.node('Relu', [l.value(op.input)]),

  gradient(op, dy, g) {
    // A steep hard sigmoid is 1 above zero and 0 elsewhere; Where on a comparison is twenty times slower.
    const open = g.graph.node('HardSigmoid', [g.value(op.name)], { alpha: real(1e30), beta: real(0) });
    const shape = g.shape(op.name);
    g.accumulate(op.input, g.times({ tensor: dy, shape }, { tensor: open, shape }));
  },
};
