import type { LabelEntry } from '../../shared/schema/labels';
import { datasetFilePath, readDatasetFile } from '../data/dataset/folder';
import { inputError } from '../errors';
import { fileVersion } from '../store/fileVersion';
import type { DatasetToLabel } from './labelFile';

/**
 * Throws where answers give a class that the dataset has no more: the classes may have changed since it was opened, in another
 * window, by the command line or by `git pull`. To be called under the lock of the label file: a change of classes writes
 * dataset.json first, so that nothing slips in behind it.
 */
export async function requirePresentClasses(
  dataset: DatasetToLabel,
  additions: ReadonlyMap<string, LabelEntry>,
): Promise<void> {
  const { directory, name } = dataset;
  if ((await fileVersion(datasetFilePath(directory))) === null) return; // nothing says what the classes are now
  const { classes } = await readDatasetFile(directory);
  for (const [image, { label }] of additions)
    if (label !== undefined && !classes.includes(label))
      throw inputError(
        `The class "${label}" is gone from dataset ${name} (its classes were changed meanwhile), so the answer to ${image} was not saved; answer with one of ${classes.join(', ')}.`,
      );
}
