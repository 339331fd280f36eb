import { l10n } from 'vscode';
import { type Answer, annotatorsOf, type MergedAnswers, mergeAnswers } from '../../shared/workspace/labels';
import type { DatasetRef } from '../../shared/workspace/paths';
import { placeIn, places } from '../../shared/workspace/paths';
import { parseLabelFile } from '../../shared/workspace/problems';
import { isolated } from '../text';
import type { FileProblem } from './datasetState';
import { jsonNames } from './folders';
import type { JsonFiles } from './jsonFile';
import { readSettlements } from './settlements';

/** One annotator's file. */
export interface LabelFileState {
  readonly annotator: string;
  readonly file: string;
  readonly answers: number;
}

/** Everything answered, by everybody, and what disputes were settled to. */
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
  const answers: Answer[] = [];
  const files: LabelFileState[] = [];
  const problems: FileProblem[] = [];
  for (const annotator of annotatorsOf(await jsonNames(placeIn(directory, places.labels)))) {
    const file = placeIn(directory, places.labelsOf(annotator));
    const read = await json.readWith(file, parseLabelFile);
    if (read.kind === 'problem') problems.push(read.problem);
    if (read.kind !== 'value') continue;
    const entries = [...read.value];
    const known = entries.filter(([, { label }]) => label === undefined || classes.includes(label));
    if (known.length < entries.length) problems.push({ file, message: unknownClass(entries, classes) });
    for (const [image, entry] of known) answers.push({ annotator, image, ...entry });
    files.push({ annotator, file, answers: known.length });
  }
  const settled = await readSettlements(directory, classes, json);
  problems.push(...settled.problems);
  return { merged: mergeAnswers(answers, settled.settlements), answers, files, problems };
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
