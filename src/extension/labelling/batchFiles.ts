import { join, resolve } from 'node:path';
import { l10n } from 'vscode';
import type * as z from 'zod';
import { type DatasetFile, datasetFile } from '../../shared/schema/dataset';
import { type RoundFile, roundFile } from '../../shared/schema/round';
import { JsonFiles, problemText } from '../datasets/jsonFile';

/** The files that say what a batch is. Each is parsed again only when it has changed. */
export class BatchFiles {
  private readonly json = new JsonFiles();
  private readonly roundName: string;

  constructor(
    private readonly directory: string,
    private readonly number: number,
  ) {
    this.roundName = nameOf(number);
  }

  /** The same object while the file stays as it is. Throws a sentence that names the file. */
  readDataset(): Promise<DatasetFile> {
    const path = join(this.directory, 'dataset.json');
    return this.read(path, datasetFile, l10n.t('It is gone; import the dataset again.'));
  }

  /** The same. */
  async readRound(): Promise<RoundFile> {
    const path = join(this.directory, 'rounds', this.roundName);
    const gone = l10n.t('It is gone; restore it from version control, or run another round.');
    const file = await this.read(path, roundFile, gone);
    if (file.round === this.number) return file;
    const message = l10n.t('It says it is number {0}; rename it to {1}.', file.round, nameOf(file.round));
    throw new Error(problemText({ file: path, message }));
  }

  private async read<S extends z.ZodType>(path: string, schema: S, gone: string): Promise<z.output<S>> {
    const read = await this.json.read(path, schema);
    if (read.kind === 'value') return read.value;
    throw new Error(problemText(read.kind === 'problem' ? read.problem : { file: path, message: gone }));
  }
}

const nameOf = (round: number) => `${String(round).padStart(4, '0')}.json`;

/** Folder of the images; null where they are rows of a csv file, whose pictures only the engine can make. */
export function imageFolder(directory: string, { layout, root }: DatasetFile): string | null {
  return layout === 'fer2013' ? null : resolve(directory, root);
}
