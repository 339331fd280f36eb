import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError } from '../../errors';
import type { Job } from '../../job';
import { byId } from '../byId';
import { type ImageSource, requireFolder, type SourceItem, type SourceOptions } from './source';
import { findImages } from './walk';

/** Class names by the number in the list, 1 to 7. */
const names = ['surprise', 'fear', 'disgust', 'happiness', 'sadness', 'anger', 'neutral'];

const LIST = 'EmoLabel/list_patition_label.txt'; // RAF-DB's own spelling
const IMAGES = 'Image/aligned';

/** The folder with RAF-DB's basic part at or below `folder`; null when there is none. */
export async function findRafDb(folder: string): Promise<string | null> {
  for (const root of [folder, join(folder, 'basic')]) {
    const info = await stat(join(root, LIST)).catch(() => null);
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
  if (!root) throw inputError(`${folder} has no ${LIST}; give the folder "basic" of RAF-DB.`);
  const list = join(root, LIST);
  const text = await readFile(list, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw inputError(`Cannot read ${list} (${error.code}); allow reading it.`, error);
  });
  const aligned = join(root, IMAGES);
  await requireFolder(aligned);
  const { images, broken, ignored } = await findImages(aligned, options.exclude, job);
  const files = new Map(images.map(({ id, path }) => [id, path]));
  const classes = [...names].sort();
  const seen = new Set<string>();
  const items: SourceItem[] = broken.map(({ id, problem }) => ({ id: `${IMAGES}/${id}`, problem }));
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (line.trim() === '') continue;
    const match = /^\uFEFF?\s*((train|test)_\w+)\.(jpe?g|png)\s+([1-7])\s*$/i.exec(line);
    if (!match) {
      items.push({ id: `${LIST}:${i + 1}`, problem: `line ${i + 1} is not like "train_00001.jpg 5"` });
      continue;
    }
    const file = `${match[1]}_aligned.${match[3]}`;
    const path = files.get(file);
    if (seen.has(file)) items.push({ id: `${LIST}:${i + 1}`, problem: `line ${i + 1} names ${match[1]} again` });
    else if (path === undefined) items.push({ id: `${IMAGES}/${file}`, problem: 'the file is missing' });
    else {
      const split = match[2].toLowerCase() === 'test' ? 'test' : 'train';
      items.push({
        id: `${IMAGES}/${file}`,
        split,
        label: classes.indexOf(names[Number(match[4]) - 1]),
        content: path,
      });
    }
    seen.add(file);
  }
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
    notes: unlisted > 0 ? [`${unlisted} aligned images are not in ${LIST} and were left out.`] : [],
  };
}
