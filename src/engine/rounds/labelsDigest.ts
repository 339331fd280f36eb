import { REVIEWED } from '../../shared/reviewed';
import type { Dataset } from '../data/dataset/type';
import { digestOf } from '../store/digest';

/**
 * SHA-256 of a labelled set: image ids and class names, sorted, so that the order of labelling does not matter; and which are reviewed
 * predictions, on which nothing is measured.
 */
export function labelsDigest(
  dataset: Pick<Dataset, 'images' | 'file'>,
  labels: ReadonlyMap<number, number>,
  reviewed: ReadonlySet<number> = new Set(),
): string {
  const rows = [...labels].map(([i, label]) => {
    const row = [dataset.images[i].id, dataset.file.classes[label]];
    return reviewed.has(i) ? [...row, REVIEWED] : row;
  });
  return digestOf(rows.sort(byFirst));
}

const byFirst = ([a]: readonly string[], [b]: readonly string[]) => (a < b ? -1 : 1);
