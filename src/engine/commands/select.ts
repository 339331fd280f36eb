import { dirname, resolve } from 'node:path';
import { parseJson } from '../../shared/jsonText';
import { damagedError } from '../errors';
import type { Job } from '../job';
import { type SelectOutput, selectFromInput } from '../select/select';
import { decodedText, readText } from '../store/encoding';
import { textTable } from '../text/textTable';

export interface SelectOptions {
  /** JSON file with the arrays; '-' reads standard input. */
  readonly input: string;
  /** Taken instead of what the input says. */
  readonly strategy?: string;
  readonly k?: number;
  readonly seed?: number;
}

/** Runs a strategy on arrays of the user's own: the code that a round runs. */
export async function select({ input, ...changes }: SelectOptions, job: Job): Promise<SelectOutput> {
  const text = await readInput(input);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const name = input === '-' ? 'Standard input' : input;
    throw damagedError(`${name} is not valid JSON (${(error as Error).message}); correct it.`, error);
  }
  const baseDirectory = input === '-' ? process.cwd() : dirname(resolve(input));
  return selectFromInput(value, { baseDirectory, ...changes }, job);
}

async function readInput(input: string): Promise<string> {
  if (input === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return decodedText(Buffer.concat(chunks), 'standard input');
  }
  return readText(input, 'list'); // it may hold arrays
}

export function describeSelect({ selected, images, scores, reasons, note }: SelectOutput): string {
  const rows = selected.map((index, i) => {
    const which = images === undefined ? [String(index)] : [String(index), images[i]];
    return [String(i + 1), ...which, scores[i].toPrecision(4), reasons[i]];
  });
  const table = textTable(['#', 'index', ...(images ? ['image'] : []), 'score', 'why'], rows);
  return note ? `${table}\n${note}` : table;
}
