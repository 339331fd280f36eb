import type { OnnxOp } from '../lowering';
import { aboveZero } from './open';

export const relu: OnnxOp<'relu'> = {
  forward: (op, l) => l.graph.node('Relu', [l.value(op.input)]),

  gradient(op, dy, g) {
    const shape = g.shape(op.name);
    g.accumulate(op.input, g.times({ tensor: dy, shape }, { tensor: aboveZero(g.graph, g.value(op.name)), shape }));
  },
};
