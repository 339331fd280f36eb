import { Random } from '../numeric/random';
import { elements } from '../numeric/shape';
import { type ParameterDefinition, parameterDefinitions } from './definitions';
import type { Network, Parameters } from './network';

/**
 * Fresh parameters for a network. Each parameter draws from a stream of its own, so that adding an op leaves the start
 * of all others as it was.
 */
export function initialise(network: Network, seed: number): Parameters {
  const parameters: Parameters = new Map();
  for (const [name, definition] of parameterDefinitions(network)) {
    const size = elements(definition.shape);
    const data = new Float32Array(size);
    fill(data, definition, Random.stream(seed, `init/${name}`));
    parameters.set(name, { shape: definition.shape, data });
  }
  return parameters;
}

function fill(data: Float32Array, { start, shape, groups = 1 }: ParameterDefinition, random: Random): void {
  if (start === 'ones') data.fill(1);
  if (start === 'zeros' || start === 'ones') return;
  const taps = elements(shape.slice(2));
  const fanOut = (shape[0] / groups) * taps;
  const fanIn = shape[1] * taps;
  const sd = Math.sqrt(2 / fanOut);
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  for (let i = 0; i < data.length; i++) data[i] = start === 'he' ? sd * random.normal() : random.between(-bound, bound);
}
