import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LabelEntry, labelFile, serialiseLabels } from '../../shared/schema/labels';
import { checkRepeated } from '../datasets/answers';
import { visibleJson } from '../datasets/folders';
import { parseText, problemText, readingFailed } from '../datasets/jsonFile';
import { fileVersion } from '../fileVersion';

/** Answers of all annotators as they are on the disk. */
export interface FolderLabels {
  /** Annotator → image id → answer; without those whose file is damaged. */
  readonly files: ReadonlyMap<string, ReadonlyMap<string, LabelEntry>>;
  /** Annotator → what is wrong with the file, as a sentence. */
  readonly problems: ReadonlyMap<string, string>;
}

interface Known {
  readonly version: string;
  readonly entries: ReadonlyMap<string, LabelEntry> | null;
  readonly problem: string | null;
}

/** `labels/` of a dataset. Only files that have changed are read again. */
export class LabelFolder {
  readonly path: string;
  private known = new Map<string, Known>();

  constructor(directory: string) {
    this.path = join(directory, 'labels');
  }

  /** `expected`: an annotator's answers that were saved since; a file that says just that is not parsed and checked. */
  async read(expected: Expected): Promise<FolderLabels> {
    const names = await readdir(this.path).catch((error: NodeJS.ErrnoException) => {
      const failed = readingFailed(this.path, error);
      if (failed.kind === 'absent') return [];
      throw new Error(problemText(failed.problem));
    });
    const known = new Map<string, Known>();
    for (const name of visibleJson(names)) {
      const annotator = name.slice(0, -'.json'.length);
      const file = await this.readFile(annotator, join(this.path, name), expected);
      if (file) known.set(annotator, file);
    }
    this.known = known;
    return {
      files: new Map([...known].flatMap(([annotator, { entries }]) => (entries ? [[annotator, entries]] : []))),
      problems: new Map([...known].flatMap(([annotator, { problem }]) => (problem ? [[annotator, problem]] : []))),
    };
  }

  private async readFile(annotator: string, path: string, expected: Expected): Promise<Known | null> {
    const version = await fileVersion(path);
    if (version === null) return null; // gone between listing and reading
    const before = this.known.get(annotator);
    if (before?.version === version) return before;
    try {
      const entries = await readEntries(path, expected.annotator === annotator ? expected.entries : null);
      return { version, entries, problem: null };
    } catch (error) {
      const failed = readingFailed(path, error);
      return failed.kind === 'absent' ? null : { version, entries: null, problem: problemText(failed.problem) };
    }
  }
}

interface Expected {
  readonly annotator: string;
  readonly entries: ReadonlyMap<string, LabelEntry>;
}

async function readEntries(
  path: string,
  expected: ReadonlyMap<string, LabelEntry> | null,
): Promise<ReadonlyMap<string, LabelEntry>> {
  const text = await readFile(path, 'utf8');
  if (expected && text === serialiseLabels(expected)) return new Map(expected);
  return new Map(Object.entries(parseText(text, labelFile, checkRepeated).labels));
}
