import { damagedError } from '../../errors';
import { parameterDefinitions } from '../../network/definitions';
import type { Network, Parameters } from '../../network/network';
import { readSafetensors } from '../../store/safetensors';

/** Weights of a built-in network's last blocks. @throws a damaged error where they are those of another network, or none. */
export async function readContinuedWeights(path: string, network: Network): Promise<Parameters> {
  const own = ownWeights((await readSafetensors(path)).parameters, network);
  if (own) return own;
  throw damagedError(
    `${path} does not hold the last blocks of the built-in encoder that it was continued from; run pretrain --encoder with --restart.`,
  );
}

/** What of the parameters is the network's; null where something is missing, or is of another network, or is no number. */
export function ownWeights(parameters: Parameters, network: Network): Parameters | null {
  const own: Parameters = new Map();
  for (const [name, { shape }] of parameterDefinitions(network)) {
    const tensor = parameters.get(name);
    if (!tensor || String(tensor.shape) !== String(shape) || !tensor.data.every(Number.isFinite)) return null;
    own.set(name, tensor);
  }
  return own;
}
