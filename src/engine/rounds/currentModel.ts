import { haveClasses } from '../../shared/resultClasses';
import type { ResultsFile } from '../../shared/schema/results';
import type { Dataset } from '../data/dataset/type';
import { openProduct } from '../features/kinds';
import type { Job } from '../job';
import { type NewestModel, newestModel } from './newestModel';
import { productTeaching } from './policy';
import { readResults } from './roundFiles';
import { trainStored } from './store';

/**
 * The newest model; where classes or images have changed since it was trained, it is trained anew first, as it was then: the
 * same number would mean another class.
 */
export async function currentModel(dataset: Dataset, job: Job): Promise<NewestModel> {
  const results = (await readResults(dataset)).at(-1);
  if (!results || fits(dataset, results)) return newestModel(dataset, job);
  const looks = await openProduct(dataset, job);
  const training = await trainStored(dataset, looks, results.policy ?? productTeaching(), results.seed, job);
  if (!training) return newestModel(dataset, job); // which says that there is nothing to train on
  return { results: training.results, looks: looks.features, model: training.model };
}

const fits = ({ file }: Dataset, results: ResultsFile): boolean =>
  results.dataset.digest === file.digest && haveClasses(results, file.classes);
