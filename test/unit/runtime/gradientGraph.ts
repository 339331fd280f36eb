import { parameterDefinitions } from '../../../src/engine/network/definitions';
import { INPUT, type Network } from '../../../src/engine/network/network';
import type { Dialect } from '../../../src/engine/runtime/onnx/graphBuilder';
import { lowerTraining, names } from '../../../src/engine/runtime/onnx/lower';
import type { Loss } from '../../../src/engine/runtime/runtime';

/** Loss and gradients of a training step without its update: with respect to every parameter and to the images. */
export function gradientGraph(network: Network, loss: Loss, batch: number, dialect: Dialect = 'cpu'): Uint8Array {
  const { graph, lowering, emit } = lowerTraining(network, loss, batch, true, dialect);
  for (const [name, gradient] of lowering.parameterGradients)
    emit(gradient, names.gradient(name), parameterDefinitions(network).get(name)!.shape);
  emit(lowering.gradientOf(INPUT), names.gradient(INPUT), [batch, ...network.input]);
  return graph.build();
}
