import { stat } from 'node:fs/promises';
import type { BrokenImage, ImageShape, Layout, Reading } from '../../../shared/schema/dataset';
import type { Split } from '../../../shared/workspace/layouts';
import { inputError } from '../../errors';
import type { NumberedClasses } from './numberedClasses';
import type { PartFolder, PartsDoubt, SplitWish } from './splits';
import type { Subfolders } from './subfolders';
import type { Ignored, Walked } from './walk';

/** An image before it is decoded. */
export interface SourceImage {
  readonly id: string;
  readonly split: Split;
  /** Index of the known class; null when the layout tells none. */
  readonly label: number | null;
  /** Absolute path of the image file, or (fer2013) 48 × 48 grey values. */
  readonly content: string | Uint8Array;
}

/** One thing that an importer found: an image, or the reason why there is none. */
export type SourceItem = SourceImage | BrokenImage;

export const isBroken = (item: SourceItem): item is BrokenImage => 'problem' in item;

/** What an importer makes of a folder or file. Reading it twice gives the same items in the same order. */
export interface ImageSource {
  readonly layout: Layout;
  /** Absolute path of the folder that ids are relative to; for fer2013 the csv file. */
  readonly root: string;
  readonly classes: readonly string[];
  /** Number of items, broken ones included. */
  readonly total: number;
  /** What the layout says about the size of its images; the rest is found out from a sample. */
  readonly shape: Partial<ImageShape>;
  items(): Iterable<SourceItem> | AsyncIterable<SourceItem>;
  /** Files that are no images, by why they were passed over. */
  readonly ignored: Ignored;
  /** Sentences that people should read. */
  readonly notes: readonly string[];
  /** Image folders only: what tells the classes unless they were given. */
  readonly subfolders?: Subfolders;
  /** Folders that are parts of the images, or could be; absent where the layout has parts of its own. */
  readonly partFolders?: readonly PartFolder[];
  /** Image folders only: what the classes are called where their folders have the numbers of a published dataset. */
  readonly numbered?: NumberedClasses;
  /** Which folders are parts of the images; absent where no folder tells parts. */
  readonly reading?: Reading;
  /** Why that may be wrong; absent where it is evident or was said. */
  readonly doubt?: PartsDoubt;
}

/** What an importer may be told. */
export interface SourceOptions extends SplitWish {
  /** Class list for image folders: those to be labelled (none: to be decided later), or those that dataset.json says it told. */
  readonly classes?: readonly string[] | undefined;
  /** Absolute path of a folder that is never looked into (the workspace's own `warmstart`). */
  readonly exclude: string;
  /** What dataset.json says of the parts; null where it says nothing, as in the first versions. Absent: to be found out. */
  readonly reading?: Reading | null;
  /** What lies in the folder, where somebody has walked through it already. */
  readonly walked?: Walked;
  /** Image folders: classes are called as their folders are, whatever their numbers mean. */
  readonly plainNames?: boolean | undefined;
  /** Only ids are wanted: labels that take reading a file each are left out. */
  readonly namesOnly?: boolean;
  /** KDEF: only faces seen from the front. */
  readonly frontalOnly: boolean;
  /** KDEF: chooses the people of the test split. */
  readonly seed: number;
}

/** Throws an input error unless `path` is a folder. */
export async function requireFolder(path: string): Promise<void> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
      throw inputError(`There is no folder ${path}; check the path.`, error);
    throw inputError(`Cannot open ${path} (${error.code}); allow reading it.`, error);
  });
  if (!info.isDirectory())
    throw inputError(`${path} is a file, not a folder of images; give the folder (unpack archives first).`);
}
