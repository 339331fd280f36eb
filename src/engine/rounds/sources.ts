import type { Dataset } from '../data/dataset';
import { inputError } from '../errors';
import { readLabels } from './labelFiles';

/** Where answers come from. Indices refer to `dataset.images`, values to the class list; no answer means not (yet) known. */
export interface LabelSource {
  answer(indices: Int32Array): Promise<ReadonlyMap<number, number>>;
}

/** Answers from the labels that the dataset's layout tells (class folders, csv). */
export function oracle(dataset: Pick<Dataset, 'name' | 'images'>): LabelSource {
  if (!dataset.images.some((image) => image.split === 'train' && image.label !== null))
    throw inputError(
      `Dataset ${dataset.name} has no known labels to answer from; label it in the panel or with --from labels.csv.`,
    );
  return {
    async answer(indices) {
      const known = [...indices].flatMap((i) => {
        const { label } = dataset.images[i];
        return label === null ? [] : [[i, label] as const];
      });
      return new Map(known);
    },
  };
}

/** Answers that people have saved in the dataset's label files; those in conflict are no answers. */
export function people(dataset: Dataset): LabelSource {
  return {
    async answer(indices) {
      const { labels } = await readLabels(dataset);
      return new Map([...indices].flatMap((i) => (labels.has(i) ? [[i, labels.get(i)!] as const] : [])));
    },
  };
}
