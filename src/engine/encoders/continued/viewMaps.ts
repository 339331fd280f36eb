import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BuiltInName } from '../../../shared/encoders';
import type { Dataset } from '../../data/dataset/type';
import type { Job } from '../../job';
import { Random } from '../../numeric/random';
import { digestOf } from '../../store/digest';
import { ensureFolder } from '../../store/ensureFolder';
import { mapRecipe } from '../builtIn';
import { orderedImage, type ViewOrder } from '../embedding/order';
import { type MapPiece, makeMaps } from './makeMaps';
import { bytesOf } from './mapCode';
import { type MapFiles, mapFileName, openMapFiles } from './mapFiles';
import { tails } from './tails';
import type { ContinuedViews } from './views';

/** Which views are made of which images. */
export interface ViewWish {
  readonly indices: Int32Array;
  readonly seed: number;
  /** Of each image. */
  readonly count: number;
  readonly how: ContinuedViews;
}

export type MappedDataset = Pick<Dataset, 'cache' | 'images' | 'pixels' | 'sourceFile'>;

/** Images a piece: a few seconds of work. */
const PIECE = 128;

/** Bytes that maps may take on the disk; of more images a part is learned from. */
export const MOST_BYTES = 3e9;

/** Which images are learned from: all, or as many of them as there is room for, drawn by the seed. */
export function imagesWithin(name: BuiltInName, train: Int32Array, views: number, seed: number, most = MOST_BYTES) {
  const room = Math.floor(most / (views * sizeOf(name)));
  if (train.length <= room) return train;
  const drawn = Random.stream(seed, 'room').permutation(train.length).slice(0, room).sort();
  return drawn.map((i) => train[i]);
}

/** Bytes a map. */
export const sizeOf = (name: BuiltInName): number => mapRecipe(name).dimensions * bytesOf(tails[name].code);

/**
 * Maps of random views of images, of the layer before a built-in network's last blocks. They are made where the cache lacks
 * them, in pieces, so that whoever is stopped goes on; those of earlier wishes are deleted. Takes images and nothing else.
 */
export async function viewMapsOf(
  dataset: MappedDataset,
  name: BuiltInName,
  wish: ViewWish,
  job: Job,
  program?: string,
): Promise<MapFiles> {
  const { indices, count, ...rest } = wish;
  const { code } = tails[name];
  const views: ViewOrder = { ...rest, count, code };
  const hashes = Array.from(indices, (i) => dataset.images[i].hash);
  const key = digestOf({ recipe: mapRecipe(name).digest, views, hashes }).slice(0, 32);
  const folder = join(dataset.cache, 'views', key);
  await ensureFolder(folder);
  for (const other of await readdir(dirname(folder)))
    if (other !== basename(folder)) await rm(join(dirname(folder), other), { recursive: true, force: true });
  const pieces = piecesOf(dataset, name, folder, { indices, views });
  const size = sizeOf(name);
  const isThere = async ({ path, count: images }: KeptPiece) =>
    (await stat(path).catch(() => null))?.size === images * count * size;
  const keep = ({ target, path }: KeptPiece) => rename(target, path);
  await makeMaps(pieces, { stage: 'Making views of the images', isThere, keep, program }, job);
  return openMapFiles(folder, { images: indices.length, piece: PIECE, views: count, size, code });
}

interface KeptPiece extends MapPiece {
  /** Where it is once it is whole. */
  readonly path: string;
}

function piecesOf(
  dataset: MappedDataset,
  name: BuiltInName,
  folder: string,
  { indices, views }: { readonly indices: Int32Array; readonly views: ViewOrder },
): KeptPiece[] {
  const recipe = mapRecipe(name);
  return Array.from({ length: Math.ceil(indices.length / PIECE) }, (_, number) => {
    const some = indices.subarray(number * PIECE, (number + 1) * PIECE);
    const path = join(folder, mapFileName(number));
    const images = () => Array.from(some, (i) => orderedImage(dataset, i));
    return { recipe, views, images, target: `${path}.part`, path, count: some.length };
  });
}
