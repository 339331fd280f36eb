import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { version } from '../../../../package.json';
import {
  type BrokenImage,
  type DatasetFile,
  type ImageShape,
  type Layout,
  layoutClassesOf,
} from '../../../shared/schema/dataset';
import type { Split } from '../../../shared/workspace/layouts';
import { warmstartFolder } from '../../../shared/workspace/paths';
import { inputError, usageError } from '../../errors';
import type { Job } from '../../job';
import { writeJson } from '../../store/jsonFile';
import { plural } from '../../text/plural';
import { type BuiltImages, buildImages } from '../buildImages';
import { givenClasses } from '../classList';
import { type Duplicates, findDuplicates } from '../duplicates';
import { checkShapeOptions, chooseShape, type ShapeOptions } from '../imageShape';
import { detectLayout, openSource } from '../importers/openSource';
import type { Ignored, ImageSource } from '../importers/source';
import { cachePath, commitCache, pixelPath } from './cache';
import { changesOf, type ImageChanges } from './changes';
import { changedError, checkSameChoices, chooseName, requireOwnSpelling, storedRoot } from './choices';
import { datasetDirectory, datasetFilePath, readDatasetFile, withDatasetFile } from './folder';
import { digests, type IndexEntry, matches, readList } from './list';
import { type DatasetHead, presentClasses } from './open';

export interface ImportOptions extends ShapeOptions {
  /** Folder that gets `warmstart/<name>/`. */
  readonly workspace: string;
  /** Folder of images, or FER2013's csv file. */
  readonly folder: string;
  readonly layout: 'auto' | Layout;
  /** Default: the folder's own name. */
  readonly name?: string | undefined;
  /** Image folders only: the classes to label, none where they are decided later. Default: the names of folders that look like classes. */
  readonly classes?: readonly string[] | undefined;
  /** Image folders only: the sub-folders are the classes, whatever they look like. */
  readonly classFolders?: boolean | undefined;
  /** KDEF: only faces seen from the front. Default: all. */
  readonly frontalOnly?: boolean | undefined;
  /** KDEF: chooses the people of the test split. Default 0. */
  readonly seed?: number | undefined;
  /** Of a dataset that is there already: images that rounds asked for or people answered. */
  readonly remembered?: (directory: string) => Promise<ReadonlySet<string>>;
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
  /** What has changed in a dataset that was there before; null where nothing has, and for a new one. */
  readonly changes: ImageChanges | null;
  readonly classes: readonly string[];
  readonly image: ImageShape;
  readonly counts: Readonly<Record<Split, SplitCounts>>;
  readonly broken: readonly BrokenImage[];
  readonly ignored: Ignored;
  readonly duplicates: Duplicates;
  readonly notes: readonly string[];
}

/**
 * Makes a dataset of a folder. `dataset.json` is written last: a dataset is there as a whole or not at all. A dataset of that
 * name that was made of the same folder takes in what has changed there: ids, rounds and labels stay. One that was made of
 * anything else is an input error.
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
    const isSame = existing !== null && matches(built.entries, existing);
    let changes: ImageChanges | null = null;
    let file: DatasetFile;
    if (isSame) {
      file = existing;
      await built.pixels.discard();
      await undo();
    } else if (existing) {
      const remembered = (await options.remembered?.(directory)) ?? new Set();
      ({ file, changes } = await update(directory, built, duplicates, remembered));
    } else {
      file = describe(request, shape, built, duplicates);
      await commitCache(directory, built, file);
      await writeJson(datasetFilePath(directory), file);
    }
    return {
      name,
      directory,
      root: source.root,
      layout: source.layout,
      alreadyImported: isSame,
      changes,
      classes: file.classes,
      image: shape,
      counts: countSplits(built.entries, file),
      broken: built.broken,
      ignored: source.ignored,
      duplicates,
      notes: [...source.notes, ...(existing ? [] : classNotes(source, options))],
    };
  } catch (error) {
    await built?.pixels.discard();
    await undo();
    throw error;
  }
}

/** How an import would take a folder. What it would refuse without looking at images is refused here. */
export async function checkImport(
  options: ImportOptions,
  job: Job,
): Promise<Pick<ImageSource, 'layout' | 'subfolders'>> {
  checkShapeOptions(options);
  return (await prepare(options, job)).source;
}

/** Brings a dataset up to date with its folder. What networks have learned from stays the same normalisation. */
async function update(
  directory: string,
  built: BuiltImages,
  duplicates: Duplicates,
  remembered: ReadonlySet<string>,
): Promise<{ readonly file: DatasetFile; readonly changes: ImageChanges }> {
  return withDatasetFile(directory, async () => {
    const before = await readDatasetFile(directory); // classes may have changed while images were read
    const changes = changesOf(built.entries, await readList(directory, before), remembered);
    const present = new Set(built.entries.map(({ id }) => id));
    const gone = [...new Set([...(before.gone ?? []), ...remembered])].filter((id) => !present.has(id)).sort();
    const { gone: _, ...rest } = before;
    const told = layoutClassesOf(before).map((one) => one.told);
    const file: DatasetFile = {
      ...rest,
      ...contentOf(built, duplicates, told),
      ...(gone.length > 0 ? { gone } : {}),
      createdBy: version,
    };
    await commitCache(directory, built, file);
    await writeJson(datasetFilePath(directory), file);
    return { file, changes };
  });
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
  if ((options.classes || options.classFolders) && layout !== 'folders' && layout !== 'sample')
    throw usageError(`The layout ${layout} has its own classes; leave out what says others, or add --layout folders.`);
  const name = chooseName(folder, options.name);
  await requireOwnSpelling(workspace, name);
  const directory = datasetDirectory(workspace, name);
  const existing = existsSync(datasetFilePath(directory)) ? await readDatasetFile(directory) : null;
  const told = existing?.layout === layout ? layoutClassesOf(existing).map((one) => one.told) : undefined;
  const classes = options.classes && givenClasses(options.classes);
  const kdef = {
    frontalOnly: options.frontalOnly ?? existing?.kdef?.frontalOnly ?? false,
    seed: options.seed ?? existing?.kdef?.seed ?? 0,
  };
  const source = await openSource(layout, folder, { classes: told ?? classes, exclude, ...kdef }, job);
  if (existing) checkSameChoices(existing, directory, source, { ...options, classes, kdef });
  else if (layout === 'folders' && !classes) requireClassFolders(source, options);
  return { workspace, name, directory, existing, source, kdef };
}

/** Throws where it is not clear that sub-folders are classes, and nobody has said so. */
function requireClassFolders({ root, subfolders }: ImageSource, { classFolders }: ImportOptions): void {
  if (!subfolders) return;
  const { all, doubt } = subfolders;
  if (classFolders && all.length === 0)
    throw inputError(`${root} has no sub-folders that could be classes; name them with --classes, or leave it open.`);
  if (classFolders || doubt === null) return;
  throw inputError(
    `${root} has ${plural(all.length, 'sub-folder')} with images (${few(all.map(({ name }) => name))}) that may not be classes: ${doubt}; say what they are: --class-folders (classes), --classes happy,sad (just folders, and these are the classes) or --no-classes (just folders, classes are decided later).`,
  );
}

const few = (names: readonly string[]): string => names.slice(0, 6).join(', ') + (names.length > 6 ? ', …' : '');

/** What sub-folders were taken for, where nobody has said it. */
function classNotes({ layout, classes, subfolders }: ImageSource, options: ImportOptions): string[] {
  if (layout !== 'folders' || !subfolders) return [];
  if (classes.length === 0)
    return ['It has no classes yet; add them when they are decided ("class add"; in the editor Add Class).'];
  if (options.classes || options.classFolders) return [];
  return [
    `The ${plural(classes.length, 'sub-folder')} were taken for the classes; where they are just folders, import with --no-classes or --classes under another --name.`,
  ];
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
  built: BuiltImages,
  duplicates: Duplicates,
): DatasetFile {
  const { mean, std } = built.normalisation;
  const { split, digest, labelDigest, broken, duplicates: counted } = contentOf(built, duplicates, source.classes);
  const file: DatasetFile = {
    schema: 1,
    name,
    layout: source.layout,
    root: storedRoot(workspace, directory, source.root),
    classes: [...source.classes],
    image,
    split,
    digest,
    labelDigest,
    normalisation: { mean: [...mean], std: [...std] },
    broken,
    duplicates: counted,
    createdBy: version,
  };
  return source.layout === 'kdef' ? { ...file, kdef } : file;
}

/** What dataset.json says of the images. `told`: what their labels' indices mean. */
function contentOf(
  { entries, broken }: BuiltImages,
  { groups, copies, leaks, conflicts }: Duplicates,
  told: readonly string[],
) {
  const train = entries.filter(({ split }) => split === 'train').length;
  return {
    split: { train, test: entries.length - train },
    ...digests(entries, told),
    broken: [...broken],
    duplicates: { groups: groups.length, copies, leaks: leaks.length, conflicts: conflicts.length },
  };
}

function countSplits(entries: readonly IndexEntry[], file: DatasetFile): Record<Split, SplitCounts> {
  const classOf = presentClasses(file);
  const count = (split: Split): SplitCounts => {
    const of = entries.filter((entry) => entry.split === split);
    const labels = of.map(({ label }) => (label === null ? null : classOf[label]));
    const perClass = file.classes.map(() => 0);
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
  const classes = layoutClassesOf(file).map((one) => one.told);
  const options = { classes, exclude: dirname(directory), frontalOnly, seed };
  const source = await openSource(file.layout, root, options, job);
  const built = await buildImages(source, file.image, pixelPath(directory), job);
  if (!matches(built.entries, file)) {
    await built.pixels.discard();
    throw changedError(file, source, built);
  }
  await commitCache(directory, built, file);
  return built.entries;
}
