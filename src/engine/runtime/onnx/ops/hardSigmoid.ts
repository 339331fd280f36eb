import { type GraphBuilder, real } from '../graphBuilder';
import type { OnnxOp } from '../lowering';
import { throughOpen } from './open';

/** min(max(x + 3, 0), 6) / 6 (Howard et al. 2019, "Searching for MobileNetV3"). */
export const hardSigmoid: OnnxOp<'hardSigmoid'> = {
  forward: (op, l) => hardSigmoidOf(l.graph, l.value(op.input)),

  gradient(op, dy, g) {
    const open = throughOpen(g, dy, g.value(op.name), 1, g.shape(op.name));
    g.accumulate(op.input, g.graph.mul(open, g.graph.scalar(1 / 6)));
  },
};

export const hardSigmoidOf = (graph: GraphBuilder, x: string): string =>
  graph.node('HardSigmoid', [x], { alpha: real(1 / 6), beta: real(0.5) });
