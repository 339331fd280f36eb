import { copyFile, mkdir, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { pairsNamedAlike } from '../../shared/namesAlike';
import { isReservedName } from '../../shared/workspace/datasetName';
import type { Dataset } from '../data/dataset/type';
import { unreadable } from '../encoders/imageSource';
import { inputError } from '../errors';
import { type Job, throwIfCancelled } from '../job';
import type { LabelledImage } from '../rounds/labelledImages';
import { diskError } from '../store/atomicFile';

export interface FolderOptions {
  /** Symbolic links instead of copies. */
  readonly links: boolean;
}

/**
 * A folder for each class, and in it the images of that class under the paths that they have in the dataset: what every
 * program that trains on class folders reads. It comes into being as a whole or not at all.
 */
export async function writeClassFolders(
  dataset: Dataset,
  images: readonly LabelledImage[],
  folder: string,
  { links }: FolderOptions,
  job: Job,
): Promise<void> {
  const whole = resolve(folder);
  await requireEmpty(whole);
  const folders = classFolderNames(dataset.file.classes);
  requireDistinct(images, dataset.file.classes);
  const part = `${whole}.part-${process.pid}`;
  try {
    for (const name of folders.values()) await mkdir(join(part, name), { recursive: true });
    for (const [done, { image, label }] of images.entries()) {
      throwIfCancelled(job);
      if (done % 50 === 0)
        job.report({ stage: links ? 'Linking' : 'Copying', done, total: images.length, unit: 'images' });
      const from = fileOf(dataset, image);
      const to = placeOf(image, join(part, folders.get(label)!));
      await mkdir(dirname(to), { recursive: true });
      await (links ? symlink(from, to) : copied(from, to));
    }
    await rm(whole, { recursive: true, force: true }); // empty
    await rename(part, whole);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw diskError(folder, error);
  }
}

/** A copy; that the image is gone is no fault of the disk that is written to. */
async function copied(from: string, to: string): Promise<void> {
  await stat(from).catch((error: unknown) => {
    throw unreadable(from, error);
  });
  await copyFile(from, to);
}

/** What no file system takes in a name, or Windows does not. */
const FORBIDDEN = /[<>:"/\\|?*\p{Cc}]|[. ]$/gu;

function folderName(label: string): string {
  const name = label.replaceAll(FORBIDDEN, '_');
  return isReservedName(name) ? `${name}_` : name;
}

/** Throws where two images of a class would be one file on systems where upper and lower case are one. */
function requireDistinct(images: readonly LabelledImage[], classes: readonly string[]): void {
  for (const label of classes) {
    const ids = images.flatMap((image) => (image.label === label ? [image.image] : []));
    const [pair] = pairsNamedAlike(ids);
    if (pair)
      throw inputError(
        `The images ${pair.join(' and ')} would be one file on some systems; rename one and import again, or pass --format csv.`,
      );
  }
}

/** A folder's name for each class. */
function classFolderNames(classes: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map(classes.map((label) => [label, folderName(label)]));
  if (pairsNamedAlike([...names.values()]).length > 0)
    throw inputError(
      `Two of the classes ${classes.join(', ')} would get the same folder name on some systems; rename one, or pass --format csv.`,
    );
  return names;
}

/** Where an image goes, never outside its class's folder, whatever a list of images says. */
function placeOf(image: string, folder: string): string {
  const place = join(folder, ...image.split('/'));
  if (place.startsWith(folder + sep)) return place;
  throw inputError(`The image "${image}" has a path that leads out of its folder; rename it and import again.`);
}

function fileOf(dataset: Dataset, image: string): string {
  const path = dataset.sourceFile(dataset.indexOf(image)!);
  if (path !== null) return path;
  throw inputError(
    `The images of dataset ${dataset.name} are rows of a table, not files, so that there is nothing to copy; pass --format csv.`,
  );
}

async function requireEmpty(folder: string): Promise<void> {
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw inputError(`${folder} can't be used as a folder (${error.message}); pass another one with --out.`, error);
  });
  if (there.length > 0)
    throw inputError(
      `${folder} holds files already; pass an empty or a new folder with --out, so that nothing of it is lost or mixed.`,
    );
}
