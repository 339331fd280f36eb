import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { layoutClassesOf } from '../../shared/schema/dataset';
import type { DatasetState } from './datasetState';
import { folderNames } from './folders';

/** Where the images of a dataset lie. */
export const imageRoot = ({ ref, file }: Pick<DatasetState, 'ref' | 'file'>): string =>
  resolve(ref.directory, file.root);

/**
 * Whether the way the images lie on disk tells their classes, so that a benchmark can answer its own questions. Looks
 * for the class folders only; the engine has the last word.
 */
export async function hasKnownLabels(state: Pick<DatasetState, 'ref' | 'file'>): Promise<boolean> {
  const { layout } = state.file;
  if (layout !== 'folders' && layout !== 'sample') return true;
  const root = imageRoot(state);
  const above = [root, ...(await folderNames(root)).map((name) => join(root, name))];
  const told = layoutClassesOf(state.file).flatMap((one) => (one.class === null ? [] : [one.told]));
  return above.some((folder) => told.some((name) => existsSync(join(folder, name))));
}
