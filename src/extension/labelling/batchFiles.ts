import { join, resolve } from 'node:path';
import { l10n } from 'vscode';
import type * as z from 'zod';
import { type DatasetFile, datasetFile } from '../../shared/schema/dataset';
import { type RoundFile, roundFile } from '../../shared/schema/round';
import { fileVersion } from '../fileVersion';
import { FileDamaged, parseChecked, readText } from './readChecked';

/** The files that say what a batch is. Each is parsed again only when it has changed. */
export class BatchFiles {
  private readonly dataset: ParsedOnce<typeof datasetFile>;
  private readonly round: ParsedOnce<typeof roundFile>;

  constructor(
    directory: string,
    private readonly number: number,
  ) {
    this.dataset = new ParsedOnce(join(directory, 'dataset.json'), datasetFile);
    this.round = new ParsedOnce(join(directory, 'rounds', `${String(number).padStart(4, '0')}.json`), roundFile);
  }

  /** The same object while the file stays as it is. Throws FileDamaged with a sentence. */
  readDataset(): Promise<DatasetFile> {
    return this.dataset.read((path) => l10n.t('There is no file {0}; import the dataset again.', path));
  }

  /** The same. */
  async readRound(): Promise<RoundFile> {
    const file = await this.round.read((path) =>
      l10n.t('There is no file {0}; restore it from version control, or run another round.', path),
    );
    if (file.round !== this.number)
      throw new FileDamaged(l10n.t('{0} says it is round {1}; rename it.', this.round.path, file.round));
    return file;
  }
}

class ParsedOnce<S extends z.ZodType> {
  private known: { readonly version: string; readonly value: z.output<S> } | null = null;

  constructor(
    readonly path: string,
    private readonly schema: S,
  ) {}

  async read(missing: (path: string) => string): Promise<z.output<S>> {
    const version = await fileVersion(this.path);
    if (version !== null && this.known?.version === version) return this.known.value;
    const text = await readText(this.path);
    if (text === null) throw new FileDamaged(missing(this.path));
    const value = parseChecked(this.path, text, this.schema);
    this.known = version === null ? null : { version, value };
    return value;
  }
}

/** Folder of the images; null where they are rows of a csv file, whose pictures only the engine can make. */
export function imageFolder(directory: string, { layout, root }: DatasetFile): string | null {
  return layout === 'fer2013' ? null : resolve(directory, root);
}
