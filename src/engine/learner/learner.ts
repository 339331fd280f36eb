import type { BuiltInName } from '../../shared/encoders';
import type { LearnerName } from '../../shared/learners';
import type { Normalisation, PixelStore } from '../data/images';
import type { ImageMaps } from '../encoders/continued/imageMaps';
import type { ViewOrder } from '../encoders/embedding/order';
import { usageError } from '../errors';
import { type Encoder, isNetwork, type NetworkEncoder } from '../features/encoder';
import type { Job } from '../job';
import type { Matrix, Vector } from '../numeric/matrix';
import type { TrainingState } from '../runtime/runtime';

/** Refuses to train what can't be trained. */
export function requireNetwork(encoder: Encoder, learner: LearnerName): NetworkEncoder {
  if (isNetwork(encoder)) return encoder;
  throw usageError(
    `The learner ${learner} trains the encoder, and ${encoder.name} features are fixed; take the learner probe.`,
  );
}

/** Where a long training keeps how far it is: after an interruption it goes on from there. */
export interface UnfinishedTraining {
  /** The next step and what training has made until then; null where nothing of this training is kept. */
  load(): Promise<{ readonly step: number; readonly state: TrainingState } | null>;
  save(step: number, state: TrainingState): Promise<void>;
  remove(): Promise<void>;
}

export interface FitRequest<E extends Encoder = Encoder> {
  readonly pixels: PixelStore;
  readonly normalisation: Normalisation;
  /** Where every fit starts: the pre-trained encoder, or freshly initialised weights. Never changed by a fit. */
  readonly encoder: E;
  readonly classCount: number;
  /** Images of the store that have labels, and their class indices. */
  readonly labelled: { readonly indices: Int32Array; readonly labels: Int32Array };
  /** Images of the store to learn from that nobody labelled; absent: none. */
  readonly unlabelled?: Int32Array;
  readonly seed: number;
  /** What a probe looks at whose predictions are averaged with those of a trained network; absent: the network is alone. */
  readonly beside?: Encoder;
  /** Whether training shows images mirrored too; absent: it does. Not where a class is named after a side. */
  readonly mirrors?: boolean;
  /**
   * What the encoder, or one of its parts, makes of images of the store before any training, [n × d]; whoever asks for a fit has
   * them cached.
   */
  features(indices: Int32Array, job: Job, part?: Encoder): Promise<Matrix<Float32Array>>;
  /** Where a training with these settings is kept while it is unfinished; absent: nowhere. */
  unfinished?(settings: object): UnfinishedTraining;
  /** Maps of images of the store, of the layer before a built-in network's last blocks; whoever asks for a fit keeps them. */
  maps(
    base: BuiltInName,
    wish: { readonly indices: Int32Array; readonly views: Omit<ViewOrder, 'code'> },
    job: Job,
  ): Promise<ImageMaps>;
}

/** What training a network through its encoder takes: it looks at pixels only. */
export type TrainingRequest = Omit<
  FitRequest<NetworkEncoder>,
  'features' | 'maps' | 'beside' | 'unlabelled' | 'unfinished'
>;

/** A model after training. Scoring is deterministic and un-augmented. Indices refer to the pixel store. */
export interface TrainedModel {
  readonly learner: LearnerName;
  readonly epochs: number;
  /** Why training stopped. */
  readonly stopped: 'accuracy' | 'saturation' | 'epochs' | 'converged';
  /** Share of features that dropout leaves out before the head, in training and in Monte-Carlo scoring; 0 without. */
  readonly dropout: number;
  /** Penultimate features, [n × d]. */
  features(indices: Int32Array, job: Job): Promise<Matrix>;
  /** The linear head on those features; weights [c × d]. */
  readonly head: { readonly weights: Matrix; readonly bias: Vector };
  /** Encoder weights after training (the untouched encoder's for the probe). */
  readonly encoder: Encoder;
}

/** Trains from `request.encoder` and a fresh head. */
export type Learner = (request: FitRequest, job: Job) => Promise<TrainedModel>;
