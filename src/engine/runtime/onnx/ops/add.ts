import type { OnnxOp } from '../lowering';

export const add: OnnxOp<'add'> = {
  forward: (op, l) => l.graph.add(l.value(op.input), l.value(op.other)),

  gradient(op, dy, g) {
    g.accumulate(op.input, dy);
    g.accumulate(op.other, dy);
  },
};
