import { basename } from 'node:path';
import { affectNetNames, rafDbNames } from './expressionNames';
import { ferNames } from './ferNames';

/** A published dataset whose class folders are called by numbers. */
interface Numbering {
  readonly dataset: string;
  /** The number of the first name. */
  readonly from: number;
  readonly names: readonly string[];
  /** Names of its image files; null where they tell nothing. */
  readonly file: RegExp | null;
  /** What folders above are called. */
  readonly folder: RegExp;
}

const numberings: readonly Numbering[] = [
  {
    dataset: 'RAF-DB',
    from: 1,
    names: rafDbNames,
    file: /^(train|test)_\d{4,5}(_aligned)?\.(jpe?g|png)$/i,
    folder: /raf[-_ ]?db/i,
  },
  {
    dataset: 'FER2013',
    from: 0,
    names: ferNames,
    file: /^(training|publictest|privatetest)_\d+\.(jpe?g|png)$/i,
    folder: /fer[-_ ]?2013(?![-_ ]?(plus|\+))/i,
  },
  { dataset: 'AffectNet', from: 0, names: affectNetNames, file: null, folder: /affect[-_ ]?net/i },
];

/** Share of the images that must have names of that dataset. */
const SHARE = 0.8;

/** What the numbers of class folders mean. */
export interface NumberedClasses {
  readonly dataset: string;
  /** In the order of the folders. */
  readonly names: readonly string[];
}

/** Names for folders such as 1 to 7 where images or what the folder `above` is called say whose numbers these are; null where nothing does. */
export function numberedClasses(
  folders: readonly string[],
  ids: readonly string[],
  above: string,
): NumberedClasses | null {
  const numbers = folders.map((name) => (/^\d{1,2}$/.test(name) ? Number(name) : Number.NaN));
  const found = numberings.find(
    ({ from, names, file, folder }) =>
      2 * numbers.length > names.length &&
      numbers.every((number) => number >= from && number < from + names.length) &&
      (folder.test(above) || (file !== null && hasNames(ids, file))),
  );
  if (!found || new Set(numbers).size < numbers.length) return null;
  return { dataset: found.dataset, names: numbers.map((number) => found.names[number - found.from]!) };
}

const hasNames = (ids: readonly string[], file: RegExp): boolean =>
  ids.filter((id) => file.test(basename(id))).length >= SHARE * ids.length;
