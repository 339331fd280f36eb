import { l10n } from 'vscode';
import { type RoundFile, roundFile } from '../../shared/schema/round';
import { numberedName, numberFault } from '../../shared/workspace/numbered';
import { placeIn, places } from '../../shared/workspace/paths';
import { DatasetFiles } from '../answers/datasetFiles';
import { problemOf, problemText } from '../datasets/jsonFile';

/** The files that say what a batch is. */
export class BatchFiles extends DatasetFiles {
  constructor(
    directory: string,
    private readonly number: number,
  ) {
    super(directory);
  }

  /** The same object while the file stays as it is. Throws a sentence that names the file. */
  async readRound(): Promise<RoundFile> {
    const path = placeIn(this.directory, places.round(this.number));
    const gone = l10n.t('It is gone; restore it from version control, or run another round.');
    const file = await this.read(path, roundFile, gone);
    const fault = numberFault(numberedName(this.number), file.round);
    if (fault) throw new Error(problemText(problemOf(path, fault)));
    return file;
  }
}
