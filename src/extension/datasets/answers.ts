import { join } from 'node:path';
import { l10n } from 'vscode';
import { type Answer, type MergedAnswers, mergeAnswers } from '../../shared/labels/merge';
import { labelFile, repeatedIds } from '../../shared/schema/labels';
import { isolated } from '../text';
import type { DatasetRef } from './datasetRef';
import type { FileProblem } from './datasetState';
import { jsonNames } from './folders';
import { type JsonFiles, UnusableFile } from './jsonFile';

/** One annotator's file. */
export interface LabelFileState {
  readonly annotator: string;
  readonly file: string;
  readonly answers: number;
}

/** Everything answered, by everybody. */
export interface Answers {
  readonly merged: MergedAnswers;
  readonly answers: readonly Answer[];
  readonly files: readonly LabelFileState[];
  readonly problems: readonly FileProblem[];
}

/**
 * Reads and merges the label files by the rules of the engine, except that one damaged file does not hide the others:
 * it is listed, and its answers don't count. An answer with a class that the dataset doesn't have is listed likewise.
 */
export async function readAnswers(
  { directory }: Pick<DatasetRef, 'directory'>,
  classes: readonly string[],
  json: JsonFiles,
): Promise<Answers> {
  const folder = join(directory, 'labels');
  const answers: Answer[] = [];
  const files: LabelFileState[] = [];
  const problems: FileProblem[] = [];
  for (const name of await jsonNames(folder)) {
    const file = join(folder, name);
    const annotator = name.slice(0, -'.json'.length);
    const read = await json.read(file, labelFile, checkRepeated);
    if (read.kind === 'problem') problems.push(read.problem);
    if (read.kind !== 'value') continue;
    const entries = Object.entries(read.value.labels);
    const known = entries.filter(([, { label }]) => label === undefined || classes.includes(label));
    if (known.length < entries.length) problems.push({ file, message: unknownClass(entries, classes) });
    for (const [image, entry] of known) answers.push({ annotator, image, ...entry });
    files.push({ annotator, file, answers: known.length });
  }
  return { merged: mergeAnswers(answers), answers, files, problems };
}

/** JSON alone would keep only the last of two answers to one image. */
export function checkRepeated(text: string): void {
  let repeated: string | undefined;
  try {
    [repeated] = repeatedIds(text);
  } catch {
    return; // not JSON: that is said by whoever parses it
  }
  if (repeated !== undefined)
    throw new UnusableFile(l10n.t('It answers image "{0}" twice; remove the line that is wrong.', isolated(repeated)));
}

function unknownClass(
  entries: readonly [string, { readonly label?: string | undefined }][],
  classes: readonly string[],
) {
  const [image, { label }] = entries.find(([, entry]) => entry.label !== undefined && !classes.includes(entry.label))!;
  return l10n.t(
    'Image "{0}" has the unknown class "{1}"; use one of {2}.',
    isolated(image),
    isolated(label ?? ''),
    classes.map(isolated).join(', '),
  );
}
