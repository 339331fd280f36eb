import type { ImageShape } from '../../shared/schema/dataset';
import type { Normalisation, PixelStore } from '../data/images';
import { usageError } from '../errors';
import type { Job } from '../job';
import type { Matrix } from '../matrix';
import type { Network, Parameters } from '../network/network';

export const learnerNames = ['probe', 'finetune', 'paper'] as const;
export type LearnerName = (typeof learnerNames)[number];

/** What gives features of images: probes, coverage strategies and exports ask for no more. */
export type Encoder = NetworkEncoder | ImageDescriptor | CombinedEncoder;

/** A network with its weights; `pretrained` tells whether contrastive pre-training made them. */
export interface NetworkEncoder {
  readonly network: Network;
  readonly parameters: Parameters;
  readonly pretrained: boolean;
}

/** A fixed function of an image's pixels, such as HOG: there is nothing in it to train. */
export interface ImageDescriptor {
  readonly name: string;
  /** Everything that decides its values: equal settings, equal features. */
  readonly settings: Readonly<Record<string, number>>;
  readonly pretrained: false;
  /** Prepares for images of one shape; an input error when they are too small. */
  forImages(shape: ImageShape): {
    readonly dimensions: number;
    /** Writes the features of one image ([channels × height × width] bytes) to `target` from `offset` on. */
    describe(image: Uint8Array, target: Float32Array, offset: number): void;
  };
}

/**
 * A pre-trained network and a descriptor side by side: the features of each are scaled to length 1 for every image, so that
 * both have equal say in distances and products.
 */
export interface CombinedEncoder {
  readonly name: string;
  readonly parts: readonly [NetworkEncoder, ImageDescriptor];
  readonly pretrained: true;
}

export const isCombined = (encoder: Encoder): encoder is CombinedEncoder => 'parts' in encoder;

export const isNetwork = (encoder: Encoder): encoder is NetworkEncoder => 'network' in encoder;

/** True where distances between features mean something before anything is labelled: not for random weights. */
export const isInformative = (encoder: Encoder): boolean => encoder.pretrained || !isNetwork(encoder);

/** Refuses to train what can't be trained. */
export function requireNetwork(encoder: Encoder, learner: LearnerName): NetworkEncoder {
  if (isNetwork(encoder)) return encoder;
  throw usageError(
    `The learner ${learner} trains the encoder, and ${encoder.name} features are fixed; take the learner probe.`,
  );
}

export interface FitRequest<E extends Encoder = Encoder> {
  readonly pixels: PixelStore;
  readonly normalisation: Normalisation;
  /** Where every fit starts: the pre-trained encoder, or freshly initialised weights. Never changed by a fit. */
  readonly encoder: E;
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
  /** Share of features that dropout leaves out before the head, in training and in Monte-Carlo scoring; 0 without. */
  readonly dropout: number;
  /** Penultimate features, [n × d]. */
  features(indices: Int32Array, job: Job): Promise<Matrix>;
  /** The linear head on those features; weights [c × d]. */
  readonly head: { readonly weights: Matrix; readonly bias: Float32Array | Float64Array };
  /** Encoder weights after training (the untouched encoder's for the probe). */
  readonly encoder: Encoder;
}

/** Trains from `request.encoder` and a fresh head. */
export type Learner = (request: FitRequest, job: Job) => Promise<TrainedModel>;
