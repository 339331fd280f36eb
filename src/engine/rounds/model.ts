import type { Dataset } from '../data/dataset';
import type { Job } from '../job';
import { extractFeatures } from '../learner/features';
import type { Encoder, TrainedModel } from '../learner/learner';
import { type Matrix, matrix, takeRows } from '../matrix';
import type { Random } from '../random';
import { encoderDigest } from './digests';
import { representationOf } from './representation';

/** A trained model as it stands on disk. The head is float32, so that a stored model scores exactly as a fresh one. */
export interface FittedModel extends Pick<TrainedModel, 'learner' | 'epochs' | 'stopped' | 'encoder'> {
  readonly head: { readonly weights: Matrix<Float32Array>; readonly bias: Float32Array };
}

export function toFitted({ learner, epochs, stopped, encoder, head }: TrainedModel): FittedModel {
  const { rows, columns, data } = head.weights;
  const weights = matrix(rows, columns, Float32Array.from(data));
  return { learner, epochs, stopped, encoder, head: { weights, bias: Float32Array.from(head.bias) } };
}

/**
 * What the head sees of the given images, [n × d]. A model whose encoder was left as it was (a probe) shares the
 * dataset's cached features.
 */
export async function modelFeatures(
  dataset: Dataset,
  base: Encoder,
  model: FittedModel,
  indices: Int32Array,
  job: Job,
): Promise<Matrix<Float32Array>> {
  if (encoderDigest(model.encoder) === encoderDigest(base))
    return takeRows(await representationOf(dataset, base, job), indices);
  return extractFeatures(model.encoder, dataset.pixels, dataset.normalisation, indices, job);
}

/** Features under one dropout mask an element: kept with probability 1 − rate and divided by it (Srivastava et al. 2014). */
export function dropFeatures(features: Matrix, rate: number, random: Random): Matrix<Float32Array> {
  const scale = 1 / (1 - rate);
  const data = new Float32Array(features.data.length);
  for (let i = 0; i < data.length; i++) data[i] = random.chance(rate) ? 0 : features.data[i] * scale;
  return matrix(features.rows, features.columns, data);
}
