import { join } from 'node:path';
import type { ZodType } from 'zod';
import { byRound, numberedNames, numberFault } from '../../shared/workspace/numbered';
import { fileVersion } from '../fileVersion';
import type { FileProblem } from './datasetState';
import { jsonNames } from './folders';
import { type JsonFiles, problemOf } from './jsonFile';

/** Changes when the last of the files `NNNN.json` of a folder becomes another; null where there is none. */
export async function newestVersion(folder: string): Promise<string | null> {
  const newest = numberedNames(await jsonNames(folder)).at(-1);
  return newest === undefined ? null : `${newest} ${await fileVersion(join(folder, newest))}`;
}

/** Files `NNNN.json` of a folder in order; one that says another number than its name is a problem, as it is for the engine. */
export async function readNumbered<T extends { readonly round: number }>(
  folder: string,
  schema: ZodType<T>,
  json: JsonFiles,
): Promise<{ readonly files: T[]; readonly problems: FileProblem[] }> {
  const names = numberedNames(await jsonNames(folder));
  const outcomes = await Promise.all(names.map((name) => json.read(join(folder, name), schema)));
  const files: T[] = [];
  const problems: FileProblem[] = [];
  for (const [i, name] of names.entries()) {
    const outcome = outcomes[i];
    if (outcome?.kind === 'problem') problems.push(outcome.problem);
    if (outcome?.kind !== 'value') continue;
    const fault = numberFault(name, outcome.value.round);
    if (fault) problems.push(problemOf(join(folder, name), fault));
    else files.push(outcome.value);
  }
  return { files: files.sort(byRound), problems };
}
