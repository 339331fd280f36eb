import type { Dataset } from '../data/dataset/type';
import { digestOf } from '../store/digest';

/** SHA-256 of a labelled set: image ids and class names, sorted, so that the order of labelling does not matter. */
export function labelsDigest(dataset: Pick<Dataset, 'images' | 'file'>, labels: ReadonlyMap<number, number>): string {
  return digestOf([...labels].map(([i, label]) => [dataset.images[i].id, dataset.file.classes[label]]).sort(byFirst));
}

const byFirst = ([a]: readonly string[], [b]: readonly string[]) => (a < b ? -1 : 1);
