import { joinedRows } from '../features/cache';
import { weighed } from '../features/combined';
import { type Encoder, isWeighed, type WeighedEncoder } from '../features/encoder';
import { weightedSum } from '../numeric/linearHead';
import type { TrainedModel } from './learner';

/** How much each of the two counts. */
const HALF = [0.5, 0.5];

const NAME = 'pooled';

/** What a pooled model looks at: what training made of an encoder, and beside it what stayed as it is. */
export interface PooledEncoder extends WeighedEncoder {
  readonly parts: readonly [Encoder, Encoder];
}

export const pooledEncoder = (trained: Encoder, beside: Encoder): PooledEncoder => ({
  ...weighed(NAME, [trained, beside]),
  parts: [trained, beside],
});

export const isPooled = (encoder: Encoder): encoder is PooledEncoder =>
  isWeighed(encoder) && encoder.name === NAME && encoder.parts.length === 2;

/**
 * A model that was trained through its encoder and a probe on features that stay as they are, as one: the mean of their
 * log-probabilities (a log-linear pool, Genest & Zidek 1986). That is a linear head on the features of both side by side, so that
 * everything else knows nothing of it. What it is worth stands in docs/results.md.
 */
export function pooledModel(trained: TrainedModel, probe: TrainedModel): TrainedModel {
  const encoder = pooledEncoder(trained.encoder, probe.encoder);
  return {
    ...trained,
    encoder,
    head: weightedSum([trained.head, probe.head], HALF),
    features: async (indices, job) =>
      joinedRows([await trained.features(indices, job), await probe.features(indices, job)], encoder),
  };
}
