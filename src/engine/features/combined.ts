import type { CombinedEncoder, Encoder, NetworkEncoder, WeighedEncoder } from './encoder';
import { hog, mirroredHog } from './hog';

/** A pre-trained encoder and HOG, which sees other things (docs/results.md) of the same views, under the name of those features. */
export const combinedWithHog = (network: NetworkEncoder): CombinedEncoder =>
  sideBySide('combined', [network, network.mirrored ? mirroredHog : hog]);

/** Encoders that labels weigh, under a name; as long as they are few, probes look at `early`, and all else at the first. */
export const weighed = (
  name: string,
  parts: readonly [Encoder, ...Encoder[]],
  early: Encoder = parts[0],
): WeighedEncoder => ({
  name,
  parts,
  pretrained: parts[0].pretrained,
  weighed: true,
  ...(early === parts[0] ? {} : { early }),
});

/** Encoders side by side. */
export const sideBySide = (name: string, parts: readonly Encoder[]): CombinedEncoder => ({
  name,
  parts,
  pretrained: parts.some((part) => part.pretrained),
});
