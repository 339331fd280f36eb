/** Pictures that belong to other images and are none to label: masks, depth, small copies. */

/** What a companion is called, as a folder or at the end of a file's name. */
const KIND =
  '(?:masks?|seg(?:m|mentation)?s?|gt|ground[-_ ]?truths?|annotations?|labels?|depths?|heat[-_ ]?maps?|landmarks?|overlays?|previews?|mattes?|thumb(?:nail)?s?)';

const FOLDER = new RegExp(`^${KIND}$`, 'i');
/** As in "17_mask", "17-depth-2", or "17-150x150", which web sites make. */
const FILE = new RegExp(`^(.+?)[-_. ]+(?:${KIND}[-_ ]?\\d*|\\d{2,4}x\\d{2,4})$`, 'i');
/** Folders of the images that such folders stand beside. */
const IMAGES = /^(images?|imgs?|pictures?|photos?|rgb|colou?rs?|originals?)$/i;
/** Folders that systems and programs make for small copies, beside anything. */
const SMALL = /^(_?thumb(nail)?s|_gsdata_)$/i;

interface Named {
  /** '/' separators. */
  readonly id: string;
}

export interface Companions<T> {
  readonly images: readonly T[];
  /** Ids of companions that lie beside their image, and folders of companions. */
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * Images without those that belong to others: `17_mask.png` beside `17.png`, all in `masks` beside a folder `images`, and all
 * in folders of small copies.
 */
export function withoutCompanions<T extends Named>(all: readonly T[]): Companions<T> {
  const stems = new Set(all.map(({ id }) => stemOf(id)));
  const above = new Set(all.flatMap(({ id }) => imageFolders(id)));
  const folders = new Set<string>();
  const files: string[] = [];
  const images = all.filter(({ id }) => {
    const folder = companionFolder(id, above);
    if (folder !== null) folders.add(folder);
    else if (isCompanionFile(id, stems)) files.push(id);
    else return true;
    return false;
  });
  return images.length === 0
    ? { images: all, files: [], folders: [] }
    : { images, files, folders: [...folders].sort() };
}

const stemOf = (id: string): string => id.replace(/\.[^./]*$/, '');

/** The folders above folders of images, as in `a` for `a/images/b/1.png`. */
function imageFolders(id: string): string[] {
  const steps = id.split('/').slice(0, -1);
  return steps.flatMap((step, i) => (IMAGES.test(step) ? [steps.slice(0, i).join('/')] : []));
}

function companionFolder(id: string, above: ReadonlySet<string>): string | null {
  const steps = id.split('/').slice(0, -1);
  const at = steps.findIndex(
    (step, i) => SMALL.test(step) || (FOLDER.test(step) && above.has(steps.slice(0, i).join('/'))),
  );
  return at < 0 ? null : steps.slice(0, at + 1).join('/');
}

function isCompanionFile(id: string, stems: ReadonlySet<string>): boolean {
  const stem = stemOf(id);
  const from = stem.lastIndexOf('/') + 1;
  const owner = FILE.exec(stem.slice(from))?.[1];
  return owner !== undefined && stems.has(stem.slice(0, from) + owner);
}
