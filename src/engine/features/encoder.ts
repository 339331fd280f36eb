import type { BuiltInName } from '../../shared/encoders';
import type { ImageShape } from '../../shared/schema/dataset';
import type { FrozenEncoder } from '../encoders/frozen';
import { architecture } from '../network/architectures';
import { initialise } from '../network/initialisation';
import type { Network, Parameters } from '../network/network';

/** What gives features of images: probes, coverage strategies and exports ask for no more. */
export type Encoder = PixelEncoder | FrozenEncoder | BlocksEncoder | CombinedEncoder;

/** What looks at a dataset's pixels; others look at the image files themselves. */
export type PixelEncoder = NetworkEncoder | ImageDescriptor;

/** A network with its weights; `pretrained` tells whether contrastive pre-training made them. */
export interface NetworkEncoder {
  readonly network: Network;
  readonly parameters: Parameters;
  readonly pretrained: boolean;
  /** Whether an image's row is the mean of its own and of its mirrored view's; absent: it is not. */
  readonly mirrored?: boolean;
}

/** A fixed function of an image's pixels, such as HOG: there is nothing in it to train. */
export interface ImageDescriptor {
  readonly name: string;
  /** Everything that decides its values: equal settings, equal features. */
  readonly settings: Readonly<Record<string, number>>;
  readonly pretrained: false;
  /** Whether an image's row is the mean of its own and of its mirrored view's, which the settings say too; absent: it is not. */
  readonly mirrored?: boolean;
  /** Prepares for images of one shape; an input error when they are too small. */
  forImages(shape: ImageShape): {
    readonly dimensions: number;
    /** Writes the features of one image ([channels × height × width] bytes) to `target` from `offset` on. */
    describe(image: Uint8Array, target: Float32Array, offset: number): void;
  };
}

/** A built-in network whose last blocks learnt from labels; it looks at the image files. */
export interface BlocksEncoder {
  /** Of the encoder that training began with. */
  readonly name: string;
  readonly base: BuiltInName;
  /** Weights of the last blocks. */
  readonly blocks: Parameters;
  readonly pretrained: boolean;
  /** Whether an image's row is the mean of its own and of its mirrored view's. */
  readonly mirrored: boolean;
}

/** Encoders side by side. */
export interface CombinedEncoder {
  readonly name: string;
  readonly parts: readonly Encoder[];
  /** Whether one of them is; of weighed ones, whether the first is. */
  readonly pretrained: boolean;
  /**
   * Weighed: each part's features stay as they are, and a probe has a head for each, weighed by what the labels say of it
   * (`learner/weighedProbe.ts`). Otherwise features are scaled to length 1 for every image, so that all have equal say.
   */
  readonly weighed?: true;
}

/** Several encoders of which labels tell how much each is worth; named after the first, which alone counts without labels. */
export interface WeighedEncoder extends CombinedEncoder {
  readonly weighed: true;
  /** What a probe looks at as long as labels are few; absent: the first. */
  readonly early?: Encoder;
}

export const isCombined = (encoder: Encoder): encoder is CombinedEncoder => 'parts' in encoder;

export const isWeighed = (encoder: Encoder): encoder is WeighedEncoder =>
  isCombined(encoder) && encoder.weighed === true;

/** What an encoder is before labels tell what its parts are worth: of weighed ones the first. */
export const leadOf = (encoder: Encoder): Encoder => (isWeighed(encoder) ? encoder.parts[0]! : encoder);

/** What a probe looks at while labels are too few to tell what an encoder's parts are worth. */
export const earlyOf = (encoder: Encoder): Encoder => (isWeighed(encoder) && encoder.early) || leadOf(encoder);

/** All that a probe may look at where rounds look at this. */
export const probedOf = (encoder: Encoder): readonly Encoder[] => [encoder, leadOf(encoder), earlyOf(encoder)];

export const isNetwork = (encoder: Encoder): encoder is NetworkEncoder => 'network' in encoder;

export const isFrozen = (encoder: Encoder): encoder is FrozenEncoder => 'recipe' in encoder;

export const hasBlocks = (encoder: Encoder): encoder is BlocksEncoder => 'blocks' in encoder;

/** Whether it is, or has beside others, a network that others trained. */
export const hasFrozen = (encoder: Encoder): boolean =>
  isCombined(encoder) ? encoder.parts.some(hasFrozen) : isFrozen(encoder) || hasBlocks(encoder);

/** True where distances between features mean something before anything is labelled: not for random weights. */
export const isInformative = (encoder: Encoder): boolean => encoder.pretrained || !isNetwork(encoder);

/** An encoder with fresh weights. */
export function createEncoder(name: string, input: Network['input'], seed: number, grid = 1): NetworkEncoder {
  const network = architecture(name, input, grid);
  return { network, parameters: initialise(network, seed), pretrained: false };
}
