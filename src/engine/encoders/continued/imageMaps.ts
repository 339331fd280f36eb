import { randomBytes } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltInName } from '../../../shared/encoders';
import { damagedError } from '../../errors';
import type { Job } from '../../job';
import { diskError } from '../../store/atomicFile';
import { digestOf } from '../../store/digest';
import { readBytes } from '../../store/door';
import { ensureFolder } from '../../store/ensureFolder';
import { mapRecipe } from '../builtIn';
import type { ViewOrder } from '../embedding/order';
import { orderedImage } from '../embedding/order';
import { type MapPiece, makeMaps } from './makeMaps';
import { decoderOf } from './mapCode';
import { tails } from './tails';
import { type MappedDataset, MOST_BYTES, sizeOf } from './viewMaps';

/** Maps of single images, of the layer before a built-in network's last blocks: a file an image, so that other images and later rounds find them. */
export interface ImageMaps {
  /** Of each image. */
  readonly views: number;
  /** Values a map. */
  readonly values: number;
  /** Puts the maps of all views of an image into an array, from `offset` on. */
  read(index: number, target: Float32Array, offset: number): Promise<void>;
  /** Deletes those of some images, which can be made again. */
  remove(indices: Int32Array): Promise<void>;
}

/** Images a piece of work: a second or two. */
const PIECE = 32;

/** Of how many images maps are kept, so many views of each. */
export const roomForMaps = (name: BuiltInName, views: number): number =>
  Math.floor(MOST_BYTES / (views * sizeOf(name)));

/** Makes what the cache lacks, and keeps it there. */
export async function imageMapsOf(
  dataset: MappedDataset,
  name: BuiltInName,
  { indices, views }: { readonly indices: Int32Array; readonly views: Omit<ViewOrder, 'code'> },
  job: Job,
  program?: string,
): Promise<ImageMaps> {
  const { code } = tails[name];
  const recipe = mapRecipe(name);
  const order: ViewOrder = { ...views, code };
  const folder = join(dataset.cache, 'maps', digestOf({ recipe: recipe.digest, order }).slice(0, 32));
  await ensureFolder(folder);
  const size = views.count * sizeOf(name);
  const pathOf = (index: number) => join(folder, dataset.images[index].hash);
  const isThere = async (index: number) => (await stat(pathOf(index)).catch(() => null))?.size === size;
  const there = await Promise.all(Array.from(indices, isThere));
  const missing = indices.filter((_, i) => !there[i]);
  const unique = randomBytes(6).toString('hex');
  const pieces = Array.from({ length: Math.ceil(missing.length / PIECE) }, (_, number): OwnPiece => {
    const some = missing.subarray(number * PIECE, (number + 1) * PIECE);
    const images = () => Array.from(some, (i) => orderedImage(dataset, i));
    return { recipe, views: order, images, target: join(folder, `${unique}-${number}`), count: some.length, some };
  });
  const keep = async ({ target, some }: OwnPiece) => {
    const bytes = await readBytes(target, 'rows');
    for (const [i, index] of some.entries()) await put(pathOf(index), bytes.subarray(i * size, (i + 1) * size));
    await rm(target, { force: true });
  };
  const everyIsThere = async ({ some }: OwnPiece) => (await Promise.all(Array.from(some, isThere))).every(Boolean);
  await makeMaps(pieces, { stage: 'Looking at the images', isThere: everyIsThere, keep, program }, job);
  const decode = decoderOf(code);
  return {
    views: views.count,
    values: recipe.dimensions,
    async read(index, target, offset) {
      const bytes = await readBytes(pathOf(index), size).catch(() => null);
      if (bytes?.length !== size)
        throw damagedError(`${folder} was changed while it was in use; try again, which makes it anew.`);
      decode(bytes, target, offset);
    },
    async remove(indices) {
      for (const index of indices) await rm(pathOf(index), { force: true });
    },
  };
}

interface OwnPiece extends MapPiece {
  readonly some: Int32Array;
}

/** Whole or not at all; what another process put there meanwhile is the same. */
async function put(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}-${randomBytes(6).toString('hex')}`;
  await writeFile(temporary, bytes).catch((error: unknown) => {
    throw diskError(path, error);
  });
  await rename(temporary, path);
}
