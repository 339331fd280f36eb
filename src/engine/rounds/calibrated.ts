import type { Dataset } from '../data/dataset/type';
import { rowsOfSome } from '../features/cache';
import { hasFrozen, isWeighed } from '../features/encoder';
import type { Job } from '../job';
import { calibrationFactor } from '../learner/calibration';
import { heldOutProbabilities, spreadOver } from '../learner/heldOut';
import type { FittedModel } from './model';
import { labelledSet } from './selectBatch';

/** Fewer labels say nothing of how sure a model may be. */
const FEWEST = 2;

/**
 * The model, and by cross-validation on its labels how sure of itself it may be. A sum of weighed probes needs nothing: its
 * weights were found on held-out labels. A network has seen all of its labels, and training it again for this would take too
 * long: it stays as it is.
 */
export async function calibrated(
  dataset: Dataset,
  model: FittedModel,
  labelled: ReadonlyMap<number, number>,
  job: Job,
): Promise<FittedModel> {
  const { encoder, learner } = model;
  if (learner !== 'probe' || isWeighed(encoder) || labelled.size < FEWEST) return model;
  const { indices, labels } = labelledSet(labelled);
  const some = spreadOver(indices.length);
  const rows = await rowsOfSome(
    dataset,
    encoder,
    some.map((i) => indices[i]),
    job,
  );
  const told = some.map((i) => labels[i]);
  const { length } = dataset.file.classes;
  const unseen = await heldOutProbabilities({ rows, frozen: hasFrozen(encoder) }, told, length, job);
  return { ...model, calibration: calibrationFactor(unseen, told) };
}
