import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { inputError } from '../../errors';
import type { Job } from '../../job';
import { plural } from '../../text/plural';
import { type ColumnNames, columnOf, describeHeader, namesAny } from '../table/columns';
import { cleanCell, type TableFormat, tableFormat } from '../table/format';
import { countRows, tableRows } from '../table/rows';
import { ALL_TRAINING, ferClasses, ferClassOf, ferUsageOf, rowId } from './ferNames';
import type { ImageSource, SourceItem, SourceOptions } from './source';
import { findImages } from './walk';

/** Side of a FER2013 image. */
export const FER_SIZE = 48;

/** -1: there is no such column. */
interface Columns {
  readonly emotion: number;
  readonly pixels: number;
  readonly usage: number;
}

const columnNames = {
  emotion: ['emotion', 'emotions'],
  pixels: ['pixels', 'pixel'],
  usage: ['usage', 'split', 'subset', 'set', 'partition'],
} as const satisfies Record<keyof Columns, ColumnNames>;

const isFerColumn = namesAny(columnNames.emotion, columnNames.pixels, ['usage']);
const extensions = ['.csv', '.tsv'];

const isTableName = (name: string): boolean => extensions.includes(extname(name).toLowerCase());

const columnsIn = (format: TableFormat): Columns => ({
  emotion: emotionColumn(format),
  pixels: columnOf(format, columnNames.pixels),
  usage: columnOf(format, columnNames.usage),
});

/** Copies of FER2013 call the column by what it is for. Their names make no table one of FER2013. */
const otherEmotionNames: ColumnNames = ['label', 'labels', 'expression', 'expressions', 'class'];

function emotionColumn(format: TableFormat): number {
  const own = columnOf(format, columnNames.emotion);
  return own < 0 ? columnOf(format, otherEmotionNames) : own;
}

/** The csv files in the form of FER2013 that `path` is, or that lie directly in it; and those that nearly are. */
async function ferTables(
  path: string,
): Promise<{ readonly good: readonly string[]; readonly near: readonly string[] }> {
  const info = await stat(path).catch(() => null);
  const names = info?.isDirectory() ? (await readdir(path).catch(() => [])).filter(isTableName).sort() : [];
  const files = info?.isFile() ? [path] : names.map((name) => join(path, name));
  const good: string[] = [];
  const near: string[] = [];
  for (const file of files) {
    const format = await tableFormat(file, isFerColumn).catch(() => null);
    if (!format) continue;
    if (format.header.some(namesAny(columnNames.pixels))) good.push(file);
    else if (format.header.some(isFerColumn) || isHeaderless(format)) near.push(file);
  }
  return { good, near };
}

/** Whether rows of pixels begin where the names of the columns should stand. */
const isHeaderless = ({ header }: TableFormat): boolean => header.some((cell) => /^(\d+[ ,;]+){100}/.test(cell));

/** The FER2013 csv that `path` is, or that lies directly in it; null when there is none. Several are an input error. */
export async function findFerCsv(path: string): Promise<string | null> {
  const { good } = await ferTables(path);
  const named = good.find((file) => basename(file).toLowerCase() === 'fer2013.csv');
  if (named !== undefined || good.length <= 1) return named ?? good[0] ?? null;
  const names = good.map((file) => basename(file)).join(', ');
  throw inputError(`${path} has several files in the form of FER2013 (${names}); give the path of one.`);
}

/** Says what a csv file lacks, or one in a folder that has nearly the form of FER2013. */
export async function refuseNearlyFer(path: string): Promise<void> {
  const { near } = await ferTables(path);
  const [csv = isTableName(path) ? path : undefined] = near;
  if (csv !== undefined) await ferFormat(csv);
}

/** Throws where the columns are not those of FER2013. */
async function ferFormat(csv: string): Promise<{ readonly format: TableFormat; readonly columns: Columns }> {
  const format = await tableFormat(csv, isFerColumn);
  const columns = columnsIn(format);
  const line = `Line ${format.line} of ${csv}`;
  if (isHeaderless(format))
    throw inputError(`${line} is a row, not the names of the columns; write emotion,pixels,Usage above it.`);
  if (columns.pixels < 0) {
    const missing = ['emotion', 'pixels', 'Usage'].filter((name) => columns[name.toLowerCase() as keyof Columns] < 0);
    throw inputError(
      `${line} lacks the column ${missing.join(' and ')}; it must name emotion, pixels and Usage, and ${describeHeader(format)}.`,
    );
  }
  return { format, columns };
}

/**
 * FER2013 (Goodfellow et al. 2013): one csv with the columns emotion, pixels, Usage in any order, read as a stream. Without
 * Usage all rows are training images; without emotion they have no labels. Ids are `<Usage>/<number of the row>`. A bad
 * row is listed with its line number and skipped.
 */
export async function openFer2013(path: string, options: SourceOptions, job: Job): Promise<ImageSource> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw inputError(`There is no file or folder ${path}; check the path.`, error);
  });
  const csv = info.isDirectory() ? await findFerCsv(path) : path;
  if (!csv) {
    await refuseNearlyFer(path);
    throw inputError(`${path} has no csv file with the columns emotion, pixels and Usage; give fer2013.csv.`);
  }
  const { format, columns } = await ferFormat(csv);
  const total = await countRows(format, job);
  if (total < 1) throw inputError(`${csv} has no row after line ${format.line}; give the complete file.`);
  const beside = info.isDirectory() ? await besideNotes(path, csv, options, job) : [];
  return {
    layout: 'fer2013',
    root: csv,
    classes: ferClasses,
    total,
    shape: { channels: 1, height: FER_SIZE, width: FER_SIZE },
    items: () => rows(format, columns, job),
    ignored: { hidden: 0, other: 0 },
    notes: [...missingNotes(basename(csv), columns, format), ...beside],
  };
}

/** What follows from columns that are not there. */
function missingNotes(name: string, { emotion, usage }: Columns, { header }: TableFormat): string[] {
  const notes: string[] = [];
  if (emotion < 0) notes.push(`${name} has no column emotion: its images have no labels yet.`);
  if (usage < 0) {
    const others = header.filter((column, i) => i !== emotion && !isFerColumn(column) && column !== '');
    const passed = others.length > 0 ? ` (${others.slice(0, 6).join(', ')} passed over)` : '';
    notes.push(`${name} has no column Usage, so that all its images are training images${passed}.`);
  }
  return notes;
}

/** What else lies in the folder that a csv was found in, and was not read. */
async function besideNotes(folder: string, csv: string, { exclude }: SourceOptions, job: Job): Promise<string[]> {
  const others = (await ferTables(folder)).good.filter((file) => file !== csv).map((file) => basename(file));
  const { images } = await findImages(folder, exclude, job);
  const name = basename(csv);
  return [
    ...(others.length > 0
      ? [`${others.join(', ')} beside ${name} ${others.length > 1 ? 'were' : 'was'} not read.`]
      : []),
    ...(images.length > 0
      ? [
          `${plural(images.length, 'image file')} beside ${name} ${images.length > 1 ? 'were' : 'was'} not read; to import the folder with images instead, pass --layout folders.`,
        ]
      : []),
  ];
}

async function* rows(format: TableFormat, columns: Columns, job: Job): AsyncGenerator<SourceItem> {
  const name = basename(format.path);
  let row = 0;
  for await (const { cells, line } of tableRows(format, 'line', job)) {
    row++;
    const item = parseRow(cells, { format, columns, row });
    yield typeof item === 'string' ? { id: `${name}:${line}`, problem: `line ${line} ${item}` } : item;
  }
}

interface RowContext {
  readonly format: TableFormat;
  readonly columns: Columns;
  readonly row: number;
}

/** The image of a row, or what is wrong with it. */
function parseRow(cells: readonly string[], { format, columns, row }: RowContext): SourceItem | string {
  const { header } = format;
  if (cells.length > header.length && cells.slice(header.length).some((cell) => cleanCell(cell) !== ''))
    return `has ${cells.length} cells, and the header has ${header.length}`;
  const told = cleanCell(cells[columns.usage] ?? '');
  const usage = columns.usage < 0 ? ALL_TRAINING : ferUsageOf(told);
  if (!usage) return `has the Usage "${told.slice(0, 40)}", not Training, PublicTest or PrivateTest`;
  const emotion = cleanCell(cells[columns.emotion] ?? '');
  const label = columns.emotion < 0 ? null : ferClassOf(emotion);
  if (label === null && columns.emotion >= 0)
    return `has the emotion "${emotion.slice(0, 40)}", not a number from 0 to 6`;
  const pixels = parsePixels(cleanCell(cells[columns.pixels] ?? '').replace(/^\[|\]$/g, ''));
  if (typeof pixels === 'string') return pixels;
  return { id: rowId(usage, row), split: usage.split, label, content: pixels };
}

/** 48 × 48 grey values from numbers with spaces (or commas, semicolons) between, or what is wrong with them. */
function parsePixels(text: string): Uint8Array | string {
  const pixels = new Uint8Array(FER_SIZE * FER_SIZE);
  let n = 0;
  for (let from = 0; from < text.length; ) {
    const code = text.charCodeAt(from);
    if (between.has(code)) {
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
/** Space, tab, comma, semicolon. */
const between = new Set([32, 9, 44, 59]);
