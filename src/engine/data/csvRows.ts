import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { inputError } from '../errors';
import { breathe, type Job, throwIfCancelled } from '../job';

export interface CsvRow {
  readonly cells: readonly string[];
  /** Number of the line in the file, 1 for the first. */
  readonly line: number;
}

const ROWS_A_TURN = 500;

/** The rows of a small table that a person gives, header included, cells trimmed, empty lines left out. */
export async function* csvRows(path: string, job: Job): AsyncGenerator<CsvRow> {
  const input = createReadStream(path);
  const parser = parse({ bom: true, info: true, trim: true, skip_empty_lines: true, relax_column_count: true });
  input.on('error', (error) => parser.destroy(error)).pipe(parser);
  let rows = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (++rows % ROWS_A_TURN === 0) await breathe(job);
      else throwIfCancelled(job);
      yield { cells: record, line: info.lines };
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw inputError(`${path}: ${error.message.replace(/\.$/, '')}; correct that line.`, error);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw inputError(`There is no file ${path}; check the path.`, error);
    if (code === 'EISDIR' || code === 'EACCES')
      throw inputError(`Cannot read ${path} (${message}); give a csv file.`, error);
    throw error;
  } finally {
    input.destroy();
  }
}

/** An image's id as people may write it: with backslashes, or beginning with ./ */
export const imageIdOf = (cell: string | undefined): string => (cell ?? '').replaceAll('\\', '/').replace(/^\.\//, '');
