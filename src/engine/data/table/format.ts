import { fill, RefusedFile } from '../../../shared/workspace/regularFile';
import { damagedError, inputError } from '../../errors';
import { openFile } from '../../store/door';
import { type Encoding, encodingOf } from '../../store/encoding';
import { fileKindOf } from '../../store/fileKind';

/** How a table that a person gives is written, as its beginning tells. */
export interface TableFormat {
  readonly path: string;
  readonly encoding: Encoding;
  readonly separator: string;
  /** Names of the columns, without what stands around them. */
  readonly header: readonly string[];
  /** Number of the line with the names, 1 for the first. */
  readonly line: number;
  /** Lines that stand above it and are no rows: empty ones don't count. */
  readonly above: number;
}

/** The first is taken where the header fits several equally well. */
const separators = [',', ';', '\t', '|'] as const;

/** A header is read up to here; where it is longer the file is hardly a table. */
const LONGEST_HEADER = 1 << 16;
/** The line in which Excel tells the separator. */
const TOLD = /^"?sep=(.)"?$/i;

/**
 * Finds the encoding, the separator and the columns. The separator is that by which most of the columns that `isWanted`
 * knows are found, or else by which the header has most columns.
 */
export async function tableFormat(path: string, isWanted: (name: string) => boolean): Promise<TableFormat> {
  const bytes = await beginningOf(path);
  const kind = fileKindOf(bytes);
  if (kind) throw damagedError(`${path} is ${kind.what}; ${kind.remedy ?? 'save it as CSV in UTF-8'}.`);
  const encoding = encodingOf(bytes);
  const lines = new TextDecoder(encoding).decode(bytes).split(/\r\n|\n|\r/);
  const filled = lines.flatMap((text, i) => (text.trim() === '' ? [] : [{ text, line: i + 1 }]));
  const told = TOLD.exec(filled[0]?.text.trim() ?? '')?.[1];
  const above = told === undefined ? 0 : 1;
  const { text, line } = filled[above] ?? { text: '', line: 1 };
  const found = (told === undefined ? separators : [told]).map((separator) => {
    const header = splitLine(text, separator).map(cleanCell);
    return { separator, header, fit: header.filter(isWanted).length };
  });
  const best = found.reduce((a, b) =>
    b.fit > a.fit || (b.fit === a.fit && b.header.length > a.header.length) ? b : a,
  );
  return { path, encoding, separator: best.separator, header: best.header, line, above };
}

async function beginningOf(path: string): Promise<Uint8Array> {
  const { handle } = await openFile(path, 'streamed').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw inputError(`There is no file ${path}; check the path.`, error);
    const remedy = error instanceof RefusedFile ? 'give a csv file' : 'allow reading it';
    throw inputError(`Cannot read ${path} (${error.code ?? error.message}); ${remedy}.`, error);
  });
  return fill(handle, Buffer.alloc(LONGEST_HEADER), 0).finally(() => handle.close());
}

/** A cell of a table whose quotes have no other meaning than to hold it together. */
export const cleanCell = (text: string): string => text.replace(/^[\s"\uFEFF]+|[\s"]+$/g, '').normalize('NFC');

/** The cells of one line, quotes around them kept. */
const splitLine = (text: string, separator: string): string[] => rejoined(text.split(separator), separator);

/**
 * Cells whose separators stood between quotes, put together again. Quotes that are not closed within the line have no
 * meaning: a stray one must not swallow what follows.
 */
export function rejoined(cells: readonly string[], separator: string): string[] {
  const joined: string[] = [];
  for (let i = 0; i < cells.length; i++) {
    const end = cells[i]!.trimStart().startsWith('"') ? closingCell(cells, i) : i;
    joined.push(cells.slice(i, end + 1).join(separator));
    i = end;
  }
  return joined;
}

/** The cell in which the quotes that are opened in this one are closed; the same where they never are. */
function closingCell(cells: readonly string[], first: number): number {
  let quotes = 0;
  for (let i = first; i < cells.length; i++) {
    quotes += cells[i]!.split('"').length - 1;
    if (quotes % 2 === 0 && cells[i]!.trimEnd().endsWith('"')) return i;
  }
  return first;
}
