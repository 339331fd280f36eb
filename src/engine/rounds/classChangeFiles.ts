import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { type ClassChangeFile, classChangeFile } from '../../shared/schema/classChange';
import { numberedNames } from '../../shared/workspace/numbered';
import { placeIn, places } from '../../shared/workspace/paths';
import { diskError, writeFileAtomic } from '../store/atomicFile';
import { readJson } from '../store/jsonFile';

/** The files of `classes/`: every change that was made, and one that is being carried out. */

export const pendingPath = (directory: string): string => placeIn(directory, places.pendingClassChange);

export const changePath = (directory: string, number: number): string => placeIn(directory, places.classChange(number));

export const hasPendingChange = (directory: string): boolean => existsSync(pendingPath(directory));

export const readPending = async (directory: string): Promise<ClassChangeFile | null> =>
  hasPendingChange(directory) ? readJson(pendingPath(directory), classChangeFile) : null;

/** From here on the change is carried out, if need be by whoever comes next. */
export const writePending = (directory: string, file: ClassChangeFile): Promise<void> =>
  writeFileAtomic(pendingPath(directory), textOf(file));

/** Answers and settlements stand one a line. */
function textOf({ answers, settlements, ...head }: ClassChangeFile): string {
  const start = JSON.stringify(head, null, 2).replace(/\n}$/, '');
  return `${start},\n  "answers": ${lines(answers)},\n  "settlements": ${lines(settlements)}\n}\n`;
}

const lines = (items: readonly unknown[]): string =>
  items.length === 0 ? '[]' : `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;

/** The change is done: it becomes one of the changes that were made, or, taken back, none. */
export async function settlePending(directory: string, { number, undoing }: ClassChangeFile): Promise<void> {
  const pending = pendingPath(directory);
  const done = changePath(directory, number);
  try {
    if (!undoing) return await rename(pending, done);
    await rm(done, { force: true });
    await rm(pending, { force: true });
  } catch (error) {
    throw diskError(done, error);
  }
}

/** Numbers of the changes that were made, ascending. */
async function changeNumbers(directory: string): Promise<number[]> {
  const names = numberedNames(await readdir(placeIn(directory, places.classes)).catch(() => []));
  return names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
}

/** The change that was made last; null when none was. */
export async function lastChange(directory: string): Promise<ClassChangeFile | null> {
  const last = (await changeNumbers(directory)).at(-1);
  return last === undefined ? null : readJson(changePath(directory, last), classChangeFile);
}

export const nextNumber = async (directory: string): Promise<number> =>
  ((await changeNumbers(directory)).at(-1) ?? 0) + 1;
