import type { CombinedEncoder, NetworkEncoder } from './encoder';
import { hog } from './hog';

/** Name of the features of a pre-trained encoder and HOG side by side. */
const COMBINED = 'combined';

/** What a probe knows most from: what pre-training learned, and HOG, which sees other things (docs/results.md). */
export const combinedWithHog = (network: NetworkEncoder): CombinedEncoder => ({
  name: COMBINED,
  parts: [network, hog],
  pretrained: true,
});
