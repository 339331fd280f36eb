import { classNamed } from '../data/classList';
import type { Dataset } from '../data/dataset/type';
import { columnOf, describeHeader, plainName, requireWidth } from '../data/table/columns';
import { type TableFormat, tableFormat } from '../data/table/format';
import { ImageNames } from '../data/table/imageNames';
import { tableRows } from '../data/table/rows';
import { inputError } from '../errors';
import type { Job } from '../job';
import { digestOf } from '../store/digest';
import { ferPlusColumns, ferPlusImages, ferPlusRows, isFerPlus } from './ferPlus';

/** How people voted on images. */
export interface Votes {
  /** Of all votes that were read. */
  readonly digest: string;
  /** Image index → share of the votes of each class, summing to 1. Images without a vote for any class are not in it. */
  readonly shares: ReadonlyMap<number, Float64Array>;
  /** Columns that stand for no class of the dataset; they were passed over. */
  readonly ignored: readonly string[];
}

/**
 * Reads `image,<class>,<class>…`: a row an image, with the number of votes for every class (any number from 0 on, also
 * shares); or the file of FER+ as it was published. Other columns are passed over. Votes never become labels of the dataset.
 * @throws UserError with the line number of the first bad row.
 */
export async function readVotes(dataset: Dataset, path: string, job: Job): Promise<Votes> {
  const { classes } = dataset.file;
  const format = await tableFormat(path, (name) => plainName(name) === 'image' || classOf(name, classes) !== undefined);
  const columns = columnsIn(format, classes);
  const indexIn = imagesOf(dataset, format, columns.image);
  const shares = new Map<number, Float64Array>();
  const read: [string, number[]][] = [];
  const lineOf = new Map<number, number>();
  for await (const { cells, line } of tableRows(format, 'cells', job)) {
    const where = `${path} line ${line}`;
    requireWidth(cells, format, where);
    const index = indexIn(cells, where);
    const image = dataset.images[index]!.id;
    if (lineOf.has(index))
      throw inputError(`${where}: image "${image}" has votes in line ${lineOf.get(index)} already; keep one row.`);
    lineOf.set(index, line);
    const votes = columns.classes.map((column, c) => parseVotes(cells[column], classes[c], format.separator, where));
    read.push([image, votes]);
    const total = votes.reduce((sum, n) => sum + n, 0);
    if (!Number.isFinite(total)) throw inputError(`${where}: the votes add up to no finite number; correct them.`);
    if (total > 0)
      shares.set(
        index,
        Float64Array.from(votes, (n) => n / total),
      );
  }
  if (shares.size === 0)
    throw inputError(`${path} has no votes; expected the columns image and ${classes.join(', ')}, one image a line.`);
  read.sort(([a], [b]) => (a < b ? -1 : 1));
  return { digest: digestOf(read), shares, ignored: columns.ignored };
}

/** Where the columns stand. */
interface Columns {
  readonly image: number;
  /** In the order of the class list. */
  readonly classes: readonly number[];
  readonly ignored: readonly string[];
}

/** The class that a column is about, by its own name or by FER+'s. */
const classOf = (column: string, classes: readonly string[]): string | undefined =>
  classNamed(column, classes) ?? classNamed(ferPlusColumns.get(plainName(column)) ?? '', classes);

function columnsIn(format: TableFormat, classes: readonly string[]): Columns {
  const { header, path, line } = format;
  const where = `${path} line ${line}`;
  const image = isFerPlus(header) ? ferPlusImages(header) : columnOf(format, ['image']);
  const about = header.map((name, i) => (i === image ? undefined : classOf(name, classes)));
  const missing = [...(image < 0 ? ['image'] : []), ...classes.filter((name) => !about.includes(name))];
  if (missing.length > 0)
    throw inputError(
      `${where}: the column ${missing.join(', ')} is missing; expected a header with image and a column for each class, and ${describeHeader(format)}.`,
    );
  const twice = about.find((name, i) => name !== undefined && about.indexOf(name) !== i);
  if (twice !== undefined) throw inputError(`${where}: the column ${twice} is there twice; keep one of them.`);
  const ignored = header.filter((_, i) => i !== image && about[i] === undefined);
  return { image, classes: classes.map((name) => about.indexOf(name)), ignored };
}

/** How the image of a row is found. */
function imagesOf(dataset: Dataset, { header }: TableFormat, column: number) {
  if (isFerPlus(header)) return ferPlusRows(dataset, header);
  const names = new ImageNames(dataset);
  return (cells: readonly string[], where: string): number => names.require(cells[column] ?? '', where);
}

/** A number from 0 on. Where cells are not separated by commas, a comma may stand before decimals, as in 0,25. */
function parseVotes(cell: string | undefined, name: string, separator: string, where: string): number {
  const isDecimal = separator !== ',' && cell !== undefined && /^\d+,(\d{1,2}|\d{4,})$/.test(cell);
  const value = Number(isDecimal ? cell.replace(',', '.') : cell);
  if (cell === undefined || cell === '' || !Number.isFinite(value) || value < 0)
    throw inputError(`${where}: the votes for ${name} are "${cell ?? ''}"; give a number from 0 on.`);
  return value;
}

/** How many of some images have votes. */
export const votedOn = ({ shares }: Pick<Votes, 'shares'>, images: Int32Array): number =>
  images.filter((i) => shares.has(i)).length;
