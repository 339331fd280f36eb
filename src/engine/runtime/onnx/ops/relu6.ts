import type { OnnxOp } from '../lowering';
import { throughOpen } from './open';

/** min(max(x, 0), 6) */
export const relu6: OnnxOp<'relu6'> = {
  forward: (op, l) => l.graph.node('Clip', [l.value(op.input), l.graph.scalar(0), l.graph.scalar(6)]),

  gradient(op, dy, g) {
    g.accumulate(op.input, throughOpen(g, dy, g.value(op.name), 6, g.shape(op.name)));
  },
};
