import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isHiddenName, type Split, splitOf } from '../../../shared/workspace/layouts';
import { inputError } from '../../errors';
import type { Job } from '../../job';
import { byId } from '../byId';
import { type ImageSource, requireFolder, type SourceItem, type SourceOptions } from './source';
import { type FolderContent, type FoundImage, findImages } from './walk';

/**
 * Class folders with train/test (or val) folders above them, class folders alone (then all is training data), or one
 * folder of images without labels, whose classes `options.classes` gives. A class is the first folder (below the split
 * folder); what lies deeper belongs to it. With a given class list, images in other folders are unlabelled.
 */
export async function openImageFolder(folder: string, options: SourceOptions, job: Job): Promise<ImageSource> {
  await requireFolder(folder);
  const root = await unwrap(folder);
  const content = await findImages(root, options.exclude, job);
  if (content.images.length === 0) throw noImages(folder, content);
  const splits = findSplits(content.images);
  const placed: { image: FoundImage; split: Split; folder: string | null }[] = [];
  let outside = 0;
  for (const image of content.images) {
    const steps = image.id.split('/').slice(0, -1);
    const split = splits ? splits.get(steps.shift() ?? '') : 'train';
    if (split) placed.push({ image, split, folder: steps[0]?.normalize('NFC') ?? null });
    else outside++;
  }
  const folders = new Set(placed.flatMap((p) => p.folder ?? []));
  const classes = options.classes ? checkClasses(options.classes) : classesFromFolders(folders, folder);
  const index = new Map(classes.map((name, i) => [name, i]));
  const items: SourceItem[] = placed.map(({ image, split, folder: name }) => {
    const label = name === null ? null : (index.get(name) ?? null);
    return { id: image.id, split, label, content: image.path };
  });
  items.push(...content.broken);
  return {
    layout: 'folders',
    root,
    classes,
    total: items.length,
    shape: {},
    items: () => items.sort(byId),
    ignored: content.ignored,
    notes: [...outsideNote(outside), ...unknownFolderNote([...folders].filter((name) => !index.has(name)))],
  };
}

/** The folder inside, where an archive was unpacked to a folder that holds nothing but the one with train and test. */
async function unwrap(folder: string): Promise<string> {
  const visible = async (path: string) =>
    (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isDirectory() && !isHiddenName(entry.name));
  try {
    const inner = await visible(folder);
    if (inner.length !== 1) return folder;
    const parts = new Set((await visible(join(folder, inner[0].name))).map(({ name }) => splitOf(name)));
    return parts.has('train') && parts.has('test') ? join(folder, inner[0].name) : folder;
  } catch {
    return folder; // what can't be read is reported by the search for images
  }
}

/**
 * The split folders, by name; undefined where there are none. A lone `train` beside other folders is no split: it may be
 * the class of trains.
 */
function findSplits(images: readonly FoundImage[]): Map<string, Split> | undefined {
  const folders = new Set(images.filter(({ id }) => id.includes('/')).map(({ id }) => id.slice(0, id.indexOf('/'))));
  const splits = new Map(
    [...folders].flatMap((name): [string, Split][] => {
      const split = splitOf(name);
      return split ? [[name, split]] : [];
    }),
  );
  const found = new Set(splits.values());
  return found.has('train') && (found.has('test') || folders.size === 1) ? splits : undefined;
}

function noImages(folder: string, { broken, ignored }: FolderContent) {
  const [first] = broken;
  if (first) return inputError(`${folder} has no image that can be read; ${first.id}: ${first.problem}.`);
  const found = ignored.other + ignored.hidden;
  const instead = found > 0 ? ` (only ${found} other or hidden ${found === 1 ? 'file' : 'files'})` : '';
  return inputError(`There are no images in ${folder}${instead}; give a folder with PNG, JPEG, WebP or TIFF files.`);
}

function classesFromFolders(folders: ReadonlySet<string>, folder: string): string[] {
  const classes = [...folders].sort();
  if (classes.length === 0)
    throw inputError(
      `The images in ${folder} do not lie in class folders; name the classes to label with --classes, as in --classes happy,sad.`,
    );
  if (classes.length === 1)
    throw inputError(
      `${folder} has one class only ("${classes[0]}"), and at least two are needed; add a folder for each other class, or import without labels by naming all classes, as in --classes happy,sad.`,
    );
  return classes;
}

/** The class list that a person gave: at least two different names. */
function checkClasses(names: readonly string[]): string[] {
  const classes = [...new Set(names.map((name) => name.trim().normalize('NFC')))].filter(Boolean).sort();
  if (classes.length < 2)
    throw inputError('At least two different classes are needed; name them all, as in --classes happy,sad.');
  return classes;
}

const outsideNote = (outside: number): string[] =>
  outside === 0
    ? []
    : [
        `${outside} ${outside === 1 ? 'image lies' : 'images lie'} outside the train and test folders and was left out.`,
      ];

const unknownFolderNote = (unknown: readonly string[]): string[] =>
  unknown.length === 0
    ? []
    : [
        `Folders that are not among the classes were taken as unlabelled: ${[...unknown].sort().slice(0, 10).join(', ')}.`,
      ];
