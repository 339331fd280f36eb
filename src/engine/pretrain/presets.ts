import { faceViews, simclrViews, type ViewOptions } from '../augment/views';
import { usageError } from '../errors';
import { DEFAULT_GRID } from '../network/architectures';

/** How a network learns to tell images apart, whatever they and their views come from. */
export interface ContrastiveOptions {
  /** Images a step; a step sees two views of each. */
  readonly batch: number;
  readonly temperature: number;
  /** Decoupled contrastive loss: the positive is not in the denominator. */
  readonly decoupled: boolean;
  /** Hidden and output features of the projector. */
  readonly projector: readonly [hidden: number, output: number];
  readonly learningRate: number;
  readonly schedule: 'warmupCosine' | 'paper';
  readonly momentum: number;
  readonly weightDecay: number;
  /** Factors on the learning rate of ops whose names begin so. */
  readonly rates?: Readonly<Record<string, number>>;
  /** Length that the gradient is shortened to where it is longer. */
  readonly gradientNorm?: number;
  /** Copies of the network that share a batch out; 1 unless said. */
  readonly replicas?: number;
  /** How long: passes over the images, or minutes from which the passes are derived by timing the first steps. */
  readonly length: { readonly epochs: number } | { readonly minutes: number };
}

/** Everything that decides what a pre-training run computes, besides the images and the seed. */
export interface PretrainOptions extends ContrastiveOptions {
  readonly preset: PresetName;
  /** Architecture of the encoder. */
  readonly encoder: string;
  /** Places along each side of the grid that its last map is averaged over: what the projector reads. */
  readonly grid: number;
  readonly views: ViewOptions;
  /** Sides of a view as a share of the image's, down to a smallest size; 1 where it is absent. */
  readonly viewScale?: number;
}

export const presetNames = ['quick', 'paper'] as const;
export type PresetName = (typeof presetNames)[number];

/** Warm-up of the `warmupCosine` schedule, in epochs, but at most a tenth of the run. */
export const WARMUP_EPOCHS = 5;

const presets: Readonly<Record<PresetName, Omit<PretrainOptions, 'preset'>>> = {
  // For CPUs: many small steps on small views, chosen at equal minutes (docs/results.md).
  quick: {
    encoder: 'small',
    grid: DEFAULT_GRID,
    batch: 64,
    temperature: 0.2,
    decoupled: false,
    projector: [256, 128],
    learningRate: 0.15,
    schedule: 'warmupCosine',
    momentum: 0.9,
    weightDecay: 1e-4,
    views: faceViews,
    viewScale: 0.5,
    length: { minutes: 30 },
  },
  // Roy & Etemad 2023, as their released command sets it, without the labels that it fed to the loss.
  paper: {
    encoder: 'resnet18',
    grid: 1,
    batch: 1024,
    temperature: 0.1,
    decoupled: false,
    projector: [512, 128],
    learningRate: 0.5,
    schedule: 'paper',
    momentum: 0.9,
    weightDecay: 1e-4,
    views: simclrViews,
    length: { epochs: 1000 },
  },
};

/** A preset with changes; unknown presets are usage errors. */
export function pretrainOptions(
  preset: string,
  changes: Partial<Omit<PretrainOptions, 'preset'>> = {},
): PretrainOptions {
  const name = presetNames.find((known) => known === preset);
  if (!name) throw usageError(`There is no preset "${preset}"; the known ones are ${presetNames.join(' and ')}.`);
  return { preset: name, ...presets[name], ...changes };
}

/** Steps that an epoch of the `quick` preset should hold: as many as batches of 256 made of 6,999 images. */
const STEPS_AN_EPOCH = 27;
const SMALLEST_BATCH = 32;

/**
 * The options for so many images. Few images make few steps an epoch, and steps are what a short run lacks: the `quick`
 * preset's batch is halved until an epoch holds enough of them, and its learning rate follows the root of the batch.
 */
export function fitToImages(options: PretrainOptions, images: number): PretrainOptions {
  if (options.preset !== 'quick') return options;
  let { batch } = options;
  while (batch > SMALLEST_BATCH && images / batch < STEPS_AN_EPOCH) batch /= 2;
  return { ...options, batch, learningRate: options.learningRate * Math.sqrt(batch / options.batch) };
}

/** The `quick` preset's settings as they were up to 2026-11-30, with which a run that was begun then goes on. */
export function formerOptions({ viewScale: _, ...options }: PretrainOptions, images: number): PretrainOptions {
  return fitToImages({ ...options, batch: 256, learningRate: 0.3 }, images);
}

/**
 * The options for a device that has no memory for the batch on so many images. What a step learns from changes with its batch: results
 * differ. (Caching gradients, as in L. Gao et al. 2021, would keep the batch, but not the statistics of batch
 * normalisation, which are the whole batch's: it is no way to equal results for these networks.)
 */
export function halveBatch<O extends ContrastiveOptions>(options: O, images: number): O {
  const batch = Math.floor(Math.min(options.batch, images) / 2);
  return { ...options, batch, learningRate: options.learningRate * Math.SQRT1_2 };
}
