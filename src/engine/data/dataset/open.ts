import { type DatasetFile, layoutClassesOf } from '../../../shared/schema/dataset';
import type { Job } from '../../job';
import { fileVersion } from '../../store/fileVersion';
import { openPixelFile } from '../pixelFile';
import { cachePath, loadCache, pixelPath } from './cache';
import { datasetFilePath, findDataset, imageFile, readDatasetFile, resolveRoot } from './folder';
import { contentOrder, type IndexEntry, type ListedImages, listPath, readRecords } from './list';
import { requireOwnFolders } from './ownFolders';
import type { Dataset, ImageRecord } from './type';

/** What dataset.json alone says. */
export interface DatasetHead {
  readonly name: string;
  /** Absolute path of `warmstart/<name>`. */
  readonly directory: string;
  /** Absolute path of its `.cache`. */
  readonly cache: string;
  /** Absolute path of the images. */
  readonly root: string;
  readonly file: DatasetFile;
}

/** An unknown name is an input error. */
export async function openHead(workspace: string, name: string): Promise<DatasetHead> {
  const directory = await findDataset(workspace, name);
  await requireOwnFolders(directory);
  const file = await readDatasetFile(directory);
  return { name, directory, cache: cachePath(directory), root: resolveRoot(directory, file.root), file };
}

/** A dataset without pixels and labels: all that is needed to save answers and to show images. Opens in milliseconds. */
export interface ImageList extends DatasetHead {
  has(id: string): boolean;
  /** Number of an image's record in the pixel file (`Dataset` numbers images otherwise); undefined for no image of this dataset. */
  recordOf(id: string): number | undefined;
  /** Every image, in the order of its record. */
  readonly listed: ListedImages;
}

/** The list of images; null when the cache has none that was checked: opening the whole dataset makes or checks it. */
export async function openImageList(head: DatasetHead): Promise<ImageList | null> {
  const listed = await readRecords(head.directory, head.file);
  if (!listed) return null;
  const { records } = listed;
  return { ...head, listed, has: (id) => records.has(id), recordOf: (id) => records.get(id) };
}

/** Changes when dataset.json or the list of images is replaced or edited. */
export async function stampOf({ directory }: Pick<DatasetHead, 'directory'>): Promise<string> {
  return (await Promise.all([datasetFilePath(directory), listPath(directory)].map(fileVersion))).join(' ');
}

/** Makes a cache that is missing or belongs to other images again. */
export type RebuildCache = (head: DatasetHead, job: Job) => Promise<readonly IndexEntry[]>;

/**
 * Opens a dataset. `rebuild` makes its cache again where it has to (importing knows how; opening need not). An unknown name is
 * an input error that lists the known ones.
 */
export async function openDataset(workspace: string, name: string, job: Job, rebuild: RebuildCache): Promise<Dataset> {
  const head = await openHead(workspace, name);
  const { directory, cache, root, file } = head;
  const entries = (await loadCache(directory, file)) ?? (await rebuild(head, job));
  const order = contentOrder(entries);
  const classOf = presentClasses(file);
  const images = Array.from(order, (i): ImageRecord => {
    const { id, split, label, hash } = entries[i];
    return { id, split, label: label === null ? null : classOf[label], hash };
  });
  const indices = new Map(images.map(({ id }, i) => [id, i]));
  const pixels = openPixelFile(pixelPath(directory), file.image, order);
  const where = (wanted: (image: ImageRecord) => boolean) =>
    Int32Array.from(images.flatMap((image, i) => (wanted(image) ? [i] : [])));
  return {
    name,
    directory,
    cache,
    file,
    images,
    pixels,
    normalisation: file.normalisation,
    ...(file.decoding ? { decoding: file.decoding } : {}),
    train: where(({ split }) => split === 'train'),
    test: where(({ split, label }) => split === 'test' && label !== null),
    has: (id) => indices.has(id),
    indexOf: (id) => indices.get(id),
    sourceFile: (index) => imageFile(file, root, images[index].id),
    close: () => pixels.close(),
  };
}

/** The index among the dataset's classes of everything that the layout tells; null for a class that was removed. */
export function presentClasses(file: DatasetFile): (number | null)[] {
  return layoutClassesOf(file).map(({ class: name }) => {
    const index = name === null ? -1 : file.classes.indexOf(name);
    return index < 0 ? null : index;
  });
}
