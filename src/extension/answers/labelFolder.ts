import { readdir } from 'node:fs/promises';
import { type LabelEntry, serialiseLabels } from '../../shared/schema/labels';
import { annotatorsOf } from '../../shared/workspace/labels';
import { placeIn, places } from '../../shared/workspace/paths';
import { parseLabelFile } from '../../shared/workspace/problems';
import { JsonFiles, problemText, unreadable } from '../datasets/jsonFile';

/** Answers of all annotators as they are on the disk. */
export interface FolderLabels {
  /** Annotator → image id → answer, the same object while a file stays as it is; without those whose file is damaged. */
  readonly files: ReadonlyMap<string, ReadonlyMap<string, LabelEntry>>;
  /** Annotator → what is wrong with the file, as a sentence. */
  readonly problems: ReadonlyMap<string, string>;
}

interface Expected {
  readonly annotator: string;
  readonly entries: ReadonlyMap<string, LabelEntry>;
}

/** `labels/` of a dataset. Only files that have changed are read again. */
export class LabelFolder {
  private readonly json = new JsonFiles();

  constructor(private readonly directory: string) {}

  /** `expected`: an annotator's answers that were saved since; a file that says just that is not parsed and checked. */
  async read(expected: Expected): Promise<FolderLabels> {
    const files = new Map<string, ReadonlyMap<string, LabelEntry>>();
    const problems = new Map<string, string>();
    for (const annotator of annotatorsOf(await this.names())) {
      const own = expected.annotator === annotator ? expected.entries : null;
      const read = await this.json.readWith(placeIn(this.directory, places.labelsOf(annotator)), (text) =>
        own && text === serialiseLabels(own) ? { value: new Map(own), fault: null } : parseLabelFile(text),
      );
      if (read.kind === 'value') files.set(annotator, read.value);
      if (read.kind === 'problem') problems.set(annotator, problemText(read.problem));
    }
    return { files, problems };
  }

  private async names(): Promise<readonly string[]> {
    const folder = placeIn(this.directory, places.labels);
    try {
      return await readdir(folder);
    } catch (error) {
      const failed = unreadable(folder, error as NodeJS.ErrnoException);
      if (failed.kind === 'absent') return [];
      throw new Error(problemText(failed.problem));
    }
  }
}
