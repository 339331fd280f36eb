import { type GraphBuilder, real } from '../graphBuilder';
import type { Gradients } from '../lowering';

/** A power of two, so that its products with small numbers are exact. */
const STEEP = 2 ** 99;

/** 1 where a tensor of no negative values is above zero, 0 elsewhere. Where on a comparison is twenty times slower. */
export const aboveZero = (graph: GraphBuilder, tensor: string): string =>
  graph.node('HardSigmoid', [tensor], { alpha: real(STEEP), beta: real(0) });

/** 1 where a tensor is below a limit, 0 elsewhere. */
export const below = (graph: GraphBuilder, tensor: string, limit: number): string =>
  graph.node('HardSigmoid', [tensor], { alpha: real(-STEEP), beta: real(limit * STEEP) });

/** Hands a gradient on where an activation between 0 and a limit has reached neither. */
export function throughOpen(g: Gradients, dy: string, activation: string, limit: number, shape: readonly number[]) {
  const above = g.times({ tensor: dy, shape }, { tensor: aboveZero(g.graph, activation), shape });
  return g.times({ tensor: above, shape }, { tensor: below(g.graph, activation, limit), shape });
}
