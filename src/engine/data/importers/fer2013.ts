import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { parse } from 'csv-parse';
import type { Split } from '../../../shared/workspace/layouts';
import { inputError } from '../../errors';
import { breathe, type Job } from '../../job';
import type { ImageSource, SourceItem } from './source';

/** Side of a FER2013 image. */
export const FER_SIZE = 48;

/** Class names by the number in the column `emotion`, 0 to 6. */
const emotions = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'];
const classes = [...emotions].sort();
const labelOf = emotions.map((name) => classes.indexOf(name));

const splitOf = new Map<string, Split>([
  ['Training', 'train'],
  ['PublicTest', 'test'],
  ['PrivateTest', 'test'],
]);

const columnNames = ['emotion', 'pixels', 'usage'] as const;
type Columns = Readonly<Record<(typeof columnNames)[number], number>>;

const cell = (text: string | undefined) => (text ?? '').replace(/^[\s"\uFEFF]+|[\s"]+$/g, '');

/** Where the three columns stand, or the names of the missing ones. */
function parseHeader(cells: readonly string[]): Columns | string[] {
  const found = cells.map((text) => cell(text).toLowerCase());
  const missing = columnNames.filter((name) => !found.includes(name));
  if (missing.length > 0) return missing;
  const [emotion, pixels, usage] = columnNames.map((name) => found.indexOf(name));
  return { emotion, pixels, usage };
}

/** The FER2013 csv that `path` is, or that lies directly in it; null when there is none. Several are an input error. */
export async function findFerCsv(path: string): Promise<string | null> {
  const info = await stat(path).catch(() => null);
  if (!info) return null;
  if (info.isFile()) return (await hasFerHeader(path)) ? path : null;
  const names = (await readdir(path).catch(() => [])).filter((name) => extname(name).toLowerCase() === '.csv');
  if (names.includes('fer2013.csv') && (await hasFerHeader(join(path, 'fer2013.csv'))))
    return join(path, 'fer2013.csv');
  const found: string[] = [];
  for (const name of names.sort()) if (await hasFerHeader(join(path, name))) found.push(name);
  if (found.length > 1)
    throw inputError(`${path} has several files in the form of FER2013 (${found.join(', ')}); give the path of one.`);
  return found.length === 1 ? join(path, found[0]) : null;
}

async function hasFerHeader(path: string): Promise<boolean> {
  const line = await firstLine(path).catch(() => '');
  return !Array.isArray(parseHeader(line.split(',')));
}

async function firstLine(path: string): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.toString('utf8', 0, bytesRead).split(/[\r\n]/)[0];
  } finally {
    await handle.close();
  }
}

/**
 * FER2013 (Goodfellow et al. 2013): one csv with the columns emotion, pixels, Usage in any order, read as a stream. Ids
 * are `<Usage>/<number of the row>`. A bad row is listed with its line number and skipped.
 */
export async function openFer2013(path: string, job: Job): Promise<ImageSource> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw inputError(`There is no file or folder ${path}; check the path.`, error);
  });
  const csv = info.isDirectory() ? await findFerCsv(path) : path;
  if (!csv) throw inputError(`${path} has no csv file with the columns emotion, pixels and Usage; give fer2013.csv.`);
  const header = await firstLine(csv).catch((error: NodeJS.ErrnoException) => {
    throw inputError(`Cannot read ${csv} (${error.code}); allow reading it.`, error);
  });
  const columns = parseHeader(header.split(','));
  if (Array.isArray(columns))
    throw inputError(
      `Line 1 of ${csv} lacks the column ${columns.join(' and ')}; it must name emotion, pixels and Usage.`,
    );
  const total = (await countLines(csv, job)) - 1;
  if (total < 1) throw inputError(`${csv} has no row after line 1; give the complete file.`);
  return {
    layout: 'fer2013',
    root: csv,
    classes,
    total,
    shape: { channels: 1, height: FER_SIZE, width: FER_SIZE },
    items: () => rows(csv, columns, job),
    ignored: { hidden: 0, other: 0 },
    notes: [],
  };
}

/** Lines that are not empty; a quick pass over the bytes, so that progress has an end. */
async function countLines(csv: string, job: Job): Promise<number> {
  let lines = 0;
  let atStart = true;
  for await (const chunk of createReadStream(csv, { highWaterMark: 1 << 22 }) as AsyncIterable<Buffer>) {
    for (let from = 0; from < chunk.length; ) {
      const newline = chunk.indexOf(10, from);
      const end = newline < 0 ? chunk.length : newline;
      const isEmpty = end === from || (end === from + 1 && chunk[from] === 13);
      if (atStart && !isEmpty) lines++;
      atStart = newline >= 0;
      from = end + 1;
    }
    await breathe(job);
  }
  return lines;
}

async function* rows(csv: string, columns: Columns, job: Job): AsyncGenerator<SourceItem> {
  const input = createReadStream(csv, { highWaterMark: 1 << 20 });
  // Quotes have no meaning here: one stray quote must not swallow the rows that follow.
  const parser = parse({
    bom: true,
    quote: null,
    escape: null,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 1 << 20,
    info: true,
  });
  input.on('error', (error) => parser.destroy(error)).pipe(parser);
  let line = 1;
  let row = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      line = info.lines;
      if (row > 0) yield parseRow(record, columns, row, `${basename(csv)}:${line}`, line);
      if (++row % 50 === 0) await breathe(job);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'CSV_MAX_RECORD_SIZE')
      throw inputError(
        `${csv} has a line of more than a million characters after line ${line}; mend that line.`,
        error,
      );
    if (code !== undefined && /^E[A-Z]+$/.test(code))
      throw inputError(`Cannot read ${csv} after line ${line} (${code}); check the file and its disk.`, error);
    throw error;
  } finally {
    input.destroy();
  }
}

function parseRow(record: string[], columns: Columns, row: number, place: string, line: number): SourceItem {
  const bad = (what: string): SourceItem => ({ id: place, problem: `line ${line} ${what}` });
  const usage = cell(record[columns.usage]);
  const split = splitOf.get(usage);
  if (!split) return bad(`has the Usage "${usage.slice(0, 40)}", not Training, PublicTest or PrivateTest`);
  const emotion = cell(record[columns.emotion]);
  if (!/^[0-6]$/.test(emotion)) return bad(`has the emotion "${emotion.slice(0, 40)}", not a number from 0 to 6`);
  const pixels = parsePixels(cell(record[columns.pixels]));
  if (typeof pixels === 'string') return bad(pixels);
  return { id: `${usage}/${String(row).padStart(6, '0')}`, split, label: labelOf[Number(emotion)], content: pixels };
}

/** 48 × 48 grey values from numbers with spaces between, or what is wrong with them. */
function parsePixels(text: string): Uint8Array | string {
  const pixels = new Uint8Array(FER_SIZE * FER_SIZE);
  let n = 0;
  for (let from = 0; from < text.length; ) {
    const code = text.charCodeAt(from);
    if (code === SPACE) {
      from++;
      continue;
    }
    let value = 0;
    let to = from;
    for (let digit = code - ZERO; digit >= 0 && digit <= 9; digit = text.charCodeAt(++to) - ZERO) {
      value = value * 10 + digit;
      if (value > 255) return 'has a pixel value above 255';
    }
    if (to === from) return `has the character "${text[from]}" among its pixel values`;
    if (n < pixels.length) pixels[n] = value;
    n++;
    from = to;
  }
  return n === pixels.length ? pixels : `has ${n} pixel values, not ${pixels.length}`;
}

const ZERO = 48;
const SPACE = 32;
