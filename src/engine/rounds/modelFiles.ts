import { join } from 'node:path';
import type { ResultsFile } from '../../shared/schema/results';
import { placeIn, places } from '../../shared/workspace/paths';
import type { Dataset } from '../data/dataset/type';
import { tails } from '../encoders/continued/tails';
import { ownWeights } from '../encoders/continued/weights';
import { damagedError } from '../errors';
import { encoderDigest } from '../features/digest';
import { type Encoder, hasBlocks, isNetwork, probedOf } from '../features/encoder';
import { widthOf } from '../features/width';
import { trainableBlocks } from '../learner/blocks';
import type { TrainedModel } from '../learner/learner';
import { HEAD_DROPOUT } from '../learner/learners';
import { isPooled, pooledEncoder } from '../learner/pooled';
import type { Parameters } from '../network/network';
import { areParametersOf, parseNetwork } from '../network/networkFile';
import { areNumbers } from '../numeric/checks';
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
  const extra = { labels: results.labels, seed: String(results.seed), classes: classesText(dataset) };
  await storeModel(join(dataset.directory, results.model), model, base, extra);
}

/** Rows of the head are classes by their place in this list. */
const classesText = ({ file }: Pick<Dataset, 'file'>): string => JSON.stringify(file.classes);

/** Reads the model that belongs to the results. `beside`: what rounds look at. */
export async function readModel(
  dataset: Pick<Dataset, 'directory' | 'file'>,
  results: Pick<ResultsFile, 'model' | 'labels' | 'seed' | 'learner'>,
  base: Encoder,
  beside: Encoder,
): Promise<FittedModel> {
  const { labels, seed, learner } = results;
  const expected = { labels, seed: String(seed), learner, classes: classesText(dataset) };
  const path = join(dataset.directory, results.model);
  const model = await loadModel(path, base, expected, beside);
  const { rows, columns } = model.head.weights;
  const { classes, image } = dataset.file;
  if (rows !== classes.length || columns !== (await widthOf(model.encoder, image)))
    throw damagedError(
      `${path} holds a model for ${rows} classes and ${columns} numbers an image, which is not what the dataset has; delete it and train again.`,
    );
  return model;
}

/**
 * A model as .safetensors: the head always, the encoder only where training changed it. `base` is the encoder that
 * training started from; the file names it by digest, and what stands beside it in a pooled model too.
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
  const [encoder, beside] = isPooled(model.encoder) ? model.encoder.parts : [model.encoder];
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
    ...(beside ? { beside: encoderDigest(beside) } : {}),
  });
}

/** Reads a model that `storeModel` wrote; metadata in `expected` must agree. `looks`: what may stand beside a trained network. */
export async function loadModel(
  path: string,
  base: Encoder,
  expected: Readonly<Record<string, string>>,
  looks?: Encoder,
): Promise<FittedModel> {
  const { parameters, metadata } = await readSafetensors(path);
  const wanted = { ...expected, base: encoderDigest(base) };
  const head = headIn(parameters);
  const encoder = encoderIn(parameters, metadata, base, looks);
  if (!head || !encoder || !Object.entries(wanted).every(([key, value]) => metadata[key] === value))
    throw damagedError(`${path} is not the model that its results speak of; delete it and train again.`);
  const { learner, stopped } = metadata as unknown as Pick<TrainedModel, 'learner' | 'stopped'>;
  // models stored before this was written down had the learners' dropout
  const dropout = metadata.dropout === undefined ? HEAD_DROPOUT : Number(metadata.dropout);
  const calibration = metadata.calibration === undefined ? {} : { calibration: Number(metadata.calibration) };
  if (![Number(metadata.epochs), dropout, calibration.calibration ?? 1].every((value) => value >= 0 && value < 1e6))
    throw damagedError(`${path} holds no usable model: its description is no numbers; delete it and train again.`);
  return { learner, stopped, epochs: Number(metadata.epochs), dropout, head, encoder, ...calibration };
}

function headIn(parameters: Parameters): FittedModel['head'] | null {
  const weights = parameters.get(HEAD_WEIGHTS);
  const bias = parameters.get(HEAD_BIAS);
  if (weights?.shape.length !== 2 || bias?.shape.length !== 1 || bias.shape[0] !== weights.shape[0]) return null;
  if (weights.shape[0] === 0 || !areNumbers(weights.data) || !areNumbers(bias.data)) return null;
  return { weights: matrix(weights.shape[0], weights.shape[1], weights.data), bias: bias.data };
}

/** What the model looks at; null where that is not there. */
function encoderIn(
  parameters: Parameters,
  metadata: Readonly<Record<string, string>>,
  base: Encoder,
  looks: Encoder | undefined,
): Encoder | null {
  const own = new Map(
    [...parameters].flatMap(([name, tensor]) =>
      name.startsWith(ENCODER) ? [[name.slice(ENCODER.length), tensor]] : [],
    ),
  );
  const trained = trainedEncoder(base, own, metadata);
  if (metadata.beside === undefined || !trained) return trained;
  const beside = looks && probedOf(looks).find((one) => encoderDigest(one) === metadata.beside);
  return beside ? pooledEncoder(trained, beside) : null;
}

/** What training made of the encoder; null where what is stored does not fit together. */
function trainedEncoder(
  base: Encoder,
  parameters: Parameters,
  { network, blocks, mirrored }: Readonly<Record<string, string | undefined>>,
): Encoder | null {
  const { pretrained } = base;
  const isMirrored = mirrored === 'true';
  if (network) {
    const own = parseNetwork(network);
    if (!own || !isNetwork(base) || String(own.input) !== String(base.network.input)) return null;
    if (!areParametersOf(own, parameters)) return null;
    return { network: own, parameters, pretrained, ...(isMirrored ? { mirrored: true } : {}) };
  }
  if (!blocks) return base;
  const trainable = trainableBlocks(base);
  if (trainable?.base !== blocks) return null;
  const own = ownWeights(parameters, tails[trainable.base].network);
  const { start: _, ...encoder } = trainable;
  return own && { ...encoder, blocks: own, mirrored: isMirrored };
}
