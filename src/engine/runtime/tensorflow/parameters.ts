import type { Parameters } from '../../network/network';
import { parameterInside, parameterOutside } from './layout';
import type { Tensor, TensorFlow } from './library';

/** Named parameters as tensors, which stay until they are disposed of. */
export function holdParameters(tf: TensorFlow, names: Iterable<string>, parameters: Parameters): Map<string, Tensor> {
  const held = new Map<string, Tensor>();
  try {
    for (const name of names) {
      const start = parameters.get(name);
      if (!start) throw new Error(`The state has no parameter ${name}.`);
      const tensor = tf.tidy(() => parameterInside(tf, start.data, start.shape));
      held.set(name, tensor);
    }
    return held;
  } catch (error) {
    tf.dispose([...held.values()]); // a device that is full would stay so
    throw error;
  }
}

/** Copies of tensors as parameters. */
export async function readParameters(tf: TensorFlow, tensors: ReadonlyMap<string, Tensor>): Promise<Parameters> {
  const parameters: Parameters = new Map();
  for (const [name, tensor] of tensors) {
    const outside = tf.tidy(() => parameterOutside(tf, tensor));
    parameters.set(name, { shape: outside.shape, data: ((await outside.data()) as Float32Array).slice() });
    outside.dispose();
  }
  return parameters;
}
