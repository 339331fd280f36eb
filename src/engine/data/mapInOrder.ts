import { availableParallelism } from 'node:os';

/** How many images are read and decoded at a time: enough that no core waits for the disk. */
export const concurrency = (): number => 2 * availableParallelism();

/**
 * Maps items by an asynchronous function, at most `limit` of them at a time, and yields the results in the order of the
 * items. When the consumer stops early, results still under way are dropped.
 */
export async function* mapInOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for await (const item of items) {
    const result = map(item);
    result.catch(() => {}); // handled when its turn comes
    underWay.push(result);
    if (underWay.length >= limit) yield (await underWay.shift()) as R;
  }
  for (const result of underWay) yield await result;
}
