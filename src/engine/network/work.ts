import { elements } from '../numeric/shape';
import { activationShapes } from './definitions';
import type { Network } from './network';

/** Multiplications that a forward pass spends on one image in convolutions and dense layers; the rest costs little. */
export function multiplications(network: Network): number {
  const shapes = activationShapes(network);
  let sum = 0;
  for (const op of network.ops) {
    const [inputs] = shapes.get(op.input)!;
    const outputs = elements(shapes.get(op.name)!);
    if (op.kind === 'conv2d') sum += (outputs * inputs * op.kernel ** 2) / (op.groups ?? 1);
    if (op.kind === 'dense') sum += outputs * inputs;
  }
  return sum;
}
