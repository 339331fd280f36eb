import { Transform } from 'node:stream';
import { TextDecoder } from 'node:util';
import { CsvError, type Options, parse } from 'csv-parse';
import { inputError, UserError } from '../../errors';
import { breathe, type Job, throwIfCancelled } from '../../job';
import { openFile } from '../../store/door';
import { type Encoding, notText, wrongLine } from '../../store/encoding';
import { rejoined, type TableFormat } from './format';

export interface TableRow {
  readonly cells: readonly string[];
  /** Number of its last line in the file, 1 for the first. */
  readonly line: number;
}

/**
 * What quotes mean. `cells`: a cell between quotes may hold anything, as programs write it. `line`: what is opened in a
 * line is closed in it or has no meaning; quotes stay in the cells.
 */
export type Quotes = 'cells' | 'line';

const ROWS_A_TURN = 50;
const LONGEST_ROW = 1 << 20; // characters
const LINE_ENDS = ['\r\n', '\n', '\r'];

const quoting: Readonly<Record<Quotes, Options>> = {
  cells: { trim: true, relax_quotes: true },
  line: { quote: null, escape: null },
};

/** The rows of a table below its header, empty lines left out. The file is never held as a whole. */
export async function* tableRows(format: TableFormat, quotes: Quotes, job: Job): AsyncGenerator<TableRow> {
  const { path, separator } = format;
  const input = (await openFile(path, 'streamed')).handle.createReadStream({ highWaterMark: 1 << 20 });
  const text = new Utf8(path, format.encoding);
  const parser = parse({
    ...quoting[quotes],
    delimiter: separator,
    record_delimiter: LINE_ENDS,
    bom: true,
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: LONGEST_ROW,
  });
  input.on('error', (error) => parser.destroy(error)).pipe(text);
  text.on('error', (error) => parser.destroy(error)).pipe(parser);
  let rows = 0;
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      line = info.lines;
      if (++rows % ROWS_A_TURN === 0) await breathe(job);
      else throwIfCancelled(job);
      if (line <= format.line || record.every((cell) => cell.trim() === '')) continue;
      yield { cells: quotes === 'line' ? rejoined(record, separator) : record, line };
    }
  } catch (error) {
    throw readError(path, line, error);
  } finally {
    input.destroy();
    text.destroy();
  }
}

/** Rows of a table; a quick pass over its text, so that progress has an end. Quoted line ends are taken for ends. */
export async function countRows({ path, encoding, above }: TableFormat, job: Job): Promise<number> {
  let lines = 0;
  let atStart = true;
  const { handle } = await openFile(path, 'streamed');
  const text = handle.createReadStream({ highWaterMark: 1 << 22 }).pipe(new Utf8(path, encoding));
  for await (const chunk of text as AsyncIterable<Buffer>) {
    for (let from = 0; from < chunk.length; ) {
      const end = lineEnd(chunk, from);
      if (atStart && end > from) lines++;
      atStart = end < chunk.length;
      from = end + 1;
    }
    await breathe(job);
  }
  return lines - above - 1;
}

function lineEnd(chunk: Buffer, from: number): number {
  const newline = chunk.indexOf(10, from);
  const end = newline < 0 ? chunk.length : newline;
  const carriage = chunk.subarray(from, end).indexOf(13);
  return carriage < 0 ? end : from + carriage;
}

/** Whatever a text is written in, as UTF-8; what is no text is an error with its line. */
class Utf8 extends Transform {
  private readonly decoder: TextDecoder;
  private line = 1;

  constructor(
    private readonly path: string,
    private readonly encoding: Encoding,
  ) {
    super();
    this.decoder = new TextDecoder(encoding, { fatal: true });
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: Error | null, text?: Buffer) => void): void {
    try {
      const text = this.decoder.decode(chunk, { stream: true });
      const zero = text.indexOf('\0');
      if (zero >= 0) throw zeroBytes(this.path, this.line + text.slice(0, zero).split('\n').length - 1);
      this.line += linesIn(chunk);
      done(null, this.encoding === 'utf-8' ? chunk : Buffer.from(text));
    } catch (error) {
      done(error instanceof UserError ? error : notText(this.path, this.line - 1 + wrongLine(chunk), error));
    }
  }

  override _flush(done: (error: Error | null) => void): void {
    try {
      this.decoder.decode();
      done(null);
    } catch (error) {
      done(notText(this.path, this.line, error));
    }
  }
}

/** Of a file of holes, or of a copy that failed: no text has any. */
const zeroBytes = (path: string, line: number) =>
  inputError(
    `Line ${line} of ${path} holds zero bytes, which no text does; copy the file again, or save it as CSV in UTF-8.`,
  );

function linesIn(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  return lines;
}

function readError(path: string, line: number, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'CSV_MAX_RECORD_SIZE')
    return inputError(
      `${path} has a line of more than a million characters after line ${line}, or quotes that are never closed; mend that line.`,
      error,
    );
  if (error instanceof CsvError)
    return inputError(`${path}: ${error.message.replace(/\.$/, '')}; correct that line.`, error);
  if (code !== undefined && /^E[A-Z]+$/.test(code))
    return inputError(`Cannot read ${path} after line ${line} (${code}); check the file and its disk.`, error);
  return error;
}
