import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { version } from '../../../../package.json';
import type { BrokenImage, DatasetFile, ImageShape, Layout } from '../../../shared/schema/dataset';
import type { Split } from '../../../shared/workspace/layouts';
import { warmstartFolder } from '../../../shared/workspace/paths';
import { inputError, usageError } from '../../errors';
import type { Job } from '../../job';
import { writeJson } from '../../store/jsonFile';
import { type BuiltImages, buildImages } from '../buildImages';
import { type Duplicates, findDuplicates } from '../duplicates';
import { checkShapeOptions, chooseShape, type ShapeOptions } from '../imageShape';
import { detectLayout, openSource } from '../importers/openSource';
import type { Ignored, ImageSource } from '../importers/source';
import { cachePath, commitCache, pixelPath } from './cache';
import { changedError, checkSameChoices, chooseName, storedRoot } from './choices';
import { datasetDirectory, datasetFilePath, readDatasetFile } from './folder';
import { digests, type IndexEntry, matches } from './list';
import type { DatasetHead } from './open';

export interface ImportOptions extends ShapeOptions {
  /** Folder that gets `warmstart/<name>/`. */
  readonly workspace: string;
  /** Folder of images, or FER2013's csv file. */
  readonly folder: string;
  readonly layout: 'auto' | Layout;
  /** Default: the folder's own name. */
  readonly name?: string | undefined;
  /** Image folders only: the classes to label. Default: the names of the class folders. */
  readonly classes?: readonly string[] | undefined;
  /** KDEF: only faces seen from the front. Default: all. */
  readonly frontalOnly?: boolean | undefined;
  /** KDEF: chooses the people of the test split. Default 0. */
  readonly seed?: number | undefined;
}

export interface SplitCounts {
  readonly images: number;
  /** Images whose class the layout does not tell. */
  readonly unlabelled: number;
  /** Images of each class, in the order of the class list. */
  readonly perClass: readonly number[];
}

export interface ImportReport {
  readonly name: string;
  /** Absolute path of `warmstart/<name>`. */
  readonly directory: string;
  /** Absolute path of the images. */
  readonly root: string;
  readonly layout: Layout;
  /** True when the dataset was there before, made from the same images; then nothing was written. */
  readonly alreadyImported: boolean;
  readonly classes: readonly string[];
  readonly image: ImageShape;
  readonly counts: Readonly<Record<Split, SplitCounts>>;
  readonly broken: readonly BrokenImage[];
  readonly ignored: Ignored;
  readonly duplicates: Duplicates;
  readonly notes: readonly string[];
}

/**
 * Makes a dataset of a folder. `dataset.json` is written last: a dataset is there as a whole or not at all. Rounds and
 * labels are never touched, and a dataset of that name that was made of anything else is an input error.
 */
export async function importDataset(options: ImportOptions, job: Job): Promise<ImportReport> {
  checkShapeOptions(options);
  const request = await prepare(options, job);
  const { name, directory, source, existing } = request;
  const shape = existing ? existing.image : await chooseShape(source, options, job);
  const undo = undoFolders(dirname(directory), directory, cachePath(directory));
  let built: BuiltImages | undefined;
  try {
    built = await buildImages(source, shape, pixelPath(directory), job);
    const duplicates = findDuplicates(built.entries, built.pixelHashes, source.classes);
    if (existing) {
      if (!matches(built.entries, existing)) throw changedError(existing, source, built);
      await built.pixels.discard();
      await undo();
    } else {
      const file = describe(request, shape, built, duplicates);
      await commitCache(directory, built, file);
      await writeJson(datasetFilePath(directory), file);
    }
    return {
      name,
      directory,
      root: source.root,
      layout: source.layout,
      alreadyImported: existing !== null,
      classes: source.classes,
      image: shape,
      counts: countSplits(built.entries, source.classes.length),
      broken: built.broken,
      ignored: source.ignored,
      duplicates,
      notes: source.notes,
    };
  } catch (error) {
    await built?.pixels.discard();
    await undo();
    throw error;
  }
}

/** What is to be imported, and where to. */
interface ImportRequest {
  readonly workspace: string;
  readonly name: string;
  readonly directory: string;
  /** dataset.json of an earlier import from the same place in the same way; null when there is none. */
  readonly existing: DatasetFile | null;
  readonly source: ImageSource;
  readonly kdef: NonNullable<DatasetFile['kdef']>;
}

async function prepare(options: ImportOptions, job: Job): Promise<ImportRequest> {
  const workspace = resolve(options.workspace);
  const folder = resolve(options.folder);
  const exclude = warmstartFolder(workspace);
  const layout = options.layout === 'auto' ? await detectLayout(folder, exclude, job) : options.layout;
  if (options.classes && layout !== 'folders' && layout !== 'sample')
    throw usageError(`The layout ${layout} has its own classes; leave out --classes, or add --layout folders.`);
  const name = chooseName(folder, options.name);
  const directory = datasetDirectory(workspace, name);
  const existing = existsSync(datasetFilePath(directory)) ? await readDatasetFile(directory) : null;
  const classes = options.classes ?? (existing?.layout === layout ? existing.classes : undefined);
  const kdef = {
    frontalOnly: options.frontalOnly ?? existing?.kdef?.frontalOnly ?? false,
    seed: options.seed ?? existing?.kdef?.seed ?? 0,
  };
  const source = await openSource(layout, folder, { classes, exclude, ...kdef }, job);
  if (existing) checkSameChoices(existing, directory, source, { ...options, kdef });
  return { workspace, name, directory, existing, source, kdef };
}

/** Removes the folders that are made from now on, as far as nothing else came into them. */
function undoFolders(...folders: [warmstart: string, directory: string, cache: string]): () => Promise<void> {
  const made = folders.filter((folder) => !existsSync(folder)).reverse();
  return async () => {
    const cache = folders[2];
    if (made.includes(cache)) await rm(cache, { recursive: true, force: true }).catch(() => {});
    for (const folder of made) await rmdir(folder).catch(() => {});
  };
}

function describe(
  { workspace, directory, name, source, kdef }: ImportRequest,
  image: ImageShape,
  { entries, broken, normalisation }: BuiltImages,
  { groups, copies, leaks, conflicts }: Duplicates,
): DatasetFile {
  const train = entries.filter(({ split }) => split === 'train').length;
  const file: DatasetFile = {
    schema: 1,
    name,
    layout: source.layout,
    root: storedRoot(workspace, directory, source.root),
    classes: [...source.classes],
    image,
    split: { train, test: entries.length - train },
    ...digests(entries, source.classes),
    normalisation: { mean: [...normalisation.mean], std: [...normalisation.std] },
    broken: [...broken],
    duplicates: { groups: groups.length, copies, leaks: leaks.length, conflicts: conflicts.length },
    createdBy: version,
  };
  return source.layout === 'kdef' ? { ...file, kdef } : file;
}

function countSplits(entries: readonly IndexEntry[], classCount: number): Record<Split, SplitCounts> {
  const count = (split: Split): SplitCounts => {
    const labels = entries.filter((entry) => entry.split === split).map(({ label }) => label);
    const perClass = Array.from({ length: classCount }, () => 0);
    for (const label of labels) if (label !== null) perClass[label]++;
    return { images: labels.length, unlabelled: labels.filter((label) => label === null).length, perClass };
  };
  return { train: count('train'), test: count('test') };
}

/**
 * Makes the cache of a dataset again, from the images that it was made of; when they are no longer those, that is an
 * input error. What `openDataset` is handed.
 */
export async function rebuildCache({ directory, root, file }: DatasetHead, job: Job): Promise<readonly IndexEntry[]> {
  if (!existsSync(root))
    throw inputError(
      `The images of dataset "${file.name}" are no longer at ${root}; put them back, or correct "root" in its dataset.json.`,
    );
  const { frontalOnly, seed } = file.kdef ?? { frontalOnly: false, seed: 0 };
  const options = { classes: file.classes, exclude: dirname(directory), frontalOnly, seed };
  const source = await openSource(file.layout, root, options, job);
  const built = await buildImages(source, file.image, pixelPath(directory), job);
  if (!matches(built.entries, file)) {
    await built.pixels.discard();
    throw changedError(file, source, built);
  }
  await commitCache(directory, built, file);
  return built.entries;
}
