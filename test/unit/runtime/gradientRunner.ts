import { parameterDefinitions } from '../../../src/engine/network/definitions';
import type { Network, Parameters } from '../../../src/engine/network/network';
import type { Dialect } from '../../../src/engine/runtime/onnx/graphBuilder';
import { InferenceSession, Tensor } from '../../../src/engine/runtime/onnx/library';
import { names } from '../../../src/engine/runtime/onnx/lower';
import type { Loss } from '../../../src/engine/runtime/runtime';
import { gradientGraph } from './gradientGraph';

export interface Example {
  network: Network;
  parameters: Parameters;
  images: Float32Array;
  targets?: Float32Array;
  masks?: Map<string, Float32Array>;
  batch: number;
  loss: Loss;
}

export interface Gradient {
  loss: number;
  output: Float32Array;
  /** By parameter name; the images' under 'input'. */
  gradients: Map<string, Float32Array>;
}

/** Compiles the gradient graph of an example once; call the result with changed tensors. */
export async function gradientRunner(
  example: Example,
  dialect: Dialect = 'cpu',
): Promise<(changed?: Partial<Example>) => Promise<Gradient>> {
  const { network, batch, loss } = example;
  const session = await InferenceSession.create(gradientGraph(network, loss, batch, dialect), { intraOpNumThreads: 1 });
  return async (changed = {}) => {
    const { parameters, images, targets, masks } = { ...example, ...changed };
    const tensor = (data: Float32Array, shape: readonly number[]) => new Tensor('float32', data, shape);
    const feeds: Record<string, Tensor> = { [names.images]: tensor(images, [batch, ...network.input]) };
    for (const name of parameterDefinitions(network).keys()) {
      const { data, shape } = parameters.get(name)!;
      feeds[name] = tensor(data, shape);
    }
    if (targets) feeds[names.targets] = tensor(targets, [batch, targets.length / batch]);
    for (const [op, mask] of masks ?? []) feeds[names.mask(op)] = tensor(mask, [batch, mask.length / batch]);
    const used = Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]!]));
    const results = await session.run(used);
    const gradients = new Map<string, Float32Array>();
    const prefix = names.gradient('');
    for (const [name, value] of Object.entries(results))
      if (name.startsWith(prefix)) gradients.set(name.slice(prefix.length), value.data as Float32Array);
    return {
      loss: (results[names.loss]!.data as Float32Array)[0],
      output: results[names.output]!.data as Float32Array,
      gradients,
    };
  };
}
