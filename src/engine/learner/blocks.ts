import type { BuiltInName } from '../../shared/encoders';
import { shippedTail } from '../encoders/builtIn';
import { roomForMaps } from '../encoders/continued/imageMaps';
import { tails } from '../encoders/continued/tails';
import { continuedViews } from '../encoders/continued/views';
import { ownWeights, readContinuedWeights } from '../encoders/continued/weights';
import { inputError } from '../errors';
import { plainViews } from '../features/blockRows';
import { type BlocksEncoder, type Encoder, isFrozen, leadOf } from '../features/encoder';
import { breathe, type Job } from '../job';
import { withClassifier } from '../network/architectures';
import type { Parameters } from '../network/network';
import type { LinearHead } from '../numeric/linearHead';
import { defaultDevices } from '../runtime/device/choose';
import type { Runtime } from '../runtime/runtime';
import { headIn, headParameters } from './head';
import { LabelledViews } from './labelledViews';
import type { FitRequest, TrainedModel } from './learner';
import { fitLogisticRegression } from './logisticRegression';

/** How the last blocks of a built-in encoder and a head on its rows are trained together; chosen on validation images (docs/results.md). */
export interface BlocksRecipe {
  /** At most; fewer where labels are few. */
  readonly steps: number;
  /** Times that the images are gone through, at most. */
  readonly epochs: number;
  /** At most; fewer where there are fewer images. */
  readonly batch: number;
  /** Learning rates of blocks and head; a half cosine down to 0. */
  readonly rates: Readonly<Record<BuiltInName, { readonly blocks: number; readonly head: number }>>;
  readonly momentum: number;
  readonly weightDecay: number;
  /** A longer gradient is scaled down to this. */
  readonly gradientNorm: number;
  /** Share of a target that goes to all classes with labels. */
  readonly smoothing: number;
  /** Penalty of the probe that the head starts from, for each number of a row: one that is sure of itself leaves the blocks nothing to learn. */
  readonly startPenalty: number;
  /** Augmented views of each image, besides the image and its mirrored view; fewer where there is no room for them. */
  readonly views: number;
}

export const blocksRecipe: BlocksRecipe = {
  steps: 300,
  epochs: 100,
  batch: 48,
  rates: { faces: { blocks: 0.05, head: 0.05 }, general: { blocks: 0.003, head: 0.02 } },
  momentum: 0.9,
  weightDecay: 1e-3,
  gradientNorm: 2,
  smoothing: 0.1,
  startPenalty: 2e-4,
  views: 4,
};

/** The last blocks of a built-in encoder, as it was shipped or continued. */
export interface TrainableBlocks extends Omit<BlocksEncoder, 'blocks'> {
  start(): Promise<Parameters>;
}

/** What of an encoder can be trained on labels although others trained it, or of the first of several; null where nothing can. */
export function trainableBlocks(encoder: Encoder): TrainableBlocks | null {
  const lead = leadOf(encoder);
  if (!isFrozen(lead) || lead.recipe.kind !== 'builtIn') return null;
  const { name, pretrained, recipe } = lead;
  const { name: base, mirrored, continued } = recipe;
  const start = () => (continued ? readContinuedWeights(continued.path, tails[base].network) : shippedTail(base));
  return { name, base, mirrored, pretrained, start };
}

/**
 * Trains the last blocks of a built-in encoder and a head together: from the blocks as they are, and from a probe on their
 * rows. Where the device fails, it begins again on the spare one.
 */
export async function trainBlocks(
  request: FitRequest,
  { start, ...encoder }: TrainableBlocks,
  recipe: BlocksRecipe,
  job: Job,
): Promise<Pick<TrainedModel, 'encoder' | 'head' | 'epochs'>> {
  const untrained: BlocksEncoder = { ...encoder, blocks: await start() };
  const head = await probeOn(untrained, request, recipe.startPenalty, job);
  const views = await viewsOf(untrained, request, recipe, job);
  const run: Run = { encoder: untrained, head, views, recipe, classCount: request.classCount };
  const devices = await defaultDevices(tails[encoder.base].network);
  const { current } = devices;
  try {
    return await trainOn(current, run, job);
  } catch (error) {
    return trainOn(devices.after(error, current, job), run, job);
  }
}

/** A linear classifier on the rows before any training. */
async function probeOn(
  encoder: BlocksEncoder,
  { labelled, classCount, features }: FitRequest,
  penalty: number,
  job: Job,
): Promise<LinearHead> {
  const rows = await features(labelled.indices, job, encoder);
  const l2 = penalty * rows.columns;
  return fitLogisticRegression({ features: rows, labels: labelled.labels, classCount, l2 }, job);
}

/** Views of the labelled images: each as it is, mirrored where classes allow it, and some that are drawn once for all trainings. */
async function viewsOf(
  { base, mirrored }: BlocksEncoder,
  { labelled, classCount, seed, maps }: FitRequest,
  recipe: BlocksRecipe,
  job: Job,
): Promise<() => LabelledViews> {
  const { indices } = labelled;
  const how = mirrored ? continuedViews : { ...continuedViews, flipProbability: 0 };
  const count = Math.max(1, Math.min(recipe.views, Math.floor(roomForMaps(base, 1) / indices.length)));
  const kept = [
    await maps(base, { indices, views: plainViews(mirrored) }, job),
    await maps(base, { indices, views: { seed: 0, count, how } }, job),
  ];
  const { smoothing } = recipe;
  const batch = Math.min(recipe.batch, indices.length);
  return () => new LabelledViews({ labelled, maps: kept, classCount, batch, smoothing, seed });
}

interface Run {
  readonly encoder: BlocksEncoder;
  readonly head: LinearHead;
  /** From the first batch on. */
  views(): LabelledViews;
  readonly recipe: BlocksRecipe;
  readonly classCount: number;
}

async function trainOn(runtime: Runtime, { encoder, head, views, recipe, classCount }: Run, job: Job) {
  const { network } = tails[encoder.base];
  const { momentum, weightDecay, gradientNorm } = recipe;
  const rates = recipe.rates[encoder.base];
  const feeder = views();
  const { batch, count, classes } = feeder;
  // a single class has nothing to teach
  const steps = classes < 2 ? 0 : Math.min(recipe.steps, Math.ceil((recipe.epochs * count) / recipe.batch));
  const step = await runtime.compileStep(
    withClassifier(network, classCount, 0),
    { parameters: new Map([...encoder.blocks, ...headParameters(head)]), velocities: new Map() },
    {
      loss: { kind: 'crossEntropy' },
      optimiser: { momentum, weightDecay, decayAll: false, gradientNorm, rates: { head: rates.head / rates.blocks } },
      batch,
    },
    job,
  );
  try {
    for (let s = 0; s < steps; s++) {
      const rate = (rates.blocks * (1 + Math.cos((Math.PI * s) / steps))) / 2;
      const { loss } = await step.run({ ...(await feeder.fill()), learningRate: rate });
      const message = `loss ${loss.toFixed(3)}`;
      job.report({ stage: 'Training the last blocks', done: s + 1, total: steps, unit: 'steps', message });
      await breathe(job);
    }
    const { parameters } = await step.state();
    const blocks = ownWeights(parameters, network);
    if (!blocks)
      throw inputError(
        'Training the last blocks led to weights that are no numbers; try another seed (--seed 1), or take --learner probe.',
      );
    return {
      encoder: { ...encoder, blocks },
      head: headIn(parameters),
      epochs: feeder.epochs,
    };
  } finally {
    await step.dispose().catch(() => {}); // what a lost device held is gone anyway
  }
}
