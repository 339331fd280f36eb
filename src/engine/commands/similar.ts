import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import type { Job } from '../job';
import { likenessTo } from '../rounds/likeness';
import { textTable } from '../text/textTable';
import { type DatasetOptions, withDataset } from './withDataset';

export interface SimilarOptions extends DatasetOptions {
  /** Its id. */
  readonly image: string;
  /** Images listed at most. */
  readonly most: number;
}

export interface SimilarReport {
  readonly image: string;
  /** The most similar first, without the image itself. */
  readonly similar: readonly { readonly image: string; readonly likeness: number }[];
}

/** The images that look most like one, as rounds see them. */
export async function similar({ image, most, ...options }: SimilarOptions, job: Job): Promise<SimilarReport> {
  return withDataset(options, job, async (dataset) => {
    const index = indexIn(dataset, image);
    const likeness = await likenessTo(dataset, index, job);
    const others = dataset.images.flatMap(({ id }, i) => (i === index ? [] : [{ image: id, likeness: likeness[i] }]));
    return { image, similar: others.sort((a, b) => b.likeness - a.likeness).slice(0, most) };
  });
}

/** The number of an image that a person named. */
export function indexIn({ name, indexOf }: Pick<Dataset, 'name' | 'indexOf'>, image: string): number {
  const index = indexOf(image);
  if (index !== undefined) return index;
  throw inputError(`Image "${image}" is not in dataset ${name}; paths are relative to the dataset's folder.`);
}

export function describeSimilar({ image, similar: listed }: SimilarReport): string {
  const rows = listed.map((one) => [one.image, one.likeness.toFixed(2)]);
  return `${textTable([`like ${image}`, 'likeness'], rows)}\nFrom −1 to 1; 1 is the same.`;
}
