import type { Dataset } from '../data/dataset/type';
import { joinedRows, representationOf, rowsOfSome } from '../features/cache';
import { encoderDigest } from '../features/digest';
import { type Encoder, hasBlocks, isCombined, isNetwork, type NetworkEncoder, probedOf } from '../features/encoder';
import { extractFeatures } from '../features/extract';
import type { Job } from '../job';
import type { TrainedModel } from '../learner/learner';
import { withClassifier } from '../network/architectures';
import type { Network, Parameters } from '../network/network';
import { type Matrix, matrix, takeRows } from '../numeric/matrix';

/** A trained model as it stands on disk. The head is float32, so that a stored model scores exactly as a fresh one. */
export interface FittedModel extends Pick<TrainedModel, 'learner' | 'epochs' | 'stopped' | 'dropout' | 'encoder'> {
  readonly head: { readonly weights: Matrix<Float32Array>; readonly bias: Float32Array };
  /**
   * Factor on the logits at which probabilities mean what they say, where one was found. Strategies look at the head as it was
   * trained; whoever shows people a probability takes `calibratedHead`.
   */
  readonly calibration?: number;
}

/** A model that is a network from pixel to logit; others stand on fixed features. */
export interface NetworkModel extends Pick<FittedModel, 'head'> {
  readonly encoder: NetworkEncoder;
}

export function toFitted({ learner, epochs, stopped, dropout, encoder, head }: TrainedModel): FittedModel {
  const { rows, columns, data } = head.weights;
  const weights = matrix(rows, columns, Float32Array.from(data));
  return { learner, epochs, stopped, dropout, encoder, head: { weights, bias: Float32Array.from(head.bias) } };
}

/** The head whose probabilities are shown to people. */
export function calibratedHead({
  head,
  calibration = 1,
}: Pick<FittedModel, 'head' | 'calibration'>): FittedModel['head'] {
  if (calibration === 1) return head;
  const { rows, columns, data } = head.weights;
  const scaled = (values: Float32Array) => values.map((value) => calibration * value);
  return { weights: matrix(rows, columns, scaled(data)), bias: scaled(head.bias) };
}

/**
 * What the head sees of the given images, [n × d]. What a model's encoder, or a part of it, shares with what rounds look at
 * comes from the dataset's cached features; what training made of a network is computed anew.
 */
export async function modelFeatures(
  dataset: Dataset,
  base: Encoder,
  model: FittedModel,
  indices: Int32Array,
  job: Job,
): Promise<Matrix<Float32Array>> {
  return rowsUnder(model.encoder, dataset, probedOf(base), indices, job);
}

async function rowsUnder(
  encoder: Encoder,
  dataset: Dataset,
  cached: readonly Encoder[],
  indices: Int32Array,
  job: Job,
): Promise<Matrix<Float32Array>> {
  const untouched = cached.find((one) => encoderDigest(one) === encoderDigest(encoder));
  if (untouched) return takeRows(await representationOf(dataset, untouched, job), indices);
  if (isCombined(encoder)) {
    const parts: Matrix[] = [];
    for (const part of encoder.parts) parts.push(await rowsUnder(part, dataset, cached, indices, job));
    return joinedRows(parts, encoder);
  }
  if (hasBlocks(encoder)) return rowsOfSome(dataset, encoder, indices, job);
  if (!isNetwork(encoder)) throw new Error('A model whose encoder is none of the dataset has learnt a network.');
  const { pixels, normalisation } = dataset;
  return extractFeatures(encoder, { pixels, normalisation, indices }, job);
}

/** Encoder and head as one network, whose last op `head` gives the logits. A probe's head is for the raw features. */
export function classifierOf({ encoder, head }: NetworkModel): {
  readonly network: Network;
  readonly parameters: Parameters;
} {
  const { rows, columns, data } = head.weights;
  const parameters: Parameters = new Map(encoder.parameters);
  parameters.set('head.weight', { shape: [rows, columns], data });
  parameters.set('head.bias', { shape: [rows], data: head.bias });
  return { network: withClassifier(encoder.network, rows, 0), parameters };
}
