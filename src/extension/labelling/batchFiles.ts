import { resolve } from 'node:path';
import { l10n } from 'vscode';
import type * as z from 'zod';
import { type DatasetFile, datasetFile } from '../../shared/schema/dataset';
import { type RoundFile, roundFile } from '../../shared/schema/round';
import { numberedName, numberFault } from '../../shared/workspace/numbered';
import { placeIn, places } from '../../shared/workspace/paths';
import { JsonFiles, problemOf, problemText } from '../datasets/jsonFile';

/** The files that say what a batch is. Each is parsed again only when it has changed. */
export class BatchFiles {
  private readonly json = new JsonFiles();

  constructor(
    private readonly directory: string,
    private readonly number: number,
  ) {}

  /** The same object while the file stays as it is. Throws a sentence that names the file. */
  readDataset(): Promise<DatasetFile> {
    const path = placeIn(this.directory, places.dataset);
    return this.read(path, datasetFile, l10n.t('It is gone; import the dataset again.'));
  }

  /** The same. */
  async readRound(): Promise<RoundFile> {
    const path = placeIn(this.directory, places.round(this.number));
    const gone = l10n.t('It is gone; restore it from version control, or run another round.');
    const file = await this.read(path, roundFile, gone);
    const fault = numberFault(numberedName(this.number), file.round);
    if (fault) throw new Error(problemText(problemOf(path, fault)));
    return file;
  }

  private async read<S extends z.ZodType>(path: string, schema: S, gone: string): Promise<z.output<S>> {
    const read = await this.json.read(path, schema);
    if (read.kind === 'value') return read.value;
    throw new Error(problemText(read.kind === 'problem' ? read.problem : { file: path, message: gone }));
  }
}

/** Folder of the images; null where they are rows of a csv file, whose pictures only the engine can make. */
export function imageFolder(directory: string, { layout, root }: DatasetFile): string | null {
  return layout === 'fer2013' ? null : resolve(directory, root);
}
