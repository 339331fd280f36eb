import type { OnnxOp } from '../lowering';

/** Inverted dropout (Srivastava et al. 2014). The mask comes from outside, so that it is seeded like everything else. */
export const dropout: OnnxOp<'dropout'> = {
  forward: (op, l) => (l.training ? l.graph.mul(l.value(op.input), l.mask(op)) : l.value(op.input)),

  gradient(op, dy, g) {
    g.accumulate(op.input, g.training ? g.graph.mul(dy, g.mask(op)) : dy);
  },
};
