import type { Normalisation, PixelStore } from '../data/images';
import type { Job } from '../job';
import type { Matrix } from '../matrix';
import type { Network, Parameters } from '../network/network';

export const learnerNames = ['probe', 'finetune', 'paper'] as const;
export type LearnerName = (typeof learnerNames)[number];

/** An encoder network with its weights; `pretrained` tells whether contrastive pre-training made them. */
export interface Encoder {
  readonly network: Network;
  readonly parameters: Parameters;
  readonly pretrained: boolean;
}

export interface FitRequest {
  readonly pixels: PixelStore;
  readonly normalisation: Normalisation;
  /** Where every fit starts: the pre-trained encoder, or freshly initialised weights. Never changed by a fit. */
  readonly encoder: Encoder;
  readonly classCount: number;
  /** Images of the store that have labels, and their class indices. */
  readonly labelled: { readonly indices: Int32Array; readonly labels: Int32Array };
  readonly seed: number;
}

/** A model after training. Scoring is deterministic and un-augmented. Indices refer to the pixel store. */
export interface TrainedModel {
  readonly learner: LearnerName;
  readonly epochs: number;
  /** Why training stopped. */
  readonly stopped: 'accuracy' | 'saturation' | 'epochs' | 'converged';
  /** Penultimate features, [n × d]. */
  features(indices: Int32Array, job: Job): Promise<Matrix>;
  /** The linear head on those features; weights [c × d]. */
  readonly head: { readonly weights: Matrix; readonly bias: Float32Array | Float64Array };
  /** Encoder weights after training (the untouched encoder's for the probe). */
  readonly encoder: Encoder;
}

/** Trains from `request.encoder` and a fresh head. */
export type Learner = (request: FitRequest, job: Job) => Promise<TrainedModel>;
