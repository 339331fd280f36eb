import type { LearnerName } from '../../shared/learners';
import { percent } from '../../shared/percent';
import { emptyPicture, type Picture, type ViewOptions, writeCrop, writeView } from '../augment/views';
import { extractFeatures } from '../features/extract';
import { breathe, type Job } from '../job';
import { withClassifier } from '../network/architectures';
import { activationShapes, parameterDefinitions } from '../network/definitions';
import { initialise } from '../network/initialisation';
import { copyParameters, type Network, type Parameters } from '../network/network';
import type { LinearHead } from '../numeric/linearHead';
import { argmax } from '../numeric/probabilities';
import { Random } from '../numeric/random';
import { defaultDevices } from '../runtime/device/choose';
import type { DevicePair } from '../runtime/devicePair';
import type { Runtime, StepInputs, TrainingStep } from '../runtime/runtime';
import { headIn, headParameters } from './head';
import type { TrainedModel, TrainingRequest } from './learner';
import { type StopRule, shouldStop } from './stopRule';

/** How encoder and head are trained together on labelled images. */
export interface TrainingRecipe {
  readonly learner: LearnerName;
  readonly epochs: number;
  /** More epochs than that where they would hold fewer steps, up to MOST_EPOCHS: few images make few steps an epoch. */
  readonly fewestSteps: number;
  /** At most; fewer when there are fewer images. */
  readonly batch: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly decayAll: boolean;
  /** Cosine to 0: stepped every batch, or every epoch as in the paper's code. */
  readonly cosine: 'step' | 'epoch';
  /** Dropout between encoder and head. */
  readonly dropout: number;
  /** How labelled images vary: crops shifted by at most `padding` pixels and mirrored, or random views. */
  readonly augmentation: { readonly padding: number } | ViewOptions;
  readonly stop: StopRule;
}

/** Where the paper's protocol ends; no recipe goes beyond. */
const MOST_EPOCHS = 200;

/** Steps after which running statistics have forgotten earlier ones (0.9⁵⁰ < 1 %). */
const SETTLED = 50;

/**
 * Trains encoder and head by SGD on random crops of the labelled images. Starts from exactly the request's encoder and
 * from the given head, or a fresh one. Where the device fails, it begins again on the spare one: minutes are lost, and the
 * result is that of a run on one device.
 */
export async function trainClassifier(
  request: TrainingRequest,
  recipe: TrainingRecipe,
  head: LinearHead | null,
  job: Job,
  device?: DevicePair,
): Promise<TrainedModel> {
  device ??= await defaultDevices(request.encoder.network);
  const { current } = device;
  try {
    return await trainOn(current, request, recipe, head, job);
  } catch (error) {
    return trainOn(device.after(error, current, job), request, recipe, head, job);
  }
}

async function trainOn(
  runtime: Runtime,
  request: TrainingRequest,
  recipe: TrainingRecipe,
  head: LinearHead | null,
  job: Job,
): Promise<TrainedModel> {
  const { encoder, classCount, labelled } = request;
  const network = withClassifier(encoder.network, classCount, recipe.dropout);
  const schedule = scheduleOf(recipe, labelled.indices.length);
  const { batch } = schedule;
  const parameters = startParameters(request, network, head);
  const step = await runtime.compileStep(
    network,
    { parameters, velocities: new Map() },
    {
      loss: { kind: 'crossEntropy' },
      optimiser: { momentum: recipe.momentum, weightDecay: recipe.weightDecay, decayAll: recipe.decayAll },
      batch,
    },
    job,
  );
  try {
    const run = { request, recipe, schedule, step, feeder: new CropFeeder(request, recipe, network, batch) };
    const { epochs, stopped } = await trainEpochs(run, job);
    // after a schedule's end the rate was nearly 0 for long; after an early stop the statistics lag behind the weights
    if (stopped !== 'epochs' || epochs * schedule.stepsPerEpoch < SETTLED) await settleStatistics(run, job);
    return toModel(request, recipe, (await step.state()).parameters, epochs, stopped);
  } finally {
    await step.dispose().catch(() => {}); // what a lost device held is gone anyway
  }
}

/** How long training takes at most. */
interface Schedule {
  readonly batch: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

function scheduleOf(recipe: TrainingRecipe, n: number): Schedule {
  const batch = Math.min(recipe.batch, n);
  const stepsPerEpoch = Math.ceil(n / batch);
  const epochs = Math.max(recipe.epochs, Math.min(MOST_EPOCHS, Math.ceil(recipe.fewestSteps / stepsPerEpoch)));
  return { batch, stepsPerEpoch, epochs };
}

function learningRateAt(recipe: TrainingRecipe, { stepsPerEpoch, epochs }: Schedule, epoch: number, s: number): number {
  const at = recipe.cosine === 'step' ? (epoch * stepsPerEpoch + s) / (epochs * stepsPerEpoch) : epoch / epochs;
  return (recipe.learningRate * (1 + Math.cos(Math.PI * at))) / 2;
}

/** One training under way. */
interface Run {
  readonly request: TrainingRequest;
  readonly recipe: TrainingRecipe;
  readonly schedule: Schedule;
  readonly step: TrainingStep;
  readonly feeder: CropFeeder;
}

/** Trains until the stop rule or the last epoch says so. */
async function trainEpochs(run: Run, job: Job): Promise<{ epochs: number; stopped: TrainedModel['stopped'] }> {
  const { recipe, schedule } = run;
  const accuracies: number[] = [];
  for (;;) {
    const accuracy = await trainEpoch(run, accuracies.length, job);
    accuracies.push(accuracy);
    const epochs = accuracies.length;
    job.report({
      stage: 'Training',
      done: epochs,
      total: schedule.epochs,
      unit: 'epochs',
      message: `training accuracy ${percent(accuracy)}`,
    });
    const stopped = shouldStop(accuracies, recipe.stop);
    if (stopped) return { epochs, stopped };
    if (epochs === schedule.epochs) return { epochs, stopped: 'epochs' };
  }
}

/** One pass over the labelled images; the share of them that was classified rightly on the way. */
async function trainEpoch({ request, recipe, schedule, step, feeder }: Run, epoch: number, job: Job): Promise<number> {
  const { classCount, labelled, seed } = request;
  const { batch, stepsPerEpoch } = schedule;
  const n = labelled.indices.length;
  const order = Random.stream(seed, `shuffle/${epoch}`).permutation(n);
  let correct = 0;
  for (let s = 0; s < stepsPerEpoch; s++) {
    const rows = batchRows(order, s, batch);
    const learningRate = learningRateAt(recipe, schedule, epoch, s);
    const { output } = await step.run({ ...feeder.fill(rows), learningRate });
    // rows that only fill up the last batch were counted before
    for (let i = 0; i < Math.min(batch, n - s * batch); i++) {
      const logits = output.subarray(i * classCount, (i + 1) * classCount);
      if (argmax(logits) === labelled.labels[rows[i]]) correct++;
    }
    await breathe(job);
  }
  return correct / n;
}

/** Lets running statistics catch up with weights that no longer change. */
async function settleStatistics({ request, schedule, step, feeder }: Run, job: Job): Promise<void> {
  const all = Int32Array.from(request.labelled.indices.keys());
  for (let s = 0; s < SETTLED; s++) {
    await step.run({ ...feeder.fill(batchRows(all, s, schedule.batch)), learningRate: 0 });
    await breathe(job);
  }
}

/** Fills batches with random crops, their targets and a dropout mask. The arrays are used again by the next batch. */
class CropFeeder {
  private readonly picture: Picture;
  private readonly images: Float32Array;
  private readonly targets: Float32Array;
  private readonly masks: ReadonlyMap<string, Float32Array>;
  private readonly random: Random;

  constructor(
    private readonly request: TrainingRequest,
    private readonly recipe: TrainingRecipe,
    network: Network,
    batch: number,
  ) {
    const { pixels, normalisation, classCount, seed } = request;
    this.picture = emptyPicture(pixels, normalisation);
    this.images = new Float32Array(batch * this.picture.bytes.length);
    this.targets = new Float32Array(batch * classCount);
    const dropped = activationShapes(network).get('head.dropout');
    this.masks = new Map(dropped ? [['head.dropout', new Float32Array(batch * dropped[0])]] : []);
    this.random = Random.stream(seed, 'augment');
  }

  /** `rows` are positions in the labelled set, as many as the batch has. */
  fill(rows: Int32Array): Omit<StepInputs, 'learningRate'> {
    const { request, recipe, picture, images, targets, masks, random } = this;
    const { pixels, labelled, classCount, mirrors = true } = request;
    const { augmentation } = recipe;
    targets.fill(0);
    for (const [i, row] of rows.entries()) {
      pixels.read(labelled.indices[row], picture.bytes, 0);
      const offset = i * picture.bytes.length;
      if ('padding' in augmentation) writeCrop(picture, { ...augmentation, mirrors }, random, images, offset);
      else writeView(picture, augmentation, random, { values: images, offset });
      targets[i * classCount + labelled.labels[row]] = 1;
    }
    const keep = 1 - recipe.dropout;
    for (const mask of masks.values())
      for (let i = 0; i < mask.length; i++) mask[i] = random.chance(keep) ? 1 / keep : 0;
    return { images, targets, masks };
  }
}

/** Where training starts: exactly the request's encoder, and the given head or a fresh one. */
export function startParameters(
  { encoder, seed }: TrainingRequest,
  network: Network,
  head: LinearHead | null,
): Parameters {
  const parameters = new Map([...initialise(network, seed), ...copyParameters(encoder.parameters)]);
  return head ? new Map([...parameters, ...headParameters(head)]) : parameters;
}

/** Rows of a batch; the last batch of an epoch is filled up from the epoch's beginning. */
function batchRows(order: Int32Array, step: number, batch: number): Int32Array {
  return Int32Array.from({ length: batch }, (_, i) => order[(step * batch + i) % order.length]);
}

/** What training made of the request's encoder and a head. */
export function toModel(
  { encoder, pixels, normalisation }: TrainingRequest,
  { learner, dropout }: Pick<TrainingRecipe, 'learner' | 'dropout'>,
  parameters: Parameters,
  epochs: number,
  stopped: TrainedModel['stopped'],
): TrainedModel {
  const own = [...parameterDefinitions(encoder.network).keys()].map((name) => [name, parameters.get(name)!] as const);
  const trained = { ...encoder, parameters: new Map(own) };
  return {
    learner,
    epochs,
    stopped,
    dropout,
    encoder: trained,
    head: headIn(parameters),
    features: (indices, job) => extractFeatures(trained, { pixels, normalisation, indices }, job),
  };
}
