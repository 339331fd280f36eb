import type { LearnerName } from '../../shared/learners';
import { usageError } from '../errors';
import { type Encoder, hasFrozen, isWeighed } from '../features/encoder';
import type { Job } from '../job';
import { blocksRecipe, type TrainableBlocks, trainableBlocks, trainBlocks } from './blocks';
import { type ConsistencyRecipe, trainConsistently } from './consistency';
import { probeL2 } from './heldOut';
import { type FitRequest, type Learner, requireNetwork, type TrainedModel } from './learner';
import { fitLogisticRegression } from './logisticRegression';
import { type PoolWeights, pooledModel, SOFTENED } from './pooled';
import { paperStopRule } from './stopRule';
import { type TrainingRecipe, trainClassifier } from './training';
import { weighedProbe } from './weighedProbe';

/** Share of features that dropout leaves out before the head, in training and in Monte-Carlo scoring alike. */
export const HEAD_DROPOUT = 0.2;

const common = {
  dropout: HEAD_DROPOUT,
  momentum: 0.9,
  weightDecay: 5e-4,
  augmentation: { padding: 4 },
  stop: paperStopRule,
};

/** From pre-trained features and the probe's head: few epochs, but enough steps for the body to follow the head. */
const finetuneRecipe: TrainingRecipe = {
  ...common,
  learner: 'finetune',
  epochs: 60,
  fewestSteps: 300,
  batch: 32,
  learningRate: 0.06,
  decayAll: false,
  cosine: 'step',
};

/** From the same start, with images that nobody labelled. */
const semiRecipe: ConsistencyRecipe = {
  learner: 'semiFinetune',
  steps: 300,
  phase: 25,
  batch: { labelled: 32, unlabelled: 96 },
  learningRate: 0.06,
  momentum: common.momentum,
  weightDecay: common.weightDecay,
  dropout: HEAD_DROPOUT,
  padding: common.augmentation.padding,
  pool: SOFTENED,
  temperature: 0.5,
};

/** Of a network that is about as sure of itself as the probe is: one that smoothed targets taught, or the probe's (docs/results.md). */
const EQUAL: PoolWeights = [0.5, 0.5];

/** The same loop from random weights needs more epochs; it is run to its stop rule all the same. */
const scratchRecipe: TrainingRecipe = { ...finetuneRecipe, epochs: 150, learningRate: 0.05 };

/** Roy & Etemad 2023 (their released configuration). */
const paperRecipe: TrainingRecipe = {
  ...common,
  learner: 'paper',
  epochs: 200,
  fewestSteps: 0,
  batch: 20,
  learningRate: 0.01,
  decayAll: true,
  cosine: 'epoch',
};

async function plainProbe({ encoder, labelled, classCount, features }: FitRequest, job: Job) {
  const rows = await features(labelled.indices, job);
  const l2 = probeL2(hasFrozen(encoder))(rows.rows, rows.columns);
  return fitLogisticRegression({ features: rows, labels: labelled.labels, classCount, l2 }, job);
}

/** A linear classifier on frozen features (Alain & Bengio 2017); on several that labels weigh, one on each. */
async function probe(request: FitRequest, job: Job): Promise<TrainedModel> {
  const { encoder } = request;
  const head = isWeighed(encoder) ? await weighedProbe({ ...request, encoder }, job) : await plainProbe(request, job);
  return {
    learner: 'probe',
    epochs: head.iterations,
    stopped: 'converged',
    dropout: HEAD_DROPOUT,
    encoder,
    head,
    features: request.features,
  };
}

/**
 * Encoder and head together; on a pre-trained encoder the head starts from the probe, so that features survive, and the
 * model is pooled with a probe on what the request has beside it.
 */
async function finetune(request: FitRequest, job: Job): Promise<TrainedModel> {
  const blocks = trainableBlocks(request.encoder);
  if (blocks) return finetuneBlocks(request, blocks, job);
  const start = { ...request, encoder: requireNetwork(request.encoder, 'finetune') };
  if (!start.encoder.pretrained) return trainClassifier(start, scratchRecipe, null, job);
  const { beside } = request;
  const other = beside && (await probe(lookingAt(request, beside), job));
  const { head } = await probe(start, job);
  const trained = await trainClassifier(start, finetuneRecipe, head, job);
  return other ? pooledModel(trained, other) : trained;
}

/** The last blocks of a network that others trained, and a head; pooled in the same way. */
async function finetuneBlocks(request: FitRequest, blocks: TrainableBlocks, job: Job): Promise<TrainedModel> {
  const { beside } = request;
  const other = beside && (await probe(lookingAt(request, beside), job));
  const { encoder, ...learnt } = await trainBlocks(request, blocks, blocksRecipe, job);
  const features: TrainedModel['features'] = (indices, watching) => request.features(indices, watching, encoder);
  const trained: TrainedModel = {
    ...learnt,
    learner: 'finetune',
    stopped: 'epochs',
    dropout: HEAD_DROPOUT,
    encoder,
    features,
  };
  return other ? pooledModel(trained, other, EQUAL) : trained;
}

/**
 * Encoder and head together, on images with labels and on those without, to which network and probe give targets anew every few
 * steps; nobody ever sees those as labels. Pooled with the probe as a fine-tuned network is.
 */
async function semiFinetune(request: FitRequest, job: Job): Promise<TrainedModel> {
  const start = { ...request, encoder: requireNetwork(request.encoder, 'semiFinetune') };
  if (!start.encoder.pretrained)
    throw usageError(
      'The learner semiFinetune goes on from a pre-trained encoder, and there is none here; run pretrain first, or take --learner finetune.',
    );
  const { beside, unlabelled = new Int32Array(0), unfinished } = request;
  if (beside && hasFrozen(beside))
    throw usageError(
      "The learner semiFinetune trains the dataset's own encoder, and rounds look through one that others trained; take --learner finetune or auto, or look through the own one (encoder use <dataset> combined).",
    );
  const other = beside && (await probe(lookingAt(request, beside), job));
  const own = await probe(start, job);
  const { head } = own;
  const trained =
    unlabelled.length > 0
      ? await trainConsistently(
          { ...start, unlabelled, unfinished: unfinished?.(semiRecipe) },
          { head, probe: other ?? own },
          semiRecipe,
          job,
        )
      : await trainClassifier(start, { ...finetuneRecipe, learner: 'semiFinetune' }, head, job);
  return other ? pooledModel(trained, other, unlabelled.length > 0 ? EQUAL : SOFTENED) : trained;
}

const lookingAt = (request: FitRequest, encoder: Encoder): FitRequest => ({
  ...request,
  encoder,
  features: (indices, job, part = encoder) => request.features(indices, job, part),
});

async function paper(request: FitRequest, job: Job): Promise<TrainedModel> {
  return trainClassifier({ ...request, encoder: requireNetwork(request.encoder, 'paper') }, paperRecipe, null, job);
}

/** Every way to train, by name. */
export const learners: Readonly<Record<LearnerName, Learner>> = { probe, finetune, semiFinetune, paper };
