import type { Dirent } from 'node:fs';
import { opendir, readdir } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { isHiddenName, type Split, splitOf } from '../../../shared/workspace/layouts';
import { inputError } from '../../errors';
import { type Job, throwIfCancelled } from '../../job';
import { readNpyNumber } from '../../store/npyNumber';
import { plural } from '../../text/plural';
import { byId } from '../byId';
import { concurrency, mapInOrder } from '../mapInOrder';
import { affectNetNames } from './expressionNames';
import { type ImageSource, requireFolder, type SourceItem, type SourceOptions } from './source';
import { type FolderContent, type FoundImage, findImages } from './walk';

/** Numbers of images in which people saw none of these: no emotion of the list, not sure, no face. */
const NONE = [8, 9, 10];

const IMAGES = 'images';
const ANNOTATIONS = 'annotations';
const EXPRESSION = '_exp.npy';
/** Folders in one another in which a part may lie. */
const DEEPEST = 2;

/** The folders at or below `folder` that have AffectNet's images and their annotations beside each other. */
export async function findAffectNet(folder: string, depth = 0): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter(isFolder).map(({ name }) => name);
  if (names.includes(IMAGES) && names.includes(ANNOTATIONS))
    return (await hasExpressions(join(folder, ANNOTATIONS))) ? [folder] : [];
  if (depth === DEEPEST) return [];
  const found: string[] = [];
  for (const name of names.sort()) found.push(...(await findAffectNet(join(folder, name), depth + 1)));
  return found;
}

const isFolder = (entry: Dirent): boolean =>
  !isHiddenName(entry.name) && (entry.isDirectory() || entry.isSymbolicLink());

/** Stops at the first one: the real folder has more than a million files. */
async function hasExpressions(folder: string): Promise<boolean> {
  const entries = await opendir(folder).catch(() => []);
  for await (const { name } of entries) if (name.endsWith(EXPRESSION)) return true;
  return false;
}

/**
 * AffectNet (Mollahosseini, Hasani & Mahoor 2017) as it is given out with eight expressions: `train_set/images/17.jpg` with the
 * number of its expression in `train_set/annotations/17_exp.npy`.
 */
export async function openAffectNet(folder: string, options: SourceOptions, job: Job): Promise<ImageSource> {
  await requireFolder(folder);
  const parts = await findAffectNet(folder);
  if (parts.length === 0)
    throw inputError(
      `${folder} has no ${IMAGES} beside ${ANNOTATIONS} with files such as 17${EXPRESSION}; give the folder that holds AffectNet's train_set and val_set.`,
    );
  const classes = [...affectNetNames].sort();
  const items: SourceItem[] = [];
  const ignored = { hidden: 0, other: 0 };
  const left = { unsure: 0, bare: 0 };
  for (const part of parts) {
    const content = await findImages(join(part, IMAGES), options.exclude, job);
    const read = { part, root: folder, content, classes, left, namesOnly: options.namesOnly ?? false };
    items.push(...(await itemsOf(read, job)));
    ignored.hidden += content.ignored.hidden;
    ignored.other += content.ignored.other;
  }
  if (items.length === 0) throw inputError(`${join(parts[0]!, IMAGES)} has no images; unpack AffectNet again.`);
  return {
    layout: 'affectnet',
    root: folder,
    classes,
    total: items.length,
    shape: {},
    items: () => items.sort(byId),
    ignored,
    notes: notesOn(left),
  };
}

interface Part {
  readonly part: string;
  readonly root: string;
  readonly content: FolderContent;
  readonly classes: readonly string[];
  /** Images without a label are counted here. */
  readonly left: { unsure: number; bare: number };
  readonly namesOnly: boolean;
}

async function itemsOf({ part, root, content, classes, left, namesOnly }: Part, job: Job): Promise<SourceItem[]> {
  const inside = relative(root, part).split(sep).join('/');
  const prefix = inside === '' ? `${IMAGES}/` : `${inside}/${IMAGES}/`;
  const split = splitIn(inside === '' ? basename(part) : inside);
  const items: SourceItem[] = content.broken.map(({ id, problem }) => ({ id: prefix + id, problem }));
  const read = async (image: FoundImage) => ({ image, number: namesOnly ? null : await expressionOf(part, image) });
  for await (const { image, number } of mapInOrder(content.images, concurrency(), read)) {
    throwIfCancelled(job);
    const id = prefix + image.id;
    const name = number === null ? undefined : affectNetNames[number];
    if (number === null) left.bare++;
    else if (NONE.includes(number)) left.unsure++;
    else if (name === undefined) {
      items.push({ id, problem: `its annotation says ${number}, not a number from 0 to ${affectNetNames.length - 1}` });
      continue;
    }
    items.push({ id, split, label: name === undefined ? null : classes.indexOf(name), content: image.path });
  }
  return items;
}

/** The part that a folder tells, the innermost first. */
const splitIn = (folder: string): Split =>
  folder
    .split('/')
    .map(splitOf)
    .findLast((split) => split !== undefined) ?? 'train';

/** The number of the expression that an image was given; null where nobody can read it. */
const expressionOf = (part: string, { id }: FoundImage): Promise<number | null> =>
  readNpyNumber(join(part, ANNOTATIONS, ...`${id.replace(/\.[^./]*$/, '')}${EXPRESSION}`.split('/')));

function notesOn({ unsure, bare }: Readonly<Part['left']>): string[] {
  const notes: string[] = [];
  if (unsure > 0)
    notes.push(`${plural(unsure, 'image')} without one of the eight expressions (8, 9 or 10) came without labels.`);
  if (bare > 0)
    notes.push(`${plural(bare, 'image')} without a readable ${ANNOTATIONS}/…${EXPRESSION} came without labels.`);
  return notes;
}
