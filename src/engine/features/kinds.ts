import type { FeatureName } from '../../shared/features';
import type { Dataset } from '../data/dataset/type';
import { inputOf } from '../data/images';
import { combinedWithHog } from './combined';
import { type CombinedEncoder, createEncoder, type Encoder, type NetworkEncoder } from './encoder';
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
  pretrained(): Promise<NetworkEncoder | null>;
  /** It and HOG side by side. */
  combined(): Promise<CombinedEncoder | null>;
  /** A network with random weights. */
  random(): NetworkEncoder;
}

/** How each kind is opened, in the order of `featureKinds`, which tells the rest. Null without the encoder that it needs. */
const kinds: Readonly<Record<FeatureName, (parts: Parts) => Promise<Looks | null>>> = {
  product: (parts) => asRoundsDo(parts),
  scratch: async ({ random }) => trained(random()),
  random: async ({ random }) => fixed(random()),
  hog: async () => fixed(hog),
  pretrained: async ({ pretrained }) => {
    const network = await pretrained();
    return network && trained(network);
  },
  combined: async ({ combined }) => {
    const features = await combined();
    return features && fixed(features);
  },
};

/** HOG needs no training; beside it stands the pre-trained encoder once there is one. */
async function asRoundsDo({ combined, random }: Parts): Promise<Looks> {
  const features = await combined();
  return features ? { features, network: features.parts[0] } : { features: hog, network: random() };
}

const trained = (network: NetworkEncoder): Looks => ({ features: network, network });
const fixed = (features: Encoder): Looks => ({ features, network: null });

/** The architecture of random weights where nothing else is said. */
export const DEFAULT_ARCHITECTURE = 'small';

/** Opens kinds of features on one dataset. Each part is made once, so that what is kept of an encoder by its object is shared. */
export class FeatureOpener {
  private encoder: Promise<PretrainedEncoder | null> | undefined;
  private withHog: Promise<CombinedEncoder | null> | undefined;
  private readonly networks = new Map<string, NetworkEncoder>();

  constructor(private readonly dataset: Pick<Dataset, 'directory' | 'pixels'>) {}

  /** A kind of features; null when it needs a pre-trained encoder and there is none. The last two decide on random weights. */
  open(name: FeatureName, architecture = DEFAULT_ARCHITECTURE, seed = 0): Promise<Looks | null> {
    return kinds[name](this.parts(architecture, seed));
  }

  /** What people's rounds look at: it needs nothing, so it is always there. */
  openProduct(): Promise<Looks> {
    return asRoundsDo(this.parts(DEFAULT_ARCHITECTURE, 0));
  }

  private parts(architecture: string, seed: number): Parts {
    return {
      pretrained: () => this.pretrained(),
      combined: () => this.combined(),
      random: () => this.network(architecture, seed),
    };
  }

  private pretrained(): Promise<PretrainedEncoder | null> {
    this.encoder ??= readEncoder(this.dataset.directory);
    return this.encoder;
  }

  private combined(): Promise<CombinedEncoder | null> {
    this.withHog ??= this.pretrained().then((network) => network && combinedWithHog(network));
    return this.withHog;
  }

  private network(architecture: string, seed: number): NetworkEncoder {
    const key = `${architecture}/${seed}`;
    const network = this.networks.get(key) ?? createEncoder(architecture, inputOf(this.dataset.pixels), seed);
    this.networks.set(key, network);
    return network;
  }
}

/** What people's rounds look at. */
export const openProduct = (dataset: Pick<Dataset, 'directory' | 'pixels'>): Promise<Looks> =>
  new FeatureOpener(dataset).openProduct();
