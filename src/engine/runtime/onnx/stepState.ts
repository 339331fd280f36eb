import { parameterDefinitions } from '../../network/definitions';
import type { Network, Parameters } from '../../network/network';
import type { TrainingState } from '../runtime';
import { float } from './execution';
import type { Tensor } from './library';
import { names } from './lower';

/** Parameters and velocities by graph input name. */
export function stateTensors(network: Network, state: TrainingState): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const [name, { shape, trainable }] of parameterDefinitions(network)) {
    const start = state.parameters.get(name);
    if (!start) throw new Error(`The state has no parameter ${name}.`);
    tensors.set(name, float(start.data.slice(), shape));
    if (!trainable) continue;
    const velocity = state.velocities.get(name)?.data.slice() ?? new Float32Array(start.data.length);
    tensors.set(names.velocity(name), float(velocity, shape));
  }
  return tensors;
}

/** The same of values that were read back. */
export function trainingState(network: Network, values: ReadonlyMap<string, Float32Array>): TrainingState {
  const parameters: Parameters = new Map();
  const velocities: Parameters = new Map();
  for (const [name, { shape }] of parameterDefinitions(network)) {
    parameters.set(name, { shape, data: values.get(name)! });
    const velocity = values.get(names.velocity(name));
    if (velocity) velocities.set(name, { shape, data: velocity });
  }
  return { parameters, velocities };
}
