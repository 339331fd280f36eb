import { joinedRows } from '../features/cache';
import { weighed } from '../features/combined';
import { type Encoder, isWeighed, type WeighedEncoder } from '../features/encoder';
import { weightedSum } from '../numeric/linearHead';
import type { TrainedModel } from './learner';

/**
 * A network that has seen all of its labels is surer than it is right: its predictions are as sure as the probe's when its logits
 * are divided by 2.8 to 3.4 (350 and 700 labels of FER2013), which no held-out label tells without training it again.
 */
const TEMPERATURE = 3;

/** How much the log-probabilities of a trained network and of the probe beside it count. */
export type PoolWeights = readonly [trained: number, probe: number];

/** Of a network that was fine-tuned on its labels alone. */
export const SOFTENED: PoolWeights = [0.5 / TEMPERATURE, 0.5];

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
 * A model that was trained through its encoder and a probe on features that stay as they are, as one: a weighed sum of their
 * log-probabilities (a log-linear pool, Genest & Zidek 1986), where nothing else is said their mean after the trained one's are
 * softened. That is a linear head on the features of both side by side, so that everything else knows nothing of it. What it is
 * worth stands in docs/results.md.
 */
export function pooledModel(trained: TrainedModel, probe: TrainedModel, weights = SOFTENED): TrainedModel {
  const encoder = pooledEncoder(trained.encoder, probe.encoder);
  return {
    ...trained,
    encoder,
    head: weightedSum([trained.head, probe.head], weights),
    features: async (indices, job) =>
      joinedRows([await trained.features(indices, job), await probe.features(indices, job)], encoder),
  };
}
