import { extractFeatures } from '../features/extract';
import { breathe, type Job } from '../job';
import { withClassifier } from '../network/architectures';
import type { Network, Parameters } from '../network/network';
import { type LinearHead, logits } from '../numeric/linearHead';
import { type Matrix, matrix } from '../numeric/matrix';
import { defaultDevices } from '../runtime/device/choose';
import type { DevicePair } from '../runtime/devicePair';
import type { Runtime, TrainingStep } from '../runtime/runtime';
import { headIn } from './head';
import type { TrainedModel, TrainingRequest, UnfinishedTraining } from './learner';
import { MixedViews } from './mixedViews';
import type { PoolWeights } from './pooled';
import { labelShares, softTargets } from './softTargets';
import { startParameters, toModel } from './training';

/** How encoder and head are trained on images with and without labels; chosen on validation images (docs/results.md). */
export interface ConsistencyRecipe {
  readonly learner: TrainedModel['learner'];
  readonly steps: number;
  /** Steps for which the images without labels keep the targets that the model gave them. */
  readonly phase: number;
  readonly batch: { readonly labelled: number; readonly unlabelled: number };
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly dropout: number;
  readonly padding: number;
  /** How network and probe are pooled for the targets, and how these are sharpened. */
  readonly pool: PoolWeights;
  readonly temperature: number;
}

export interface ConsistencyRequest extends TrainingRequest {
  readonly unlabelled: Int32Array;
  /** Absent: an interrupted training begins again. */
  readonly unfinished?: UnfinishedTraining | undefined;
}

/** The model that training begins with beside the encoder: the head, and a probe that stays as it is. */
export interface Teachers {
  readonly head: LinearHead;
  readonly probe: TrainedModel;
}

/**
 * Consistency training: images without labels are taught, in strong views, what the network of a few steps ago and the probe
 * together say of them as they are. After FixMatch (Sohn et al. 2020), with distribution alignment (Berthelot et al. 2020); the
 * targets are soft and all count, as in noisy students (Xie et al. 2020): with thresholds, those that follow each class (FlexMatch,
 * Zhang et al. 2021) among them, it was no better where the classes are hard to tell (docs/results.md). Where the device fails, the
 * spare one goes on.
 */
export async function trainConsistently(
  request: ConsistencyRequest,
  teachers: Teachers,
  recipe: ConsistencyRecipe,
  job: Job,
  device?: DevicePair,
): Promise<TrainedModel> {
  device ??= await defaultDevices(request.encoder.network);
  const network = withClassifier(request.encoder.network, request.classCount, recipe.dropout);
  const run: Run = { request, teachers, recipe, network, device, steps: stepsOf(request, recipe) };
  const { current } = device;
  try {
    return await trainOn(current, run, job);
  } catch (error) {
    return trainOn(device.after(error, current, job), run, job);
  }
}

/** One class alone has nothing to teach. */
const stepsOf = ({ labelled }: ConsistencyRequest, { steps }: ConsistencyRecipe): number =>
  new Set(labelled.labels).size < 2 ? 0 : steps;

interface Run {
  readonly request: ConsistencyRequest;
  readonly teachers: Teachers;
  readonly recipe: ConsistencyRecipe;
  readonly network: Network;
  readonly device: DevicePair;
  readonly steps: number;
}

async function trainOn(runtime: Runtime, run: Run, job: Job): Promise<TrainedModel> {
  const { request, teachers, recipe, network, steps } = run;
  const { momentum, weightDecay, batch, phase } = recipe;
  const { unlabelled, unfinished } = request;
  const kept = await unfinished?.load();
  const step = await runtime.compileStep(
    network,
    kept?.state ?? { parameters: startParameters(request, network, teachers.head), velocities: new Map() },
    {
      loss: { kind: 'crossEntropy' },
      optimiser: { momentum, weightDecay, decayAll: false },
      batch: batch.labelled + batch.unlabelled,
    },
    job,
  );
  try {
    const views = new MixedViews({ ...recipe, request, unlabelled, network });
    for (let from = kept?.step ?? 0; from < steps; from += phase) {
      const state = await step.state();
      if (from > 0) await unfinished?.save(from, state);
      await trainPhase(run, { step, views, from, parameters: state.parameters }, job);
    }
    const { parameters } = await step.state();
    await unfinished?.remove();
    const epochs = Math.ceil((steps * batch.labelled) / request.labelled.indices.length);
    return toModel(request, recipe, parameters, epochs, 'epochs');
  } finally {
    await step.dispose().catch(() => {}); // what a lost device held is gone anyway
  }
}

interface Phase {
  readonly step: TrainingStep;
  readonly views: MixedViews;
  /** Its first step, and what training has made until then. */
  readonly from: number;
  readonly parameters: Parameters;
}

async function trainPhase(run: Run, { step, views, from, parameters }: Phase, job: Job): Promise<void> {
  const { recipe, steps } = run;
  const count = Math.min(recipe.phase, steps - from);
  const machine = await machineTargets(run, views.unlabelledOf(from, count), parameters, job);
  for (let s = 0; s < count; s++) {
    const learningRate = (recipe.learningRate * (1 + Math.cos((Math.PI * (from + s)) / steps))) / 2;
    const { loss } = await step.run({ ...views.fill(from + s, machine, s * recipe.batch.unlabelled), learningRate });
    const message = `loss ${loss.toFixed(3)}`;
    job.report({ stage: 'Training with unlabelled images', done: from + s + 1, total: steps, unit: 'steps', message });
    await breathe(job);
  }
}

/** What the network as it is now and the probe say of images, as targets, [n × c]. */
async function machineTargets(
  { request, teachers, recipe, device }: Run,
  indices: Int32Array,
  parameters: Parameters,
  job: Job,
): Promise<Matrix> {
  const { encoder, pixels, normalisation, labelled, classCount } = request;
  const quiet: Job = { signal: job.signal, report: () => {} };
  const now = { network: encoder.network, parameters, pretrained: true };
  const rows = await extractFeatures(now, { pixels, normalisation, indices }, quiet, device);
  const network = logits(headIn(parameters), rows);
  const probe = logits(teachers.probe.head, await teachers.probe.features(indices, quiet));
  const [a, b] = recipe.pool;
  const pooled = Float64Array.from(network.data, (value, i) => a * value + b * probe.data[i]);
  const shares = labelShares(labelled.labels, classCount);
  return softTargets(matrix(indices.length, classCount, pooled), { shares, temperature: recipe.temperature });
}
