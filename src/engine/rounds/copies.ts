import { copyGroups } from '../data/dataset/copies';
import type { Dataset } from '../data/dataset/type';
import type { Job } from '../job';
import type { MergedLabels } from './labelFiles';

/**
 * Training images that need not be asked for, since an image with the same pixels was asked for or answered already (`touched`),
 * or may be asked for in their place.
 */
export async function surplusCopies(dataset: Dataset, touched: ReadonlySet<number>, job: Job): Promise<Set<number>> {
  const surplus = new Set<number>();
  for (const group of await copyGroups(dataset, job)) {
    const pool = group.filter((i) => dataset.images[i].split === 'train' && !touched.has(i));
    const isTouched = group.some((i) => touched.has(i));
    for (const i of isTouched ? pool : pool.slice(1)) surplus.add(i);
  }
  return surplus;
}

/** Images without an answer that have the same pixels as labelled ones, which all have one class: copy → what it is a copy of. */
export async function labelledCopies(
  dataset: Dataset,
  { labels, answered }: Pick<MergedLabels, 'labels' | 'answered'>,
  job: Job,
): Promise<ReadonlyMap<number, number>> {
  const copies = new Map<number, number>();
  for (const group of await copyGroups(dataset, job)) {
    const known = group.filter((i) => labels.has(i));
    if (new Set(known.map((i) => labels.get(i))).size !== 1) continue;
    for (const i of group) if (!answered.has(i)) copies.set(i, known[0]);
  }
  return copies;
}
