import { median } from '../../shared/statistics';
import { DeviceError, inputError, usageError } from '../errors';
import { breathe, type Job } from '../job';
import { withProjector } from '../network/architectures';
import { parameterDefinitions } from '../network/definitions';
import { initialise } from '../network/initialisation';
import type { Network, Parameters } from '../network/network';
import { Random, type RandomState } from '../numeric/random';
import type { DevicePair } from '../runtime/devicePair';
import type { Optimiser, Runtime, TrainingState, TrainingStep } from '../runtime/runtime';
import { contrastiveHealth, type Health } from './health';
import { type ContrastiveOptions, halveBatch, WARMUP_EPOCHS } from './presets';
import { paperSchedule, type Schedule, warmupCosine } from './schedules';

/** One pass over the images, as the loss curve shows it. */
export interface PretrainEpoch extends Health {
  /** Mean contrastive loss. */
  readonly loss: number;
}

/** Where a run stands between two steps; a run that continues from here ends with the same bytes. */
export interface PretrainProgress {
  readonly seed: number;
  readonly epochs: number;
  /** Steps done. */
  readonly step: number;
  /** The 'augment' stream. */
  readonly random: RandomState;
  readonly history: readonly PretrainEpoch[];
  /** Sums over the epoch under way. */
  readonly running: { readonly loss: number; readonly alignment: number; readonly uniformity: number };
  /** Seconds spent in steps so far, over all sittings. */
  readonly seconds: number;
  /** Copies of the network that share each batch out; 1 where it is absent, as in runs of earlier versions. */
  readonly replicas?: number | undefined;
  /** How often the batch was halved because the device had no memory for it; at first 0. */
  readonly halvings?: number | undefined;
}

/** Saves and finds the state of an unfinished run. */
export interface PretrainCheckpoints {
  load(): Promise<{ progress: PretrainProgress; state: TrainingState } | null>;
  save(progress: PretrainProgress, state: TrainingState): Promise<void>;
}

/** Makes the batches: which images a step sees is a function of seed, epoch and step alone. */
export interface ViewFeeder {
  /** Two views of each image of a step: rows i and i + batch. The array is used again by the next call. */
  views(seed: number, epoch: number, step: number, random: Random): Float32Array;
}

/** What is learned from: images without anything else, so labels can't reach the training. */
export interface ViewSource {
  /** How many. */
  readonly images: number;
  feeder(batch: number): ViewFeeder;
}

/** What decides what a run computes, and where it keeps its state and computes it. */
export interface PretrainRun<O extends ContrastiveOptions = ContrastiveOptions> {
  readonly source: ViewSource;
  /** What is trained, without a projector. */
  readonly encoder: Network;
  readonly options: O;
  readonly seed: number;
  /** Weights of the encoder to start from; otherwise random ones. */
  readonly start?: Parameters;
  readonly checkpoints: PretrainCheckpoints;
  readonly devices: DevicePair;
}

export interface PretrainResult<O extends ContrastiveOptions = ContrastiveOptions> {
  readonly network: Network;
  /** The encoder's parameters, without the projector. */
  readonly parameters: Parameters;
  readonly progress: PretrainProgress;
  /** As they were followed: with a smaller batch than asked for where the device had no memory for it. */
  readonly options: O;
  /** What it ended on. */
  readonly runtime: Runtime;
}

/** Fewer images have no negatives to speak of. */
const FEWEST_IMAGES = 8;
/** Steps that are timed when the length is given in minutes. */
const TIMED_STEPS = 3;

/** Below that a batch is not halved: a contrastive loss needs negatives. */
const SMALLEST_BATCH = 8;

/**
 * Contrastive pre-training: SimCLR (Chen et al. 2020), two augmented views of every image, NT-Xent. It takes views of images
 * and nothing else, so labels can't reach it. Saves a checkpoint after every epoch and when cancelled. Where the device has no
 * memory for the batch it begins with one replica, then with half of it; where the device fails later, the spare one goes on from the checkpoint.
 */
export async function pretrain<O extends ContrastiveOptions>(
  run: PretrainRun<O>,
  job: Job,
): Promise<PretrainResult<O>> {
  const { options, checkpoints, devices } = run;
  const { images } = run.source;
  requireEnough(images);
  let runtime = devices.current;
  let saved = await checkpoints.load();
  let halvings = saved?.progress.halvings ?? 0;
  let isAlone = false;
  for (;;) {
    let settings: O = isAlone ? { ...options, replicas: 1 } : options;
    for (let i = 0; i < halvings; i++) settings = halveBatch(settings, images);
    try {
      return await sitting({ ...run, options: settings, halvings, saved, runtime }, job);
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      saved = await checkpoints.load();
      const hasBegun = saved !== null; // what it has done was done with this batch
      const isShared = (settings.replicas ?? 1) > 1;
      if (error.trouble === 'memory' && !hasBegun && isShared) isAlone = true;
      else if (error.trouble === 'memory' && !hasBegun && Math.min(settings.batch, images) >= 2 * SMALLEST_BATCH)
        halvings++;
      else runtime = devices.after(error, runtime, job);
    }
  }
}

/** @throws an input error where there are too few images to learn from. */
export function requireEnough(images: number): void {
  if (images < FEWEST_IMAGES)
    throw inputError(
      `Pre-training needs at least ${FEWEST_IMAGES} images, and there are ${images}; add images to the folder and import it again.`,
    );
}

/** A part of a run: on one device, with one batch. */
interface Sitting<O extends ContrastiveOptions> extends Omit<PretrainRun<O>, 'devices'> {
  readonly halvings: number;
  readonly saved: Awaited<ReturnType<PretrainCheckpoints['load']>>;
  readonly runtime: Runtime;
}

/** Goes from the checkpoint or the beginning to the end. */
async function sitting<O extends ContrastiveOptions>(part: Sitting<O>, job: Job): Promise<PretrainResult<O>> {
  const { source, encoder, options, halvings, seed, start, saved, checkpoints, runtime } = part;
  const network = withProjector(encoder, ...options.projector);
  const batch = Math.min(options.batch, source.images);
  const stepsPerEpoch = Math.floor(source.images / batch);

  const parameters = new Map([...initialise(network, seed), ...(start ?? [])]);
  const initial: TrainingState = { parameters, velocities: new Map() };
  const replicas = saved ? (saved.progress.replicas ?? 1) : replicasOf(options, batch);
  const compile = (state: TrainingState) =>
    runtime.compileStep(
      network,
      state,
      {
        loss: { kind: 'ntXent', temperature: options.temperature, decoupled: options.decoupled },
        optimiser: optimiserOf(options),
        batch: 2 * batch,
        replicas,
      },
      job,
    );
  const stage =
    halvings > 0 ? `Preparing with batches of ${batch}, because memory is short: results differ` : 'Preparing';
  job.report({ stage, done: 0, total: 1 });
  const feeder = source.feeder(batch);
  let progress = saved?.progress ?? {
    ...newRun,
    seed,
    ...(replicas > 1 && { replicas }),
    ...(halvings > 0 && { halvings }),
    random: Random.stream(seed, 'augment').state,
    epochs: await chooseEpochs(options.length, stepsPerEpoch, () => compile(initial), feeder, job),
  };
  const steps = progress.epochs * stepsPerEpoch;
  const learningRate = scheduleOf(options, progress.epochs, stepsPerEpoch);
  const random = Random.fromState(progress.random);
  const step = await compile(saved?.state ?? initial);
  const save = async () => checkpoints.save(progress, await step.state());
  try {
    while (progress.step < steps) {
      const started = performance.now();
      const epoch = Math.floor(progress.step / stepsPerEpoch);
      const views = feeder.views(seed, epoch, progress.step % stepsPerEpoch, random);
      const { loss, output } = await step.run({ images: views, learningRate: learningRate(progress.step) });
      if (!Number.isFinite(loss))
        throw inputError(
          'The contrastive loss is not a number any more; start again with another seed or preset (--restart --seed 1).',
        );
      const health = contrastiveHealth(output, options.projector[1]);
      progress = {
        ...advance(progress, loss, health, stepsPerEpoch, (performance.now() - started) / 1000),
        random: random.state,
      };
      report(progress, steps, stepsPerEpoch, batch, job);
      if (progress.step % stepsPerEpoch === 0) await save();
      await breathe(job);
    }
    const parameters = parametersOf(encoder, await step.state());
    return {
      network: encoder,
      parameters,
      progress,
      options: replicas > 1 ? { ...options, replicas } : options,
      runtime,
    };
  } catch (error) {
    if (job.signal.aborted) await save();
    throw error;
  } finally {
    await step.dispose().catch(() => {}); // what a lost device held is gone anyway
  }
}

/** Copies of the network that share a batch out. */
function replicasOf({ replicas = 1 }: ContrastiveOptions, batch: number): number {
  if (replicas > batch)
    throw usageError(
      `A batch of ${batch} images can be shared out among ${batch} replicas at most, not ${replicas}; give fewer as --replicas.`,
    );
  return replicas;
}

const newRun = { step: 0, history: [], running: { loss: 0, alignment: 0, uniformity: 0 }, seconds: 0 };

function parametersOf(encoder: Network, { parameters }: TrainingState): Parameters {
  return new Map([...parameterDefinitions(encoder).keys()].map((name) => [name, parameters.get(name)!]));
}

function optimiserOf({ momentum, weightDecay, rates, gradientNorm }: ContrastiveOptions): Optimiser {
  const bounds = { ...(rates ? { rates } : {}), ...(gradientNorm === undefined ? {} : { gradientNorm }) };
  return { momentum, weightDecay, decayAll: true, ...bounds };
}

function scheduleOf(options: ContrastiveOptions, epochs: number, stepsPerEpoch: number): Schedule {
  if (options.schedule === 'paper') return paperSchedule(options.learningRate, epochs, stepsPerEpoch, options.batch);
  const warmup = Math.min(WARMUP_EPOCHS, epochs / 10) * stepsPerEpoch;
  return warmupCosine(options.learningRate, epochs * stepsPerEpoch, Math.floor(warmup));
}

/** The number of epochs; for a budget in minutes some steps of a throw-away run are timed. */
async function chooseEpochs(
  length: ContrastiveOptions['length'],
  stepsPerEpoch: number,
  compile: () => Promise<TrainingStep>,
  feeder: ViewFeeder,
  job: Job,
): Promise<number> {
  if ('epochs' in length) return length.epochs;
  const step = await compile();
  const random = Random.stream(0, 'timing');
  const times: number[] = [];
  try {
    for (let i = 0; i <= TIMED_STEPS; i++) {
      job.report({ stage: 'Timing the first steps', done: i, total: TIMED_STEPS + 1 });
      const started = performance.now();
      await step.run({ images: feeder.views(0, 0, 0, random), learningRate: 0 });
      if (i > 0) times.push((performance.now() - started) / 1000); // the first one also allocates
      await breathe(job);
    }
  } finally {
    await step.dispose();
  }
  const perStep = median(times)!;
  return Math.max(1, Math.round((length.minutes * 60) / (perStep * stepsPerEpoch)));
}

function advance(
  { step, history, running, seconds, ...rest }: PretrainProgress,
  loss: number,
  health: Health,
  stepsPerEpoch: number,
  took: number,
): PretrainProgress {
  const sums = {
    loss: running.loss + loss,
    alignment: running.alignment + health.alignment,
    uniformity: running.uniformity + health.uniformity,
  };
  const done = { ...rest, step: step + 1, seconds: seconds + took };
  if (done.step % stepsPerEpoch !== 0) return { ...done, history, running: sums };
  const epoch = {
    loss: sums.loss / stepsPerEpoch,
    alignment: sums.alignment / stepsPerEpoch,
    uniformity: sums.uniformity / stepsPerEpoch,
  };
  return { ...done, history: [...history, epoch], running: newRun.running };
}

function report(progress: PretrainProgress, steps: number, stepsPerEpoch: number, batch: number, job: Job): void {
  const { step, epochs, history } = progress;
  const last = history.at(-1);
  job.report({
    stage: 'Pre-training',
    done: step * batch,
    total: steps * batch,
    unit: 'images',
    message: `epoch ${Math.min(epochs, Math.floor(step / stepsPerEpoch) + 1)}/${epochs}${last ? `, loss ${last.loss.toFixed(3)}` : ''}`,
  });
}
