import type { Reading } from '../../../shared/schema/dataset';
import type { Split } from '../../../shared/workspace/layouts';
import { plural } from '../../text/plural';

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
  const found = new Map<string, { images: number; deeper: number; splits: Set<Split> }>();
  let loose = 0;
  for (const { split, steps } of images) {
    const [name] = steps;
    if (name === undefined) {
      loose++;
      continue;
    }
    const folder = found.get(name) ?? { images: 0, deeper: 0, splits: new Set() };
    found.set(name, folder);
    folder.images++;
    folder.splits.add(split);
    if (steps.length > 1) folder.deeper++;
  }
  const all = [...found].map(([name, { images: n, deeper }]) => ({ name, images: n, deeper }));
  all.sort((a, b) => (a.name < b.name ? -1 : 1));
  const isSorted = below || [...found.values()].filter(({ splits }) => splits.size > 1).length >= 2;
  return { all, loose, isSorted, doubt: all.length === 0 || isSorted ? null : doubtAbout(all, loose) };
}

/** From so many folders on, fewer than two images each speak against classes. */
const MANY = 10;
/** Where more than this share of the images lies outside, folders are where some of them came from. */
const LOOSE_SHARE = 0.35;

function doubtAbout(all: readonly Subfolder[], loose: number): string | null {
  const [first, ...others] = all;
  const within = all.reduce((sum, { images }) => sum + images, 0);
  const deeper = all.reduce((sum, folder) => sum + folder.deeper, 0);
  const albums = all.filter(({ name }) => isAlbum(name));
  if (first && others.length === 0) return `"${first.name}" is the only one`;
  if (loose > LOOSE_SHARE * (within + loose)) return `${plural(loose, 'image')} lie beside them`;
  if (2 * deeper > within) return 'most images lie in further folders below them';
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
  /^(day|tag|jour|d[ií]a|giorno|week|woche|month|monat|trip|album|event|session|batch|part|teil|roll|film|disc|card|folder|ordner|new folder|neuer ordner|photos?|fotos?|bilder|images?|pictures?|backup)[ _-]*\(?\d*\)?$/i,
];
