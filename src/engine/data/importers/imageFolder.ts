import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isHiddenName, type Split, splitOf } from '../../../shared/workspace/layouts';
import { inputError } from '../../errors';
import type { Job } from '../../job';
import { byId } from '../byId';
import { type ImageSource, requireFolder, type SourceItem, type SourceOptions } from './source';
import { subfoldersOf } from './subfolders';
import { type FolderContent, type FoundImage, findImages } from './walk';

/**
 * Class folders with train/test (or val) folders above them, class folders alone (then all is training data), or one
 * folder of images without labels, whose classes `options.classes` gives, or nobody yet. A class is the first folder (below
 * the split folder); what lies deeper belongs to it. With a given class list, images in other folders are unlabelled.
 * Whether folders are classes at all is for the caller to judge, by `subfolders`.
 */
export async function openImageFolder(folder: string, options: SourceOptions, job: Job): Promise<ImageSource> {
  await requireFolder(folder);
  const root = await unwrap(folder);
  const content = await findImages(root, options.exclude, job);
  if (content.images.length === 0) throw noImages(folder, content);
  const splits = findSplits(content.images);
  const placed: { image: FoundImage; split: Split; steps: string[] }[] = [];
  let outside = 0;
  for (const image of content.images) {
    const steps = image.id.split('/').slice(0, -1);
    const split = splits ? splits.get(steps.shift() ?? '') : 'train';
    if (split) placed.push({ image, split, steps: steps.map((step) => step.normalize('NFC')) });
    else outside++;
  }
  const subfolders = subfoldersOf(placed);
  const folders = subfolders.all.map(({ name }) => name);
  const classes = options.classes ? [...options.classes] : folders;
  const index = new Map(classes.map((name, i) => [name, i]));
  const items: SourceItem[] = placed.map(({ image, split, steps: [name] }) => {
    const label = name === undefined ? null : (index.get(name) ?? null);
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
    notes: [...outsideNote(outside), ...unknownFolderNote(folders.filter((name) => !index.has(name)))],
    subfolders,
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
  return inputError(
    `There are no images in ${folder}${instead}; give a folder with PNG, JPEG, WebP, GIF, TIFF or AVIF files (HEIC has to be converted to JPEG first).`,
  );
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
        `Images in folders that are no classes were taken as unlabelled: ${unknown.slice(0, 10).join(', ')}${unknown.length > 10 ? ` and ${unknown.length - 10} more` : ''}.`,
      ];
