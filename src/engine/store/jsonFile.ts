import type * as z from 'zod';
import { type Fault, type Parsed, parseFile } from '../../shared/workspace/problems';
import { damagedError, type UserError } from '../errors';
import { writeFileAtomic } from './atomicFile';
import { readText } from './encoding';

/** Writes a value as JSON with two spaces and a newline at the end, atomically. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Reads a JSON file and checks it. A file that is missing or can't be read is an input error; one that is not JSON, or
 * does not fit the schema, is damaged: the message names the file, the place inside it and what was expected.
 */
export async function readJson<S extends z.ZodType>(path: string, schema: S, advice?: string): Promise<z.output<S>> {
  return checkedValue(path, parseFile(await readText(path), schema), advice);
}

/** What was parsed of a file; a fault is thrown as a damaged error. */
export function checkedValue<T>(path: string, parsed: Parsed<T>, advice?: string): T {
  if (parsed.fault) throw faultError(path, parsed.fault, advice);
  return parsed.value;
}

/** What is wrong with a file and what to do, as a sentence. */
export function faultError(
  path: string,
  fault: Fault,
  advice = 'correct it, or restore it from version control',
): UserError {
  switch (fault.kind) {
    case 'merge':
      return damagedError(
        `${path} has a conflict in lines ${fault.from}–${fault.to}: keep one side${fault.keep === 'both' ? ' where both answer the same image, and otherwise both,' : ''} and remove the marks of the merge.`,
      );
    case 'empty':
      return damagedError(`${path} is not valid JSON (it is empty); ${advice}.`);
    case 'notJson':
      return damagedError(`${path} is not valid JSON (${fault.detail}); ${advice}.`);
    case 'damaged': {
      const where = fault.place === null ? 'the top level' : `"${fault.place}"`;
      return damagedError(`${path} is damaged at ${where}: ${fault.expected}; ${advice}.`);
    }
    case 'repeatedImage':
      return damagedError(
        `${path} answers image "${fault.image}" twice${fault.line === null ? '' : `, again in line ${fault.line}`}; remove the line that is wrong.`,
      );
    case 'misnumbered':
      return damagedError(`${path} says it is number ${fault.number}; rename it to ${fault.name}.`);
  }
}
