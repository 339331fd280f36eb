import { hasLearnt } from '../../shared/encoderHealth';
import { type BuiltInName, builtInNames } from '../../shared/encoders';
import { externalNameOf, type FeatureName, type KindName, madeBefore, partsOf } from '../../shared/features';
import { isBuiltInName } from '../../shared/modelName';
import type { Dataset } from '../data/dataset/type';
import { inputOf } from '../data/images';
import { builtInRecipe } from '../encoders/builtIn';
import { openFrozen, rawRowsOfSome } from '../encoders/embedding/embed';
import { externalRecipe } from '../encoders/external/register';
import { givenRecipe } from '../encoders/given/register';
import type { BuiltInRecipe, RowsRecipe } from '../encoders/recipe';
import { inputError } from '../errors';
import type { Job } from '../job';
import { DEFAULT_GRID } from '../network/architectures';
import type { Matrix } from '../numeric/matrix';
import { rowsOfSome } from './cache';
import { combinedWithHog, sideBySide, weighed } from './combined';
import { continuedRecipe, readContinued } from './continuedFile';
import { type CombinedEncoder, createEncoder, type Encoder, hasFrozen, isFrozen, type NetworkEncoder } from './encoder';
import { type PretrainedEncoder, readEncoder } from './encoderFile';
import { featuresInUse, mirroredBy } from './featuresFile';
import { hog, isHogPossible, mirroredHog } from './hog';

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
  random(): Promise<NetworkEncoder>;
  hog(): Promise<Encoder>;
  /** A network that others trained. */
  builtIn(name: BuiltInName): Promise<Encoder>;
  /** The dataset's continued built-in encoder; null where there is none. */
  continued(): Promise<Encoder | null>;
  /** What the dataset says that it uses; null where it says nothing. */
  inUse(): Promise<FeatureName | null>;
  /** Another kind of the same dataset; null without the encoder that it needs. */
  open(name: FeatureName): Promise<Looks | null>;
  /** Several that labels weigh. */
  weighed(name: FeatureName, parts: readonly [Encoder, ...Encoder[]], early?: Encoder): Encoder;
  /** What needs no training: HOG, unless the images are too small for it. */
  descriptors(): Promise<Encoder[]>;
}

/** How each kind is opened, in the order of the other table, which tells the rest. Null without the encoder that it needs. */
const kinds: Readonly<Record<KindName, (parts: Parts) => Promise<Looks | null>>> = {
  product: (parts) => asRoundsDo(parts),
  scratch: async ({ random }) => trained(await random()),
  random: async ({ random }) => fixed(await random()),
  hog: async (parts) => fixed(await parts.hog()),
  pretrained: async ({ pretrained }) => {
    const network = await pretrained();
    return network && trained(network);
  },
  combined: async ({ pretrained }) => {
    const network = await pretrained();
    return network && fixed(combinedOf(network));
  },
  faces: async ({ builtIn }) => fixed(await builtIn('faces')),
  general: async ({ builtIn }) => fixed(await builtIn('general')),
  continued: async ({ continued }) => {
    const encoder = await continued();
    return encoder && fixed(encoder);
  },
};

/**
 * What the dataset uses, and beside it what labels may find useful too: the built-in encoder as it was before its last blocks went on
 * learning, HOG, which costs seconds, and the pre-trained encoder once there is one. Where nothing is said, that encoder comes first,
 * with HOG side by side as long as labels are few, and HOG before there is one, or as long as it has learnt next to nothing. What
 * stands for rows of one's own, or was put side by side by hand, is left as it is. What a person may ask to be trained instead is
 * the pre-trained encoder, or random weights.
 */
async function asRoundsDo(parts: Parts): Promise<Looks> {
  const { pretrained, random, weighed } = parts;
  const name = await parts.inUse();
  const network = await pretrained();
  if (network && (name === null || name === 'combined')) {
    const [descriptor] = await parts.descriptors();
    if (!descriptor) return { features: network, network };
    const features = hasLearnt(network.info.health)
      ? weighed('combined', [network, descriptor], combinedOf(network))
      : weighed('hog', [descriptor, network]);
    return { features, network };
  }
  if (name === null) return { features: await parts.hog(), network: await random() };
  const looks = await parts.open(name);
  if (looks && (isBuiltInName(name) || name === 'continued')) {
    const before = name === 'continued' ? [await parts.builtIn(shippedAs(looks.features))] : [];
    const others = [...before, ...(await parts.descriptors()), ...(network ? [network] : [])];
    const features = weighed(name, [looks.features, ...others]);
    return { features, network: network ?? (await random()) };
  }
  if (!looks)
    throw inputError(
      `This dataset looks through ${name}, but its pre-trained encoder is not there; ${howToMake(name)}, or encoder use with another one.`,
    );
  return { features: looks.features, network: looks.network ?? network ?? (await random()) };
}

/** What makes the encoder that features lack. */
export const howToMake = (name: FeatureName): string =>
  madeBefore(name).continued ? 'run pretrain with --encoder faces or --encoder general' : 'run pretrain';

/** The built-in encoder whose last blocks went on learning. */
function shippedAs(encoder: Encoder): BuiltInName {
  if (isFrozen(encoder) && encoder.recipe.kind === 'builtIn') return encoder.recipe.name;
  throw new Error(`Nothing that ships was continued as ${isFrozen(encoder) ? encoder.name : 'this'}.`);
}

const trained = (network: NetworkEncoder): Looks => ({ features: network, network });
const fixed = (features: Encoder): Looks => ({ features, network: null });

const combinations = new WeakMap<NetworkEncoder, Encoder>();

/** One object for each network, so that what is kept of it is shared. */
function combinedOf(network: NetworkEncoder): Encoder {
  const combined = combinations.get(network) ?? combinedWithHog(network);
  combinations.set(network, combined);
  return combined;
}

/** The architecture of random weights where nothing else is said. */
export const DEFAULT_ARCHITECTURE = 'small';

/** Opens kinds of features on one dataset. Each part is made once, so that what is kept of an encoder by its object is shared. */
export class FeatureOpener {
  private encoder: Promise<PretrainedEncoder | null> | undefined;
  private views: Promise<boolean> | undefined;
  private readonly networks = new Map<string, NetworkEncoder>();
  private readonly frozen = new Map<string, Promise<Encoder>>();
  private readonly combined = new Map<string, CombinedEncoder>();

  constructor(
    private readonly dataset: Dataset,
    private readonly job: Job,
  ) {}

  /**
   * A kind of features; null when it needs a pre-trained encoder and there is none. The last two decide on random weights.
   * @throws an input error for an added encoder that is not there, or whose file is not what it was.
   */
  async open(name: FeatureName, architecture = DEFAULT_ARCHITECTURE, seed = 0): Promise<Looks | null> {
    if (Object.hasOwn(kinds, name)) return kinds[name as KindName](this.parts(architecture, seed));
    const external = externalNameOf(name);
    if (external !== null) return fixed(await this.external(external));
    return this.besides(name, architecture, seed);
  }

  /** What might suit the images better than an encoder that was guessed, and is not beside it already: the other built-in ones. */
  rivals(name: FeatureName): FeatureName[] {
    return builtInNames.filter((other) => other !== name);
  }

  /** What an encoder makes of some images, [indices × d], with as little work as that takes; nothing is fitted to the others. */
  async rowsOfSome(name: FeatureName, indices: Int32Array): Promise<{ rows: Matrix<Float32Array>; frozen: boolean }> {
    const { dataset, job } = this;
    const recipe = isBuiltInName(name) ? await this.recipeOf(name) : await this.continuedBy(name);
    if (recipe) return { rows: await rawRowsOfSome(dataset, recipe, indices, job), frozen: true };
    const looks = await this.open(name);
    if (!looks) throw new Error(`The features ${name} can't be opened.`);
    return {
      rows: await rowsOfSome(dataset, looks.features, indices, job),
      frozen: hasFrozen(looks.features),
    };
  }

  /** What people's rounds look at: it needs nothing, so it is always there. */
  openProduct(): Promise<Looks> {
    return asRoundsDo(this.parts(DEFAULT_ARCHITECTURE, 0));
  }

  private async besides(name: FeatureName, architecture: string, seed: number): Promise<Looks | null> {
    const parts: Encoder[] = [];
    for (const part of partsOf(name)) {
      const looks = await this.open(part, architecture, seed);
      if (!looks) return null;
      parts.push(looks.features);
    }
    return fixed(this.once(sideBySide(name, parts)));
  }

  /** One object for the same parts, so that what is kept of it is shared. */
  private once(combined: CombinedEncoder): CombinedEncoder {
    const { name, parts, weighed = false } = combined;
    const key = `${name}${weighed ? ', weighed' : ''}`;
    const known = this.combined.get(key);
    if (known?.parts.length === parts.length && known.parts.every((part, i) => part === parts[i])) return known;
    this.combined.set(key, combined);
    return combined;
  }

  private parts(architecture: string, seed: number): Parts {
    return {
      pretrained: () => this.pretrained(),
      random: () => this.network(architecture, seed),
      hog: () => this.hog(),
      builtIn: (name) => this.frozenOnce(name, () => this.recipeOf(name)),
      continued: () => this.continued(),
      inUse: () => featuresInUse(this.dataset.directory),
      open: (name) => this.open(name, architecture, seed),
      weighed: (name, parts, early) => this.once(weighed(name, parts, early)),
      descriptors: async () => (isHogPossible(this.dataset.file.image) ? [await this.hog()] : []),
    };
  }

  private async continued(): Promise<Encoder | null> {
    const recipe = await this.continuedBy('continued');
    return recipe && this.frozenOnce('continued', async () => recipe);
  }

  /** Null where the name stands for something else, or there is none. */
  private async continuedBy(name: FeatureName): Promise<BuiltInRecipe | null> {
    const encoder = name === 'continued' ? await readContinued(this.dataset.directory) : null;
    return encoder && continuedRecipe(encoder, await this.mirrored());
  }

  private external(name: string): Promise<Encoder> {
    const { directory } = this.dataset;
    return this.frozenOnce(
      `external:${name}`,
      async () => (await givenRecipe(directory, name)) ?? externalRecipe(directory, name),
    );
  }

  private frozenOnce(name: string, recipe: () => Promise<RowsRecipe>): Promise<Encoder> {
    const known = this.frozen.get(name);
    if (known) return known;
    const opened = recipe().then((found) => openFrozen(this.dataset, name, found, this.job));
    this.frozen.set(name, opened);
    return opened;
  }

  private pretrained(): Promise<PretrainedEncoder | null> {
    this.encoder ??= readEncoder(this.dataset.directory).then(
      async (encoder) => encoder && this.withViews(encoder, await this.mirrored()),
    );
    return this.encoder;
  }

  /** Random weights look at the images as the pre-trained encoder does, where there is one. */
  private async network(architecture: string, seed: number): Promise<NetworkEncoder> {
    const mirrored = await this.mirrored();
    const pretrained = await this.pretrained();
    const grid = pretrained ? (pretrained.info.grid ?? 1) : DEFAULT_GRID;
    const key = `${architecture}/${seed}`;
    const fresh = () => this.withViews(createEncoder(architecture, inputOf(this.dataset.pixels), seed, grid), mirrored);
    const network = this.networks.get(key) ?? fresh();
    this.networks.set(key, network);
    return network;
  }

  private async hog(): Promise<Encoder> {
    return (await this.mirrored()) ? mirroredHog : hog;
  }

  private async recipeOf(name: BuiltInName) {
    return builtInRecipe(name, this.dataset.file.classes, await this.mirrored());
  }

  private mirrored(): Promise<boolean> {
    this.views ??= mirroredBy(this.dataset.directory, this.dataset.file.classes);
    return this.views;
  }

  private withViews<T extends NetworkEncoder>(encoder: T, mirrored: boolean): T {
    return mirrored ? { ...encoder, mirrored } : encoder;
  }
}

/** What people's rounds look at. */
export const openProduct = (dataset: Dataset, job: Job): Promise<Looks> =>
  new FeatureOpener(dataset, job).openProduct();
