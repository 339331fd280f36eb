import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RAF_DB_FOLDERS, RAF_DB_LIST } from '../../../shared/workspace/layouts';
import { inputError } from '../../errors';
import type { Job } from '../../job';
import { readText } from '../../store/encoding';
import { byId } from '../byId';
import { type ImageSource, requireFolder, type SourceItem, type SourceOptions } from './source';
import { findImages } from './walk';

/** Class names by the number in the list, 1 to 7. */
const names = ['surprise', 'fear', 'disgust', 'happiness', 'sadness', 'anger', 'neutral'];

const IMAGES = 'Image/aligned';

/** The folder with RAF-DB's basic part at or below `folder`; null when there is none. */
export async function findRafDb(folder: string): Promise<string | null> {
  for (const below of RAF_DB_FOLDERS) {
    const root = join(folder, below);
    const info = await stat(join(root, RAF_DB_LIST)).catch(() => null);
    if (info?.isFile()) return root;
  }
  return null;
}

/**
 * RAF-DB, basic expressions (Li, Deng & Du 2017): lines such as `train_00001.jpg 5` and the aligned faces
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
  const classes = [...names].sort();
  const seen = new Set<string>();
  const items: SourceItem[] = broken.map(({ id, problem }) => ({ id: `${IMAGES}/${id}`, problem }));
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries())
    if (line.trim() !== '') items.push(parseLine(line, i + 1, { files, seen, classes }));
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
    notes: unlisted > 0 ? [`${unlisted} aligned images are not in ${RAF_DB_LIST} and were left out.`] : [],
  };
}

interface LineContext {
  /** Aligned images: name → path. */
  readonly files: ReadonlyMap<string, string>;
  /** Names in the lines so far; this line's is added. */
  readonly seen: Set<string>;
  readonly classes: readonly string[];
}

/** The image of a line such as `train_00001.jpg 5`, or why there is none. */
function parseLine(line: string, number: number, { files, seen, classes }: LineContext): SourceItem {
  const place = `${RAF_DB_LIST}:${number}`;
  const match = /^[\s"]*((train|test)_\w+)\.(jpe?g|png)[\s",;|]+([1-7])(?:\.0*)?[\s"]*$/i.exec(line);
  if (!match) return { id: place, problem: `line ${number} is not like "train_00001.jpg 5"` };
  const [, name, part, extension, expression] = match;
  const file = `${name}_aligned.${extension}`;
  const path = files.get(file);
  if (seen.has(file)) return { id: place, problem: `line ${number} names ${name} again` };
  seen.add(file);
  const id = `${IMAGES}/${file}`;
  if (path === undefined) return { id, problem: 'the file is missing' };
  const split = part.toLowerCase() === 'test' ? 'test' : 'train';
  return { id, split, label: classes.indexOf(names[Number(expression) - 1]), content: path };
}
