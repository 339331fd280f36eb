import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
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
import { inputError, UserError, usageError } from '../../errors';
import { type Job, throwIfCancelled } from '../../job';
import { writeJson } from '../../store/jsonFile';
import { plural } from '../../text/plural';
import { type BuiltImages, buildImages } from '../buildImages';
import { givenClasses } from '../classList';
import { type Duplicates, findDuplicates } from '../duplicates';
import { checkShapeOptions, chooseForm, type Form, type ShapeOptions } from '../imageShape';
import { openImageFolder } from '../importers/imageFolder';
import { innermost } from '../importers/innermost';
import { detectLayout, openSource } from '../importers/openSource';
import type { ImageSource, SourceOptions } from '../importers/source';
import { type Ignored, walkedOnce } from '../importers/walk';
import { cachePath, commitCache, pixelPath } from './cache';
import { changesOf, type ImageChanges } from './changes';
import { changedError, checkSameChoices, chooseName, requireOwnSpelling, storedRoot } from './choices';
import { datasetDirectory, datasetFilePath, readDatasetFile, resolveRoot, withDatasetFile } from './folder';
import { pixelNotes, testOnlyNote } from './importNotes';
import { digests, type IndexEntry, matches, readList } from './list';
import { type DatasetHead, presentClasses } from './open';
import { requireOwnFolders } from './ownFolders';
import type { Dataset } from './type';

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
  /** Image folders and KDEF: folders of what is learned from, and of what is tested on. Default: told by their names. */
  readonly train?: readonly string[] | undefined;
  readonly test?: readonly string[] | undefined;
  /** False: no folder is a part, whatever it is called. */
  readonly splits?: boolean | undefined;
  /** KDEF: only faces seen from the front. Default: all. */
  readonly frontalOnly?: boolean | undefined;
  /** KDEF: chooses the people of the test split. Default 0. */
  readonly seed?: number | undefined;
  /** Of a dataset that is there already: images that rounds asked for or people answered. */
  readonly remembered?: (directory: string) => Promise<ReadonlySet<string>>;
  /** Gets what was concluded of a folder before anything of a new dataset is in its place; throws where that is not what was meant. */
  readonly confirm?: (conclusion: ImportReport) => Promise<void>;
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
  const { directory, source, existing } = request;
  const form = existing ? formOf(existing) : await chooseForm(source, options, job);
  const undo = undoFolders(dirname(directory), directory, cachePath(directory));
  let built: BuiltImages | undefined;
  try {
    built = await buildImages(source, form, pixelPath(directory), job);
    const read: ReadFolder = { request, form, built, duplicates: duplicatesOf(source, built) };
    if (existing && matches(built.entries, existing)) {
      await built.pixels.discard();
      await undo();
      return reportOf(read, existing, { alreadyImported: true, changes: null, notes: [] });
    }
    if (existing) {
      const remembered = (await options.remembered?.(directory)) ?? new Set();
      const { file, changes } = await update(directory, built, read.duplicates, remembered);
      return reportOf(read, file, { alreadyImported: false, changes, notes: [] });
    }
    const file = describe(read);
    const report = reportOf(read, file, { alreadyImported: false, changes: null, notes: classNotes(source, options) });
    await options.confirm?.(report);
    throwIfCancelled(job);
    await commitCache(directory, built, file);
    await writeJson(datasetFilePath(directory), file);
    return report;
  } catch (error) {
    await built?.pixels.discard();
    await undo();
    throw error;
  }
}

/** A folder that was read to its end, of which nothing is in its place yet. */
interface ReadFolder {
  readonly request: ImportRequest;
  readonly form: Form;
  readonly built: BuiltImages;
  readonly duplicates: Duplicates;
}

const duplicatesOf = ({ classes }: ImageSource, { entries, pixelHashes }: BuiltImages): Duplicates =>
  findDuplicates(entries, pixelHashes, classes);

function reportOf(
  { request: { name, directory, source }, form, built, duplicates }: ReadFolder,
  file: DatasetFile,
  { notes, ...state }: Pick<ImportReport, 'alreadyImported' | 'changes' | 'notes'>,
): ImportReport {
  const counts = countSplits(built.entries, file);
  return {
    name,
    directory,
    root: source.root,
    layout: source.layout,
    ...state,
    classes: file.classes,
    image: form.shape,
    counts,
    broken: built.broken,
    ignored: source.ignored,
    duplicates,
    notes: [...source.notes, ...notes, ...testOnlyNote(file.classes, counts), ...pixelNotes(form, built, duplicates)],
  };
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

/** Reads a folder as an import would that nobody has made before; what that would refuse as unclear is not refused here. */
export async function readFolder(options: ImportOptions, job: Job): Promise<ImageSource> {
  return (await openFolder(options, null, job)).source;
}

async function prepare(options: ImportOptions, job: Job): Promise<ImportRequest> {
  const workspace = resolve(options.workspace);
  const name = chooseName(resolve(options.folder), options.name);
  await requireOwnSpelling(workspace, name);
  const directory = datasetDirectory(workspace, name);
  await requireOwnFolders(directory);
  const existing = existsSync(datasetFilePath(directory)) ? await readDatasetFile(directory) : null;
  const before = existing && { file: existing, root: resolveRoot(directory, existing.root) };
  const { source, kdef, classes } = await openFolder(options, before, job);
  if (existing) checkSameChoices(existing, directory, source, { ...options, classes, kdef });
  else if (source.layout === 'folders') requireClearFolders(source, { ...options, classes });
  return { workspace, name, directory, existing, source, kdef };
}

/** A dataset that was made of a folder before, and where its images lie. */
interface Before {
  readonly file: DatasetFile;
  readonly root: string;
}

async function openFolder(
  options: ImportOptions,
  before: Before | null,
  job: Job,
): Promise<Pick<ImportRequest, 'source' | 'kdef'> & { readonly classes: readonly string[] | undefined }> {
  const exclude = warmstartFolder(resolve(options.workspace));
  const folder = await folderToRead(resolve(options.folder), before?.root ?? null, (path) =>
    openImageFolder(path, { exclude, frontalOnly: false, seed: 0 }, job),
  );
  const walked = walkedOnce(folder, exclude, job);
  const layout =
    options.layout === 'auto'
      ? (layoutBefore(before, folder) ?? (await detectLayout(folder, exclude, job, walked)))
      : options.layout;
  checkWishes(layout, options);
  const known = before?.file.layout === layout ? before.file : null;
  const classes = options.classes && givenClasses(options.classes);
  const kdef = {
    frontalOnly: options.frontalOnly ?? before?.file.kdef?.frontalOnly ?? false,
    seed: options.seed ?? before?.file.kdef?.seed ?? 0,
  };
  const { train, test, splits } = options;
  const told = known
    ? toldBy(known)
    : layout === 'sample'
      ? { classes, reading: null }
      : { classes, plainNames: options.classFolders };
  const source = await openSource(layout, folder, { ...told, train, test, splits, exclude, walked, ...kdef }, job);
  return { source, kdef, classes };
}

/** A folder stays what it was taken for, whatever comes into it. */
const layoutBefore = (before: Before | null, folder: string): Layout | null =>
  before?.root === folder ? before.file.layout : null;

/** Where the images lie that are meant by a folder: where they were, as long as that folder holds nothing else. */
async function folderToRead(
  folder: string,
  root: string | null,
  open: (folder: string) => Promise<Pick<ImageSource, 'root'>>,
): Promise<string> {
  if (root === folder) return folder;
  const inner = await innermost(folder);
  if (root === null || root === inner || !root.startsWith(inner + sep)) return inner;
  const found = await open(inner).catch(() => null);
  return found?.root === root ? root : inner;
}

/** Throws a usage error for wishes that a layout can't fulfil. */
function checkWishes(layout: Layout, { classes, classFolders, train, test, splits }: ImportOptions): void {
  const hasFolders = layout === 'folders' || layout === 'sample';
  if ((classes || classFolders) && !hasFolders)
    throw usageError(`The layout ${layout} has its own classes; leave out what says others, or add --layout folders.`);
  if ((train || test || splits === false) && !hasFolders && layout !== 'kdef')
    throw usageError(`The layout ${layout} has its own parts; leave out what says others, or add --layout folders.`);
}

const formOf = ({ image, decoding = {} }: DatasetFile): Form => ({
  shape: image,
  decoding,
  hidden: { mean: 0, most: 0 },
  cropping: { mean: 0, most: 0 },
  paged: { images: 0, of: 0 },
});

/** What a dataset that is there says of how its folder was read. */
const toldBy = (file: DatasetFile) => ({
  classes: layoutClassesOf(file).map((one) => one.told),
  reading: file.reading ?? null,
});

/** Throws where it is not clear what folders are, and nobody has said so. */
function requireClearFolders(source: ImageSource, options: ImportOptions): void {
  const { root, doubt } = source;
  if (doubt !== undefined && !options.classFolders)
    throw inputError(
      `What the folders in ${root} are is not clear: ${doubt.why}; say which to learn from and which to test on, as in --train a,b --test c, or --no-splits (they are no parts).`,
    );
  if (!options.classes) requireClassFolders(source, options);
}

/** Throws where it is not clear that sub-folders are classes, and nobody has said so. */
function requireClassFolders({ root, subfolders }: ImageSource, { classFolders }: ImportOptions): void {
  if (!subfolders) return;
  const { all, doubt } = subfolders;
  if (classFolders && all.length === 0)
    throw inputError(`${root} has no sub-folders that could be classes; name them with --classes, or leave it open.`);
  if (classFolders || doubt === null) return;
  const names = all.map(({ name }) => name);
  const [images, deeper] = (['images', 'deeper'] as const).map((of) => all.reduce((sum, one) => sum + one[of], 0));
  const isDeep = 2 * deeper! > images!;
  const inner = isDeep
    ? `, --train ${names.slice(0, 6).join(',')} (parts; the folders below them are the classes; with --test those to test on)`
    : '';
  throw inputError(
    `${root} has ${plural(all.length, 'sub-folder')} with images (${few(names)}) that may not be classes: ${doubt}; say what they are: --class-folders (classes), --classes happy,sad (just folders, and these are the classes)${inner} or --no-classes (just folders, classes are decided later).`,
  );
}

const few = (names: readonly string[]): string => names.slice(0, 6).join(', ') + (names.length > 6 ? ', …' : '');

/** What sub-folders were taken for, where nobody has said it. */
function classNotes({ layout, classes, subfolders, numbered }: ImageSource, options: ImportOptions): string[] {
  if (layout !== 'folders' || !subfolders) return [];
  if (classes.length === 0)
    return ['It has no classes yet; add them when they are decided ("class add"; in the editor Add Class).'];
  if (options.classes || options.classFolders) return [];
  if (numbered)
    return [
      `The folders have the numbers of ${numbered.dataset}: ${classes.map((name, i) => `${name} ${numbered.names[i]}`).join(', ')}; where that is wrong, --class-folders under another --name keeps the numbers.`,
    ];
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

function describe({
  request: { workspace, directory, name, source, kdef },
  form: { shape: image, decoding },
  built,
  duplicates,
}: ReadFolder): DatasetFile {
  const { mean, std } = built.normalisation;
  const { split, digest, labelDigest, broken, duplicates: counted } = contentOf(built, duplicates, source.classes);
  const file: DatasetFile = {
    schema: 1,
    name,
    layout: source.layout,
    root: storedRoot(workspace, directory, source.root),
    ...classesOf(source),
    image,
    ...(Object.keys(decoding).length === 0 ? {} : { decoding }),
    split,
    digest,
    labelDigest,
    normalisation: { mean: [...mean], std: [...std] },
    broken,
    duplicates: counted,
    createdBy: version,
  };
  const read = source.reading ? { ...file, reading: source.reading } : file;
  return source.layout === 'kdef' ? { ...read, kdef } : read;
}

/** The classes, called by their names where the folders have numbers. */
function classesOf({ classes, numbered }: ImageSource): Pick<DatasetFile, 'classes' | 'layoutClasses'> {
  if (!numbered) return { classes: [...classes] };
  const layoutClasses = classes.map((told, i) => ({ told, class: numbered.names[i] }));
  return { classes: [...numbered.names].sort(), layoutClasses };
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
  const source = await openSource(file.layout, root, readingOptions(directory, file), job);
  const built = await buildImages(source, formOf(file), pixelPath(directory), job);
  if (!matches(built.entries, file)) {
    await built.pixels.discard();
    throw changedError(file, source, built);
  }
  await commitCache(directory, built, file);
  return built.entries;
}

/** Names of images that came to a dataset's folder since the import, and of those that are gone; of a table nothing is known. */
export async function listSource(
  { directory, file, images, has }: Pick<Dataset, 'directory' | 'file' | 'images' | 'has'>,
  job: Job,
): Promise<{ readonly added: readonly string[]; readonly missing: readonly string[] }> {
  if (file.layout === 'fer2013') return { added: [], missing: [] };
  const source = await openSource(
    file.layout,
    resolveRoot(directory, file.root),
    { ...readingOptions(directory, file), namesOnly: true },
    job,
  ).catch((error: unknown) => {
    throwIfCancelled(job);
    if (error instanceof UserError) return null; // the folder is not there, which whoever needs it says
    throw error;
  });
  if (!source) return { added: [], missing: [] };
  const known = new Set(file.broken.map(({ id }) => id));
  const present = new Set<string>();
  for await (const { id } of source.items()) present.add(id);
  return {
    added: [...present].filter((id) => !has(id) && !known.has(id)).sort(),
    missing: images.flatMap(({ id }) => (present.has(id) ? [] : [id])).sort(),
  };
}

/** How a dataset's folder is read again. */
function readingOptions(directory: string, file: DatasetFile): SourceOptions {
  const { frontalOnly, seed } = file.kdef ?? { frontalOnly: false, seed: 0 };
  return { ...toldBy(file), exclude: dirname(directory), frontalOnly, seed };
}
