import type { CombinedEncoder, Encoder, NetworkEncoder } from './encoder';
import { hog, mirroredHog } from './hog';

/** A pre-trained encoder and HOG, which sees other things (docs/results.md) of the same views, under the name of those features. */
export const combinedWithHog = (network: NetworkEncoder): CombinedEncoder =>
  sideBySide('combined', [network, network.mirrored ? mirroredHog : hog]);

/** Encoders side by side. */
export const sideBySide = (name: string, parts: readonly Encoder[]): CombinedEncoder => ({
  name,
  parts,
  pretrained: parts.some((part) => part.pretrained),
});
