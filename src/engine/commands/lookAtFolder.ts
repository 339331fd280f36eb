import { stat } from 'node:fs/promises';
import type { CountedImages, FolderLook } from '../../shared/protocol/engine';
import type { Split } from '../../shared/workspace/layouts';
import { type ImportOptions, readFolder } from '../data/dataset/import';
import { type ImageSource, isBroken, type SourceImage } from '../data/importers/source';
import { breathe, type Job } from '../job';
import { evenlySpread } from '../numeric/evenlySpread';

/** A folder as it may be imported. */
export type FolderOptions = Pick<
  ImportOptions,
  'workspace' | 'folder' | 'layout' | 'train' | 'test' | 'splits' | 'fit'
>;

/** What an import would find: names are looked at, no image is opened. A folder without images is an input error. */
export async function lookAtFolder(options: FolderOptions, job: Job): Promise<FolderLook> {
  return lookAtSource(await readFolder(options, job), job);
}

/** The same of a folder that has been read. */
export async function lookAtSource(source: ImageSource, job: Job): Promise<FolderLook> {
  const { paths, ...counted } = await countItems(source, job);
  const areFixed = source.subfolders === undefined;
  return {
    layout: source.layout,
    root: source.root,
    ...counted,
    areClasses: areFixed || source.subfolders.isSorted,
    areFixed,
    numbered: source.numbered ?? null,
    doubt: source.subfolders?.doubt ?? null,
    // RAF-DB's images are faces already, and a table has no files
    mayBePhotos: source.layout !== 'rafdb' && (await areLarge(paths)),
    folders: source.partFolders ?? [],
    parts: source.doubt ?? null,
    ignored: source.ignored,
    notes: source.notes,
  };
}

type Counted = CountedImages & Pick<FolderLook, 'broken'> & { readonly paths: readonly string[] };

/** Counts images by class and part. */
export function imageCounter(names: readonly string[]) {
  const none = (): Record<Split, number> => ({ train: 0, test: 0 });
  const unlabelled = none();
  const classes = names.map((name) => ({ name, ...none() }));
  let images = 0;
  return {
    count({ label, split }: Pick<SourceImage, 'label' | 'split'>): void {
      images++;
      (label === null ? unlabelled : classes[label])[split]++;
    },
    get counted(): CountedImages {
      return { images, unlabelled, classes };
    },
  };
}

async function countItems(source: ImageSource, job: Job): Promise<Counted> {
  const counter = imageCounter(source.classes);
  const broken: FolderLook['broken'][number][] = [];
  const paths: string[] = [];
  let done = 0;
  for await (const item of source.items()) {
    if (isBroken(item)) broken.push({ id: item.id, problem: item.problem });
    else {
      counter.count(item);
      if (typeof item.content === 'string') paths.push(item.content);
      if (++done % 500 === 0) {
        job.report({ stage: 'Looking for images', done, total: source.total, unit: 'images' });
        await breathe(job);
      }
    }
  }
  return { ...counter.counted, broken, paths };
}

/** Files that are looked at, and how many bytes they have where they are photos: KDEF's have 60,000, a face of RAF-DB 10,000. */
const SAMPLE = 50;
const PHOTO = 50_000;
/** So many of them are enough to ask: folders mix what they hold. */
const PHOTO_SHARE = 0.25;

/** By their size on the disk: nothing is decoded. */
async function areLarge(paths: readonly string[]): Promise<boolean> {
  const some = Array.from(evenlySpread(paths.length, SAMPLE), (i) => paths[i]);
  const sizes = await Promise.all(
    some.map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.length > 0 && sizes.filter((size) => size >= PHOTO).length >= PHOTO_SHARE * sizes.length;
}
