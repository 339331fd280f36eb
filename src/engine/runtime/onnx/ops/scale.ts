import type { OnnxOp } from '../lowering';

export const scale: OnnxOp<'scale'> = {
  forward: (op, l) => l.graph.mul(l.value(op.input), l.graph.scalar(op.by)),

  gradient(op, dy, g) {
    g.accumulate(op.input, g.graph.mul(dy, g.graph.scalar(op.by)));
  },
};
