import { csvRows, imageIdOf } from '../data/csvRows';
import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import type { Job } from '../job';
import { digestOf } from '../store/digest';

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
 * shares). Other columns are passed over. Votes never become labels of the dataset.
 * @throws UserError with the line number of the first bad row.
 */
export async function readVotes(dataset: Dataset, path: string, job: Job): Promise<Votes> {
  const { classes } = dataset.file;
  const shares = new Map<number, Float64Array>();
  const read: [string, number[]][] = [];
  const lineOf = new Map<string, number>();
  let header: Header | null = null;
  for await (const { cells, line } of csvRows(path, job)) {
    const where = `${path} line ${line}`;
    if (!header) {
      header = parseHeader(cells, classes, where);
      continue;
    }
    const image = imageIdOf(cells[header.image]);
    const index = dataset.indexOf(image);
    if (index === undefined)
      throw inputError(
        `${where}: image "${image}" is not in dataset ${dataset.name}; paths are relative to the dataset's folder.`,
      );
    if (lineOf.has(image))
      throw inputError(`${where}: image "${image}" has votes in line ${lineOf.get(image)} already; keep one row.`);
    lineOf.set(image, line);
    const votes = header.classes.map((column, c) => parseVotes(cells[column], classes[c], where));
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
  return { digest: digestOf(read), shares, ignored: header?.ignored ?? [] };
}

/** Where the columns stand. */
interface Header {
  readonly image: number;
  /** In the order of the class list. */
  readonly classes: readonly number[];
  readonly ignored: readonly string[];
}

function parseHeader(cells: readonly string[], classes: readonly string[], where: string): Header {
  const names = cells.map((cell) => cell.normalize('NFC'));
  const missing = ['image', ...classes].filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw inputError(
      `${where}: the column ${missing.join(', ')} is missing; expected a header with image and a column for each class.`,
    );
  const twice = names.find((name, i) => classes.includes(name) && names.indexOf(name) !== i);
  if (twice !== undefined) throw inputError(`${where}: the column ${twice} is there twice; keep one of them.`);
  const ignored = names.filter((name) => name !== 'image' && !classes.includes(name));
  return { image: names.indexOf('image'), classes: classes.map((name) => names.indexOf(name)), ignored };
}

function parseVotes(cell: string | undefined, name: string, where: string): number {
  const value = Number(cell);
  if (cell === undefined || cell === '' || !Number.isFinite(value) || value < 0)
    throw inputError(`${where}: the votes for ${name} are "${cell ?? ''}"; give a number from 0 on.`);
  return value;
}

/** How many of some images have votes. */
export const votedOn = ({ shares }: Pick<Votes, 'shares'>, images: Int32Array): number =>
  images.filter((i) => shares.has(i)).length;
