import { join, resolve } from 'node:path';
import { l10n } from 'vscode';
import { type DatasetFile, datasetFile } from '../../shared/schema/dataset';
import { type RoundFile, roundFile } from '../../shared/schema/round';
import { FileDamaged, parseChecked, readText } from './readChecked';

/** The files that say what a batch is; both throw FileDamaged with a sentence. */
export async function readDatasetFile(directory: string): Promise<DatasetFile> {
  const path = join(directory, 'dataset.json');
  const text = await readText(path);
  if (text === null) throw new FileDamaged(l10n.t('There is no file {0}; import the dataset again.', path));
  return parseChecked(path, text, datasetFile);
}

export async function readRoundFile(directory: string, round: number): Promise<RoundFile> {
  const path = join(directory, 'rounds', `${String(round).padStart(4, '0')}.json`);
  const text = await readText(path);
  if (text === null)
    throw new FileDamaged(l10n.t('There is no file {0}; restore it from version control, or run another round.', path));
  const file = parseChecked(path, text, roundFile);
  if (file.round !== round) throw new FileDamaged(l10n.t('{0} says it is round {1}; rename it.', path, file.round));
  return file;
}

/** Folder of the images; null where they are rows of a csv file, whose pictures only the engine can make. */
export function imageFolder(directory: string, { layout, root }: DatasetFile): string | null {
  return layout === 'fer2013' ? null : resolve(directory, root);
}
