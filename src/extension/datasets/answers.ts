import { type Answer, type MergedAnswers, mergeAnswers } from '../../shared/workspace/labels';
import type { DatasetRef } from '../../shared/workspace/paths';
import type { FileProblem } from './datasetState';
import { annotatorNames } from './folders';
import type { KnownFiles } from './knownFiles';
import { readSettlements } from './settlements';
import { unknownClass } from './unknownClass';

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
  { json, labels }: KnownFiles,
): Promise<Answers> {
  const answers: Answer[] = [];
  const files: LabelFileState[] = [];
  const problems: FileProblem[] = [];
  for (const annotator of await annotatorNames(directory)) {
    const read = await labels.read(directory, annotator);
    if (read.kind === 'problem') problems.push(read.problem);
    if (read.kind !== 'value') continue;
    const { file } = read;
    const entries = [...read.value.entries];
    const isKnown = (label: string | undefined) => label === undefined || classes.includes(label);
    const known = entries.filter(([, { label }]) => isKnown(label));
    const unknown = entries.find(([, { label }]) => !isKnown(label));
    if (unknown) {
      const line = read.value.lineOf?.(unknown[0]) ?? null;
      problems.push({ file, message: unknownClass(unknown[0], unknown[1].label, classes, line) });
    }
    for (const [image, entry] of known) answers.push({ annotator, image, ...entry });
    files.push({ annotator, file, answers: known.length });
  }
  const settled = await readSettlements(directory, classes, json);
  problems.push(...settled.problems);
  return { merged: mergeAnswers(answers, settled.settlements), answers, files, problems };
}
