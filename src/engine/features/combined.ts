import type { CombinedEncoder, Encoder, NetworkEncoder, WeighedEncoder } from './encoder';
import { hog, mirroredHog } from './hog';

/** A pre-trained encoder and HOG, which sees other things (docs/results.md) of the same views, under the name of those features. */
export const combinedWithHog = (network: NetworkEncoder): CombinedEncoder =>
  sideBySide('combined', [network, network.mirrored ? mirroredHog : hog]);

/** Encoders that labels weigh, under a name; the first is what rounds look at as long as labels are few. */
export const weighed = (name: string, parts: readonly [Encoder, ...Encoder[]]): WeighedEncoder => ({
  name,
  parts,
  pretrained: parts[0].pretrained,
  weighed: true,
});

/** Encoders side by side. */
export const sideBySide = (name: string, parts: readonly Encoder[]): CombinedEncoder => ({
  name,
  parts,
  pretrained: parts.some((part) => part.pretrained),
});
