import { type Split, splitOf } from '../../../shared/workspace/layouts';

/** Class names by the number in the column `emotion`, 0 to 6. */
export const ferNames: readonly string[] = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'];

export const ferClasses: readonly string[] = [...ferNames].sort();

/** Other words for them, as RAF-DB, CK+ and KDEF have them. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['anger', 'angry'],
  ['disgusted', 'disgust'],
  ['fearful', 'fear'],
  ['afraid', 'fear'],
  ['happiness', 'happy'],
  ['sadness', 'sad'],
  ['surprised', 'surprise'],
]);

/** The class that a cell means: 3, 3.0, happy or happiness; null for none. */
export function ferClassOf(cell: string): number | null {
  const number = /^(\d+)(?:\.0*)?$/.exec(cell)?.[1];
  const word = cell.toLowerCase();
  const name = number === undefined ? (otherNames.get(word) ?? word) : ferNames[Number(number)];
  const index = ferClasses.indexOf(name ?? '');
  return index < 0 ? null : index;
}

/** Usages as they were published; ids begin with them. */
const usages = ['Training', 'PublicTest', 'PrivateTest'];

interface FerUsage {
  readonly name: string;
  readonly split: Split;
}

/** What a cell of the column `Usage` means, whatever its case; null for what tells no part. */
export function ferUsageOf(cell: string): FerUsage | null {
  const plain = cell.replace(/[\s_-]+/g, '');
  const split = splitOf(plain);
  if (split === undefined) return null;
  return { name: usages.find((name) => name.toLowerCase() === plain.toLowerCase()) ?? plain, split };
}

/** The part that a row belongs to where no column tells it. */
export const ALL_TRAINING: FerUsage = { name: 'Training', split: 'train' };

/** The id of a row, 1 for the first below the header; null where the cell tells no part. */
export function ferImageId(usage: string, row: number): string | null {
  const found = ferUsageOf(usage);
  return found && rowId(found, row);
}

export const rowId = ({ name }: FerUsage, row: number): string => `${name}/${String(row).padStart(6, '0')}`;
