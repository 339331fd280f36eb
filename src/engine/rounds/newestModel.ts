import { haveClasses } from '../../shared/resultClasses';
import type { ResultsFile } from '../../shared/schema/results';
import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import type { Encoder } from '../features/encoder';
import { openProduct } from '../features/kinds';
import type { Job } from '../job';
import type { FittedModel } from './model';
import { readModel } from './modelFiles';
import { startWithDigest } from './policy';
import { readResults } from './roundFiles';

/** What was trained last. */
export interface NewestModel {
  readonly results: ResultsFile;
  /** What rounds look at. */
  readonly looks: Encoder;
  readonly model: FittedModel;
}

/** The newest model; an input error where there is none, or where encoder or images have changed since. */
export async function newestModel(dataset: Dataset, job: Job): Promise<NewestModel> {
  const results = (await readResults(dataset)).at(-1);
  if (!results)
    throw inputError(
      `Dataset ${dataset.name} has no trained model yet: label a batch, then train on it ("train"; in the editor the next round does).`,
    );
  const product = await openProduct(dataset, job);
  const looks = product.features;
  const encoder = startWithDigest(product, results.encoder.digest);
  const { digest, classes } = dataset.file;
  if (!encoder || results.dataset.digest !== digest || !haveClasses(results, classes))
    throw inputError(
      `The newest model of ${dataset.name} was trained on an earlier encoder, other images or other classes; train again ("train"; in the editor the next round does).`,
    );
  return { results, looks, model: await readModel(dataset, results, encoder, looks) };
}
