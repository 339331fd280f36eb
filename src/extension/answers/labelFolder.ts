import { readdir } from 'node:fs/promises';
import type { LabelsNow } from '../../shared/workspace/labelLines';
import { annotatorsOf } from '../../shared/workspace/labels';
import { placeIn, places } from '../../shared/workspace/paths';
import { problemText, unreadable } from '../datasets/jsonFile';
import { LabelFiles } from '../datasets/labelFiles';

/** Answers of all annotators as they are on the disk. */
export interface FolderLabels {
  /** Annotator → answers; without those whose file is damaged. */
  readonly files: ReadonlyMap<string, LabelsNow>;
  /** Annotator → what is wrong with the file, as a sentence. */
  readonly problems: ReadonlyMap<string, string>;
}

/** `labels/` of a dataset. Only what has changed is read again. */
export class LabelFolder {
  private readonly labels = new LabelFiles();

  constructor(private readonly directory: string) {}

  async read(): Promise<FolderLabels> {
    const files = new Map<string, LabelsNow>();
    const problems = new Map<string, string>();
    for (const annotator of annotatorsOf(await this.names())) {
      const read = await this.labels.read(this.directory, annotator);
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
