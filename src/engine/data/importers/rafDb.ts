import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RAF_DB_FOLDERS, RAF_DB_LIST } from '../../../shared/workspace/layouts';
import { inputError } from '../../errors';
import type { Job } from '../../job';
import { readText } from '../../store/encoding';
import { byId } from '../byId';
import { rafDbCompoundNames, rafDbNames } from './expressionNames';
import { type ImageSource, requireFolder, type SourceItem, type SourceOptions } from './source';
import { findImages } from './walk';

const IMAGES = 'Image/aligned';

/** The folder with a part of RAF-DB, rather the basic one, at or below `folder`; null when there is none. */
export async function findRafDb(folder: string): Promise<string | null> {
  for (const below of RAF_DB_FOLDERS) {
    const root = join(folder, below);
    const info = await stat(join(root, RAF_DB_LIST)).catch(() => null);
    if (info?.isFile()) return root;
  }
  return null;
}

/**
 * RAF-DB, basic or compound expressions (Li, Deng & Du 2017): lines such as `train_00001.jpg 5` and the aligned faces
 * `Image/aligned/train_00001_aligned.jpg`, 100 × 100, taken at 96 × 96 as the paper does.
 */
export async function openRafDb(folder: string, options: SourceOptions, job: Job): Promise<ImageSource> {
  await requireFolder(folder);
  const root = await findRafDb(folder);
  if (!root) throw inputError(`${folder} has no ${RAF_DB_LIST}; give the folder "basic" of RAF-DB.`);
  const list = join(root, RAF_DB_LIST);
  const text = await readText(list);
  const aligned = join(root, IMAGES);
  await requireFolder(aligned);
  const { images, broken, ignored } = await findImages(aligned, options.exclude, job);
  const files = new Map(images.map(({ id, path }) => [id, path]));
  const lines = text.split(/\r\n|\n|\r/);
  const names = namesFor(lines, root, list);
  const classes = [...names].sort();
  const seen = new Set<string>();
  const items: SourceItem[] = broken.map(({ id, problem }) => ({ id: `${IMAGES}/${id}`, problem }));
  for (const [i, line] of lines.entries())
    if (line.trim() !== '') items.push(parseLine(line, i + 1, { files, seen, names, classes }));
  if (items.length === 0) throw inputError(`${list} is empty; put back the list that came with RAF-DB.`);
  const unlisted = images.filter(({ id }) => !seen.has(id)).length;
  return {
    layout: 'rafdb',
    root,
    classes,
    total: items.length,
    shape: { height: 96, width: 96 },
    items: () => items.sort(byId),
    ignored,
    notes: [
      ...(names === rafDbCompoundNames
        ? ['These are the compound expressions of RAF-DB, 1 to 11, not the basic ones.']
        : []),
      ...(unlisted > 0 ? [`${unlisted} aligned images are not in ${RAF_DB_LIST} and were left out.`] : []),
    ],
  };
}

/** A line such as `train_00001.jpg 5`: name, part, ending, number. */
const LINE = /^[\s"]*((train|test)_\w+)\.(jpe?g|png)[\s",;|]+(\d{1,3})(?:\.0*)?[\s"]*$/i;

/** Which expressions the numbers mean: the compound part has more of them, and its folder is called so. */
function namesFor(lines: readonly string[], root: string, list: string): readonly string[] {
  if (/compound/i.test(basename(root))) return rafDbCompoundNames;
  const read = lines.flatMap(parts);
  const beyond = read.filter(({ number }) => number > rafDbNames.length);
  const isLong = read.some(({ digits }) => digits === BASIC_DIGITS);
  if (beyond.length <= (isLong ? MOST_STRAY_IF_LONG : MOST_STRAY) * read.length) return rafDbNames;
  const most = Math.max(...beyond.map(({ number }) => number));
  if (!isLong && most <= rafDbCompoundNames.length) return rafDbCompoundNames;
  throw inputError(
    `${list} has numbers up to ${most}, but the basic expressions of RAF-DB are 1 to ${rafDbNames.length} and the compound ones 1 to ${rafDbCompoundNames.length}; put back the list that came with RAF-DB.`,
  );
}

/** How many digits the name of a training image has, and the number of its expression. */
function parts(line: string): readonly { readonly digits: number; readonly number: number }[] {
  const match = LINE.exec(line);
  if (!match) return [];
  const digits = match[2].toLowerCase() === 'train' ? match[1].replace(/\D+/g, '').length : 0;
  return [{ digits, number: Number(match[4]) }];
}

/** Share of the lines that may have a wrong number before it is another list. */
const MOST_STRAY = 0.05;
const MOST_STRAY_IF_LONG = 0.25;
/** Digits in the names of training images, as in train_00001.jpg; the compound part has four. */
const BASIC_DIGITS = 5;

interface LineContext {
  /** Aligned images: name → path. */
  readonly files: ReadonlyMap<string, string>;
  /** Names in the lines so far; this line's is added. */
  readonly seen: Set<string>;
  /** Class names by number. */
  readonly names: readonly string[];
  readonly classes: readonly string[];
}

/** The image of a line such as `train_00001.jpg 5`, or why there is none. */
function parseLine(line: string, number: number, { files, seen, names, classes }: LineContext): SourceItem {
  const place = `${RAF_DB_LIST}:${number}`;
  const match = LINE.exec(line);
  const className = match && names[Number(match[4]) - 1];
  if (!match || !className) return { id: place, problem: `line ${number} is not like "train_00001.jpg 5"` };
  const [, name, part, extension] = match;
  const file = `${name}_aligned.${extension}`;
  const path = files.get(file);
  if (seen.has(file)) return { id: place, problem: `line ${number} names ${name} again` };
  seen.add(file);
  const id = `${IMAGES}/${file}`;
  if (path === undefined) return { id, problem: 'the file is missing' };
  const split = part.toLowerCase() === 'test' ? 'test' : 'train';
  return { id, split, label: classes.indexOf(className), content: path };
}
