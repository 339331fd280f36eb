import type { Reading } from '../../../shared/schema/dataset';
import { type Split, splitOf } from '../../../shared/workspace/layouts';
import { plural } from '../../text/plural';
import { CONTAINER } from './splits';

/** A folder that may be a class: the first one below the root, or below a split folder. */
export interface Subfolder {
  readonly name: string;
  readonly images: number;
  /** Of these images those that lie in folders of its own. */
  readonly deeper: number;
}

/** What may tell the classes of a folder of images. */
export interface Subfolders {
  /** Sorted by name. */
  readonly all: readonly Subfolder[];
  /** Images that lie in none of them. */
  readonly loose: number;
  /** Training and test images lie in folders of the same names: somebody has sorted them by class. */
  readonly isSorted: boolean;
  /** Why they do not look like classes, as in "they are …"; null where they do. */
  readonly doubt: string | null;
}

interface Placed {
  readonly split: Split;
  /** Folders between root (or split folder) and image. */
  readonly steps: readonly string[];
}

export function subfoldersOf(images: readonly Placed[], { below }: Pick<Reading, 'below'>): Subfolders {
  const found = new Map<string, Counted>();
  let loose = 0;
  for (const { split, steps } of images) {
    const [name] = steps;
    if (name === undefined) {
      loose++;
      continue;
    }
    const folder = found.get(name) ?? { images: 0, deeper: 0, splits: new Set(), inner: new Set() };
    found.set(name, folder);
    folder.images++;
    folder.splits.add(split);
    const [, ...below] = steps;
    if (below.length > 1 || (below[0] !== undefined && !CONTAINER.test(below[0]))) folder.deeper++;
    if (below[0] !== undefined) folder.inner.add(below[0]);
  }
  const all = [...found].map(([name, { images: n, deeper }]) => ({ name, images: n, deeper }));
  all.sort((a, b) => (a.name < b.name ? -1 : 1));
  const isSorted = below || [...found.values()].filter(({ splits }) => splits.size > 1).length >= 2;
  return { all, loose, isSorted, doubt: splitClasses(all) ?? doubt(found, { all, loose, isSorted, below }) };
}

interface Counted {
  images: number;
  deeper: number;
  readonly splits: Set<Split>;
  /** Names of the folders in it. */
  readonly inner: Set<string>;
}

function doubt(
  found: ReadonlyMap<string, Counted>,
  { all, loose, isSorted, below }: Omit<Subfolders, 'doubt'> & Pick<Reading, 'below'>,
): string | null {
  const isFolds = below && all.length > 1 && all.every(({ name }) => isAlbum(name));
  if (isFolds) return `names like ${all[0]!.name} and ${all[1]!.name} are those of folds or heaps`;
  return all.length === 0 || isSorted ? null : doubtAbout(all, loose, sharedNames(found));
}

/** Names of folders that lie in at least two, and in half, of the sub-folders. */
function sharedNames(found: ReadonlyMap<string, Counted>): string[] {
  const counts = new Map<string, number>();
  for (const { inner } of found.values()) for (const name of inner) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= 2 && 2 * count >= found.size).map(([name]) => name);
}

/** Parts told by the names of classes, as in happy_train and happy_test: what is to be tested on would be learned from. */
function splitClasses(all: readonly Subfolder[]): string | null {
  const seen = new Map<string, { name: string; split: Split }>();
  for (const { name } of all) {
    const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
    const part = words.find((word) => splitOf(word) !== undefined);
    if (part === undefined || words.length < 2) continue;
    const split = splitOf(part)!;
    const rest = words
      .filter((word) => word !== part)
      .join(' ')
      .toLowerCase();
    const other = seen.get(rest);
    if (other && other.split !== split)
      return `${other.name} and ${name} are named like parts of one class, and would be learned from and tested on where folders tell it, as in train/${rest} and test/${rest}`;
    seen.set(rest, { name, split });
  }
  return null;
}

/** From so many folders on, fewer than two images each speak against classes. */
const MANY = 10;
/** Where more than this share of the images lies outside, folders are where some of them came from. */
const LOOSE_SHARE = 0.35;

function doubtAbout(all: readonly Subfolder[], loose: number, shared: readonly string[]): string | null {
  const [first, ...others] = all;
  const within = all.reduce((sum, { images }) => sum + images, 0);
  const deeper = all.reduce((sum, folder) => sum + folder.deeper, 0);
  const albums = all.filter(({ name }) => isAlbum(name));
  if (first && others.length === 0) return `"${first.name}" is the only one`;
  if (loose > LOOSE_SHARE * (within + loose)) return `${plural(loose, 'image')} lie beside them`;
  if (2 * deeper > within)
    return shared.length > 1
      ? `the same folders (${shared.slice(0, 4).join(', ')}${shared.length > 4 ? ', …' : ''}) lie in several of them`
      : 'most images lie in further folders below them';
  if (albums.length >= 2) return `names like ${albums[0]!.name} and ${albums[1]!.name} are those of days or albums`;
  if (all.length >= MANY && within < 2 * all.length) return 'they hold fewer than two images each';
  return null;
}

/** Years, days, what cameras make, and numbered words for a heap of photos. */
const isAlbum = (name: string): boolean => ALBUMS.some((album) => album.test(name.trim()));

const ALBUMS = [
  /^(19|20)\d{2}([-_. ]?\d{2}([-_. ]?\d{2})?)?\b/,
  /^\d{2}[-_.]\d{2}[-_.](19|20)?\d{2}\b/,
  /^(dcim|\d{3}[a-z_]{3,5})$/i,
  /^(day|tag|jour|d[ií]a|giorno|week|woche|month|monat|trip|album|event|session|batch|part|fold|split|subset|partition|shard|teil|roll|film|disc|card|folder|ordner|new folder|neuer ordner|photos?|fotos?|bilder|images?|pictures?|backup)[ _-]*\(?\d*\)?$/i,
];
