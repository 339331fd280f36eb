import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FolderLook } from '../../shared/protocol/engine';
import type { Layout } from '../../shared/schema/dataset';
import { warmstartFolder } from '../../shared/workspace/paths';
import { openImageFolder } from '../data/importers/imageFolder';
import { detectLayout } from '../data/importers/openSource';
import type { SplitWish } from '../data/importers/splits';
import { findImages } from '../data/importers/walk';
import type { Job } from '../job';
import { evenlySpread } from '../numeric/evenlySpread';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';

export interface FolderOptions extends SplitWish {
  /** Folder that would get `warmstart/`. */
  readonly workspace: string;
  readonly folder: string;
  readonly layout: 'auto' | Layout;
}

/** What an import would find: names are looked at, no image is opened. A folder without images is an input error. */
export async function lookAtFolder(options: FolderOptions, job: Job): Promise<FolderLook> {
  const folder = resolve(options.folder);
  const exclude = warmstartFolder(resolve(options.workspace));
  const layout = options.layout === 'auto' ? await detectLayout(folder, exclude, job) : options.layout;
  const mayBePhotos = layout !== 'fer2013' && layout !== 'rafdb' && (await areLarge(folder, exclude, job));
  if (layout !== 'folders' && layout !== 'sample')
    return { layout, images: null, subfolders: [], areClasses: true, doubt: null, mayBePhotos, parts: null };
  const { train, test, splits } = options;
  const source = await openImageFolder(folder, { train, test, splits, exclude, frontalOnly: false, seed: 0 }, job);
  const { all, loose, doubt, isSorted } = source.subfolders!;
  const images = all.reduce((sum, one) => sum + one.images, loose);
  return {
    layout,
    images,
    subfolders: all.map(({ name, images: n }) => ({ name, images: n })),
    areClasses: isSorted,
    doubt,
    mayBePhotos,
    parts: source.doubt ?? null,
  };
}

/** Files that are looked at, and how many bytes most of them have where they are photos: KDEF's have 60,000, a face of RAF-DB 10,000. */
const SAMPLE = 50;
const PHOTO = 50_000;

/** By their size on the disk: the server decodes no image. */
async function areLarge(folder: string, exclude: string, job: Job): Promise<boolean> {
  const { images } = await findImages(folder, exclude, job);
  const some = Array.from(evenlySpread(images.length, SAMPLE), (i) => images[i].path);
  const sizes = await Promise.all(
    some.map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return 2 * sizes.filter((size) => size >= PHOTO).length > sizes.length;
}

export function describeFolder(look: FolderLook): string {
  const faces = 'The files are as large as photos; where faces are to be labelled, import with --faces.';
  const parts =
    look.parts && `What its folders are is not clear: ${look.parts.why}; import with --train, --test or --no-splits.`;
  return [describeClasses(look), ...(parts ? [parts] : []), ...(look.mayBePhotos ? [faces] : [])].join('\n');
}

function describeClasses({ layout, images, subfolders, doubt }: FolderLook): string {
  if (images === null) return `This is the layout ${layout}, which has classes of its own.`;
  const found = `${plural(images, 'image')} in ${plural(subfolders.length, 'sub-folder')}.`;
  if (subfolders.length === 0) return `${found} Classes are decided later, or named with --classes.`;
  const table = textTable(
    ['sub-folder', 'images'],
    subfolders.map(({ name, images: n }) => [name, String(n)]),
  );
  const taken = doubt
    ? `They may not be classes: ${doubt}. Import with --class-folders if they are, else with --classes or --no-classes.`
    : 'They look like classes, and would be taken for them; --classes or --no-classes says otherwise.';
  return [found, table, taken].join('\n');
}
