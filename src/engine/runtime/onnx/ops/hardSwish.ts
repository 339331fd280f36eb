import type { OnnxOp } from '../lowering';
import { hardSigmoidOf } from './hardSigmoid';
import { aboveZero, below } from './open';

/** x · min(max(x + 3, 0), 6) / 6 (Howard et al. 2019, "Searching for MobileNetV3"). */
export const hardSwish: OnnxOp<'hardSwish'> = {
  forward(op, l) {
    const x = l.value(op.input);
    const gate = hardSigmoidOf(l.graph, x);
    l.keep(op, 'gate', gate);
    return l.graph.mul(x, gate);
  },

  // gate + x · gate', where gate' is 1/6 between the limits and 0 outside
  gradient(op, dy, g) {
    const { graph } = g;
    const gate = g.kept(op, 'gate');
    const open = graph.mul(aboveZero(graph, gate), below(graph, gate, 1));
    const sixth = graph.mul(graph.mul(g.value(op.input), graph.scalar(1 / 6)), open);
    const shape = g.shape(op.name);
    g.accumulate(op.input, g.times({ tensor: dy, shape }, { tensor: graph.add(gate, sixth), shape }));
  },
};
