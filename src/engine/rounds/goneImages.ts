import type { Dataset } from '../data/dataset/type';
import { concurrency, mapInOrder } from '../data/mapInOrder';
import { inputError, type UserError } from '../errors';
import { type Job, throwIfCancelled } from '../job';
import { fileVersion } from '../store/fileVersion';
import { plural } from '../text/plural';

/** Which of these images have lost their file since the import; rows of a table have none to lose. */
export async function goneImages(
  dataset: Pick<Dataset, 'sourceFile'>,
  indices: Iterable<number>,
  job: Job,
): Promise<ReadonlySet<number>> {
  const isGone = async (index: number) => {
    const path = dataset.sourceFile(index);
    return { index, gone: path !== null && (await fileVersion(path)) === null };
  };
  const found = new Set<number>();
  for await (const { index, gone } of mapInOrder(indices, concurrency(), isGone)) {
    throwIfCancelled(job);
    if (gone) found.add(index);
  }
  return found;
}

/** That nobody could look at any image that is left. */
export function allGone({ images, name }: Dataset, gone: ReadonlySet<number>): UserError {
  const [first = 0] = gone;
  return inputError(
    `The files of all ${plural(gone.size, 'image')} of ${name} that could be asked for are gone, the first is ${images[first]!.id}; put the folder back, or import it from where it is now.`,
  );
}
