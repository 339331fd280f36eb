import type { NetworkEncoder, PixelEncoder } from '../../src/engine/features/encoder';
import { extractFeatures } from '../../src/engine/features/extract';
import type { FitRequest } from '../../src/engine/learner/learner';

/** A request to train whose features are computed when they are asked for: there is no dataset that caches them. */
export function fitRequest<E extends PixelEncoder = NetworkEncoder>(
  request: Omit<FitRequest<E>, 'features' | 'maps'>,
): FitRequest<E> {
  const { encoder, pixels, normalisation } = request;
  return {
    ...request,
    features: (indices, job) => extractFeatures(encoder, { pixels, normalisation, indices }, job),
    maps: () => Promise.reject(new Error('there is no dataset that keeps maps')),
  };
}
