import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { placeIn, places } from '../../shared/workspace/paths';
import type { Dataset } from '../data/dataset/type';
import { storedMatrix } from '../features/cache';
import { breathe, type Job } from '../job';
import { predictProbabilities } from '../numeric/linearHead';
import { type Matrix, matrix } from '../numeric/matrix';
import { digestOf, sha256 } from '../store/digest';
import { readBytes } from '../store/door';
import { currentModel } from './currentModel';
import { calibratedHead, modelFeatures } from './model';
import type { NewestModel } from './newestModel';

/** What a model says of every image of a dataset. It is no answer of anybody: it never counts as a label. */
export interface Predictions {
  readonly by: NewestModel;
  /** [images × classes], calibrated where the model is; row i belongs to image i. */
  readonly probabilities: Matrix<Float32Array>;
}

/** Images scored between two looks at whether to go on. */
const PIECE = 4_096;

/** The newest model's predictions: kept in the cache, one file named after model and images, which a new model takes the place of. */
export async function predictAll(dataset: Dataset, job: Job): Promise<Predictions> {
  const by = await currentModel(dataset, job);
  const weights = await readBytes(join(dataset.directory, by.results.model), 'weights');
  const folder = placeIn(dataset.directory, places.predictions);
  const name = `${digestOf([sha256(weights), dataset.file.digest]).slice(0, 32)}.npy`;
  const { length } = dataset.file.classes;
  const probabilities = await storedMatrix(
    join(folder, name),
    { rows: dataset.images.length, columns: length },
    () => predicted(dataset, by, job),
    job,
  );
  await removeOthers(folder, name);
  return { by, probabilities };
}

async function predicted(dataset: Dataset, { looks, model }: NewestModel, job: Job): Promise<Matrix<Float32Array>> {
  const head = calibratedHead(model);
  const { rows: classCount } = head.weights;
  const total = dataset.images.length;
  const data = new Float32Array(total * classCount);
  for (let from = 0; from < total; from += PIECE) {
    job.report({ stage: 'Predicting', done: from, total, unit: 'images' });
    await breathe(job);
    const indices = Int32Array.from({ length: Math.min(PIECE, total - from) }, (_, i) => from + i);
    const features = await modelFeatures(dataset, looks, model, indices, job);
    data.set(predictProbabilities(head, features).data, from * classCount);
  }
  return matrix(total, classCount, data);
}

/** Predictions of earlier models. */
async function removeOthers(folder: string, kept: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names) if (name.endsWith('.npy') && name !== kept) await rm(join(folder, name), { force: true });
}
