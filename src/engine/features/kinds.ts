import type { FeatureName } from '../../shared/features';
import type { Dataset } from '../data/dataset/type';
import { inputOf } from '../data/images';
import { combinedWithHog } from './combined';
import { createEncoder, type Encoder, type NetworkEncoder } from './encoder';
import { type PretrainedEncoder, readEncoder } from './encoderFile';
import { hog } from './hog';

/** What the models of a round look at. */
export interface Looks {
  /** What probes and strategies look at. */
  readonly features: Encoder;
  /** Where training the encoder starts; null where the features stay as they are. */
  readonly network: NetworkEncoder | null;
}

/** What a kind may be made of. */
interface Parts {
  /** The dataset's pre-trained encoder; null where there is none. */
  pretrained(): Promise<PretrainedEncoder | null>;
  /** A network with random weights. */
  random(): NetworkEncoder;
}

/** How each kind is opened, in the order of `featureKinds`, which tells the rest. Null without the encoder that it needs. */
const kinds: Readonly<Record<FeatureName, (parts: Parts) => Promise<Looks | null>>> = {
  // HOG needs no training; beside it stands the pre-trained encoder once there is one
  product: async ({ pretrained, random }) => {
    const network = await pretrained();
    return network ? { features: combinedWithHog(network), network } : { features: hog, network: random() };
  },
  scratch: async ({ random }) => trained(random()),
  random: async ({ random }) => fixed(random()),
  hog: async () => fixed(hog),
  pretrained: async ({ pretrained }) => {
    const network = await pretrained();
    return network && trained(network);
  },
  combined: async ({ pretrained }) => {
    const network = await pretrained();
    return network && fixed(combinedWithHog(network));
  },
};

const trained = (network: NetworkEncoder): Looks => ({ features: network, network });
const fixed = (features: Encoder): Looks => ({ features, network: null });

/** The architecture of random weights where nothing else is said. */
export const DEFAULT_ARCHITECTURE = 'small';

/** Opens kinds of features on one dataset, whose pre-trained encoder it reads once. */
export class FeatureOpener {
  private encoder: Promise<PretrainedEncoder | null> | undefined;

  constructor(private readonly dataset: Pick<Dataset, 'directory' | 'pixels'>) {}

  /** A kind of features; null when it needs a pre-trained encoder and there is none. The last two decide on random weights. */
  open(name: FeatureName, architecture = DEFAULT_ARCHITECTURE, seed = 0): Promise<Looks | null> {
    return kinds[name]({
      pretrained: () => {
        this.encoder ??= readEncoder(this.dataset.directory);
        return this.encoder;
      },
      random: () => createEncoder(architecture, inputOf(this.dataset.pixels), seed),
    });
  }
}

/** What people's rounds look at. */
export async function openProduct(dataset: Pick<Dataset, 'directory' | 'pixels'>): Promise<Looks> {
  const looks = await new FeatureOpener(dataset).open('product');
  if (!looks) throw new Error('What rounds look at needs nothing, and could not be opened.');
  return looks;
}
