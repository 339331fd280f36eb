import { join } from 'node:path';
import type { ResultsFile } from '../../shared/schema/results';
import { placeIn, places } from '../../shared/workspace/paths';
import type { Dataset, DatasetFolder } from '../data/dataset/type';
import { tails } from '../encoders/continued/tails';
import { ownWeights } from '../encoders/continued/weights';
import { damagedError } from '../errors';
import { encoderDigest } from '../features/digest';
import { type Encoder, hasBlocks, isNetwork } from '../features/encoder';
import { trainableBlocks } from '../learner/blocks';
import type { TrainedModel } from '../learner/learner';
import { HEAD_DROPOUT } from '../learner/learners';
import type { Network, Parameters } from '../network/network';
import { matrix } from '../numeric/matrix';
import { ignoreInGit } from '../store/gitIgnore';
import { readSafetensors, writeSafetensors } from '../store/safetensors';
import type { FittedModel } from './model';

const HEAD_WEIGHTS = 'head.weight';
const HEAD_BIAS = 'head.bias';
const ENCODER = 'encoder.';

/** Writes a round's model; git ignores the folder unless the user changes that. */
export async function writeModel(
  dataset: Pick<Dataset, 'directory' | 'file'>,
  results: Pick<ResultsFile, 'model' | 'labels' | 'seed'>,
  model: FittedModel,
  base: Encoder,
): Promise<void> {
  await ignoreInGit(placeIn(dataset.directory, places.models));
  const extra = { labels: results.labels, seed: String(results.seed), classes: JSON.stringify(dataset.file.classes) };
  await storeModel(join(dataset.directory, results.model), model, base, extra);
}

/** Reads the model that belongs to the results. */
export function readModel(
  dataset: DatasetFolder,
  results: Pick<ResultsFile, 'model' | 'labels' | 'seed' | 'learner'>,
  base: Encoder,
): Promise<FittedModel> {
  return loadModel(join(dataset.directory, results.model), base, {
    labels: results.labels,
    seed: String(results.seed),
    learner: results.learner,
  });
}

/**
 * A model as .safetensors: the head always, the encoder only where training changed it. `base` is the encoder that
 * training started from; the file names it by digest.
 */
export async function storeModel(
  path: string,
  model: FittedModel,
  base: Encoder,
  extra: Readonly<Record<string, string>>,
): Promise<void> {
  const { weights, bias } = model.head;
  const parameters: Parameters = new Map([
    [HEAD_WEIGHTS, { shape: [weights.rows, weights.columns], data: weights.data }],
    [HEAD_BIAS, { shape: [bias.length], data: bias }],
  ]);
  const { encoder } = model;
  const trained = isNetwork(encoder) && encoderDigest(encoder) !== encoderDigest(base) ? encoder : null;
  const blocks = hasBlocks(encoder) ? encoder : null;
  for (const [name, tensor] of trained?.parameters ?? blocks?.blocks ?? []) parameters.set(ENCODER + name, tensor);
  const { learner, epochs, stopped, dropout, calibration } = model;
  await writeSafetensors(path, parameters, {
    ...extra,
    learner,
    stopped,
    epochs: String(epochs),
    dropout: String(dropout),
    ...(calibration === undefined ? {} : { calibration: String(calibration) }),
    base: encoderDigest(base),
    network: trained ? JSON.stringify(trained.network) : '',
    ...(blocks ? { blocks: blocks.base } : {}),
    ...((trained ?? blocks)?.mirrored ? { mirrored: 'true' } : {}),
  });
}

/** Reads a model that `storeModel` wrote; metadata in `expected` must agree. */
export async function loadModel(
  path: string,
  base: Encoder,
  expected: Readonly<Record<string, string>>,
): Promise<FittedModel> {
  const { parameters, metadata } = await readSafetensors(path);
  const wanted = { ...expected, base: encoderDigest(base) };
  const weights = parameters.get(HEAD_WEIGHTS);
  const bias = parameters.get(HEAD_BIAS);
  const fits = Object.entries(wanted).every(([key, value]) => metadata[key] === value);
  if (!fits || weights?.shape.length !== 2 || bias?.shape.length !== 1 || bias.shape[0] !== weights.shape[0])
    throw damagedError(`${path} is not the model that its results speak of; delete it and train again.`);
  const head = { weights: matrix(weights.shape[0], weights.shape[1], weights.data), bias: bias.data };
  const own = new Map(
    [...parameters].flatMap(([name, tensor]) =>
      name.startsWith(ENCODER) ? [[name.slice(ENCODER.length), tensor]] : [],
    ),
  );
  const encoder = trainedEncoder(base, own, metadata);
  if (!encoder) throw damagedError(`${path} lacks a part of the encoder that was trained; delete it and train again.`);
  const { learner, stopped } = metadata as unknown as Pick<TrainedModel, 'learner' | 'stopped'>;
  // models stored before this was written down had the learners' dropout
  const dropout = metadata.dropout === undefined ? HEAD_DROPOUT : Number(metadata.dropout);
  const calibration = metadata.calibration === undefined ? {} : { calibration: Number(metadata.calibration) };
  return { learner, stopped, epochs: Number(metadata.epochs), dropout, head, encoder, ...calibration };
}

/** What training made of the encoder; null where what is stored does not fit together. */
function trainedEncoder(
  base: Encoder,
  parameters: Parameters,
  { network, blocks, mirrored }: Readonly<Record<string, string | undefined>>,
): Encoder | null {
  const { pretrained } = base;
  const isMirrored = mirrored === 'true';
  if (network)
    return {
      network: JSON.parse(network) as Network,
      parameters,
      pretrained,
      ...(isMirrored ? { mirrored: true } : {}),
    };
  if (!blocks) return base;
  const trainable = trainableBlocks(base);
  if (trainable?.base !== blocks) return null;
  const own = ownWeights(parameters, tails[trainable.base].network);
  const { start: _, ...encoder } = trainable;
  return own && { ...encoder, blocks: own, mirrored: isMirrored };
}
