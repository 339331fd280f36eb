import type { Dataset } from '../data/dataset/type';
import { representationOf } from '../features/cache';
import { leadOf } from '../features/encoder';
import type { Looks } from '../features/kinds';
import type { Job } from '../job';
import { dot } from '../numeric/vectors';
import { directionsIn } from './likeness';
import type { BatchPick } from './selectBatch';

/**
 * From here on two images of a batch are the same picture for whoever answers: stricter than what the gallery calls near
 * duplicates, since what is skipped by mistake is not asked for (docs/results.md).
 */
const SAME_PICTURE = 0.95;

/** Asks for more images, none of these. */
type AskMore = (count: number, except: readonly number[]) => Promise<readonly BatchPick[]>;

/**
 * A batch without near copies of images in it, as far as there are others; asked once more for what is missing, and filled up
 * with the copies where that was not enough. A batch that has none stays as it is.
 */
export async function withoutNearCopies(
  picks: readonly BatchPick[],
  areNear: AreNear,
  more: AskMore,
): Promise<BatchPick[]> {
  const batch: BatchPick[] = [];
  const copies: BatchPick[] = [];
  const add = (some: readonly BatchPick[]) => {
    for (const pick of some) {
      if (batch.length === picks.length) return;
      const isCopy = batch.some(({ index }) => areNear(index, pick.index));
      (isCopy ? copies : batch).push(pick);
    }
  };
  add(picks);
  if (copies.length === 0) return batch;
  const before = [...batch, ...copies].map(({ index }) => index);
  add(await more(2 * copies.length, before));
  return [...batch, ...copies].slice(0, picks.length);
}

/** Whether two images are nearly the same picture. */
export type AreNear = (a: number, b: number) => boolean;

/** By what rounds look through first. */
export async function nearness(dataset: Dataset, { features }: Looks, job: Job): Promise<AreNear> {
  const directionOf = directionsIn(await representationOf(dataset, leadOf(features), job));
  const known = new Map<number, Float32Array>();
  const of = (index: number): Float32Array => {
    const direction = known.get(index) ?? directionOf(index);
    known.set(index, direction);
    return direction;
  };
  return (a, b) => dot(of(a), of(b)) >= SAME_PICTURE;
}
