import type { EngineJobs } from '../../shared/protocol/engine';
import { readRecords } from '../data/dataset/list';
import type { Dataset } from '../data/dataset/type';
import { damagedError } from '../errors';
import type { Job } from '../job';
import { row } from '../numeric/matrix';
import { argmax } from '../numeric/probabilities';
import { alikeImages, likenessTo } from '../rounds/likeness';
import { predictAll } from '../rounds/predictions';
import { suspiciousLabels } from '../rounds/suspiciousLabels';
import { NEAR_DUPLICATES } from './duplicates';
import { indexIn } from './similar';
import { type DatasetOptions, withDataset } from './withDataset';

/*
 * What the gallery shows of every image, as columns: of 100,000 images numbers in a row travel and are drawn at once, objects are not.
 * Numbers of images are their places in the list, which the server knows without opening the dataset.
 */

/** The newest model's answer to every image, and how sure it is. */
export const predictionColumns = (options: DatasetOptions, job: Job): Promise<EngineJobs['predictions']['result']> =>
  withDataset(options, job, async (dataset) => {
    const { by, probabilities } = await predictAll(dataset, job);
    const placeOf = await places(dataset);
    const predicted = new Array<number>(dataset.images.length).fill(0);
    const probability = new Array<number>(dataset.images.length).fill(0);
    for (const [i, { id }] of dataset.images.entries()) {
      const ofImage = row(probabilities, i);
      const best = argmax(ofImage);
      predicted[placeOf(id)] = best;
      probability[placeOf(id)] = rounded(ofImage[best]);
    }
    const { digest, classes } = dataset.file;
    return { digest, classes, round: by.results.round, predicted, probability };
  });

/** Every label on which people agree, the most suspicious first. */
export const suspicionColumns = (options: DatasetOptions, job: Job): Promise<EngineJobs['suspicions']['result']> =>
  withDataset(options, job, async (dataset) => {
    const labels = await suspiciousLabels(dataset, job);
    const placeOf = await places(dataset);
    return {
      digest: dataset.file.digest,
      images: labels.map(({ image }) => placeOf(image)),
      suspicion: labels.map(({ suspicion }) => rounded(suspicion)),
    };
  });

/** How like one image each is. */
export const likenessColumn = (
  { image, ...options }: DatasetOptions & { readonly image: string },
  job: Job,
): Promise<EngineJobs['similar']['result']> =>
  withDataset(options, job, async (dataset) => {
    const found = await likenessTo(dataset, indexIn(dataset, image), job);
    const placeOf = await places(dataset);
    const likeness = new Array<number>(dataset.images.length).fill(0);
    for (const [i, { id }] of dataset.images.entries()) likeness[placeOf(id)] = rounded(found[i]);
    return { digest: dataset.file.digest, likeness };
  });

/** Groups of images that look nearly the same. */
export const nearDuplicateGroups = (
  options: DatasetOptions,
  job: Job,
): Promise<EngineJobs['nearDuplicates']['result']> =>
  withDataset(options, job, async (dataset) => {
    const groups = await alikeImages(dataset, NEAR_DUPLICATES, job);
    const placeOf = await places(dataset);
    return {
      digest: dataset.file.digest,
      groups: groups.map(({ images }) => images.map((i) => placeOf(dataset.images[i].id))),
      atLeast: NEAR_DUPLICATES,
    };
  });

/** An image's number in the list. */
async function places({ directory, file, name }: Dataset): Promise<(id: string) => number> {
  const listed = await readRecords(directory, file);
  if (!listed) throw damagedError(`The list of images of dataset ${name} was replaced meanwhile; try again.`);
  return (id) => listed.records.get(id)!;
}

/** Nobody sees more, and it makes the message shorter. */
const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;
