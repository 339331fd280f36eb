import { resolve } from 'node:path';
import { l10n } from 'vscode';
import type * as z from 'zod';
import { type DatasetFile, datasetFile } from '../../shared/schema/dataset';
import { placeIn, places } from '../../shared/workspace/paths';
import { JsonFiles, problemText } from '../datasets/jsonFile';

/** Files that have to be there to label. Each is parsed again only when it has changed. */
export class DatasetFiles {
  private readonly json = new JsonFiles();

  constructor(protected readonly directory: string) {}

  /** The same object while the file stays as it is. Throws a sentence that names the file. */
  readDataset(): Promise<DatasetFile> {
    const path = placeIn(this.directory, places.dataset);
    return this.read(path, datasetFile, l10n.t('It is gone; import the dataset again.'));
  }

  protected async read<S extends z.ZodType>(path: string, schema: S, gone: string): Promise<z.output<S>> {
    const read = await this.json.read(path, schema);
    if (read.kind === 'value') return read.value;
    throw new Error(problemText(read.kind === 'problem' ? read.problem : { file: path, message: gone }));
  }
}

/** Folder of the images; null where they are rows of a csv file, whose pictures only the engine can make. */
export function imageFolder(directory: string, { layout, root }: DatasetFile): string | null {
  return layout === 'fer2013' ? null : resolve(directory, root);
}
