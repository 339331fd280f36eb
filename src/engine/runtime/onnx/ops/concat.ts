import { inputsOf } from '../../../network/network';
import type { OnnxOp } from '../lowering';

export const concat: OnnxOp<'concat'> = {
  forward: (op, l) =>
    l.graph.node(
      'Concat',
      inputsOf(op).map((name) => l.value(name)),
      { axis: 1 },
    ),

  gradient(op, dy, g) {
    let from = 0;
    for (const name of inputsOf(op)) {
      const to = from + g.shape(name)[0];
      if (g.wanted(name)) g.accumulate(name, g.graph.slice(dy, [1], [from], [to], [1]));
      from = to;
    }
  },
};
