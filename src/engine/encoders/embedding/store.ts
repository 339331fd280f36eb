import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Matrix, matrix, row } from '../../numeric/matrix';
import { writeFileAtomic } from '../../store/atomicFile';
import { readUtf8 } from '../../store/door';
import { ensureFolder } from '../../store/ensureFolder';
import { readNpy, writeNpy } from '../../store/npy';

/** Rows that were computed: pieces of some images each, so that whoever is stopped loses one piece. */
export interface EmbeddingStore {
  readonly folder: string;
  /** SHA-256 of the images that have a row. */
  has(image: string): boolean;
  /** Adds rows: row i belongs to the image with that hash. */
  add(images: readonly string[], rows: Matrix<Float32Array>): Promise<void>;
  /** The rows of these images, in order; null when one is missing, or a piece was damaged and is now forgotten. */
  read(images: readonly string[]): Promise<Matrix<Float32Array> | null>;
}

/** How files begin that are no pieces yet; what a process that was killed left of them is removed. */
export const TEMPORARY = 'raw-';
const ROWS = '.npy';
const IMAGES = '.txt';

/**
 * Opens the rows in a folder of the cache. A piece is two files: `.npy` with the rows, and `.txt` with the SHA-256 of the
 * image of each, a line a row, which is written last: without it a piece is not there.
 */
export async function openEmbeddingStore(folder: string): Promise<EmbeddingStore> {
  await ensureFolder(folder);
  const places = new Map<string, Place>();
  const take = (piece: string, images: readonly string[]) => {
    for (const [row, image] of images.entries()) places.set(image, { piece, row });
  };
  for (const name of (await readdir(folder)).sort())
    if (name.startsWith(TEMPORARY)) await rm(join(folder, name), { force: true });
    else if (name.endsWith(IMAGES)) {
      const text = await readUtf8(join(folder, name), 'labels').catch(() => '');
      take(name.slice(0, -IMAGES.length), text.split('\n').filter(Boolean));
    }
  return {
    folder,
    has: (image) => places.has(image),
    async add(images, { rows, columns, data }) {
      const piece = randomBytes(8).toString('hex');
      await writeNpy(join(folder, piece + ROWS), { shape: [rows, columns], data });
      await writeFileAtomic(join(folder, piece + IMAGES), `${images.join('\n')}\n`);
      take(piece, images);
    },
    read: (images) => readRows(folder, places, images),
  };
}

interface Place {
  readonly piece: string;
  readonly row: number;
}

async function readRows(
  folder: string,
  places: Map<string, Place>,
  images: readonly string[],
): Promise<Matrix<Float32Array> | null> {
  const byPiece = new Map<string, [image: number, row: number][]>();
  for (const [i, image] of images.entries()) {
    const place = places.get(image);
    if (!place) return null;
    const wanted = byPiece.get(place.piece) ?? [];
    wanted.push([i, place.row]);
    byPiece.set(place.piece, wanted);
  }
  let rows: Matrix<Float32Array> | null = null;
  let isWhole = true;
  for (const [piece, wanted] of byPiece) {
    const stored = await readPiece(join(folder, piece + ROWS));
    if (stored) rows ??= matrix(images.length, stored.columns, new Float32Array(images.length * stored.columns));
    if (rows && stored?.columns === rows.columns && wanted.every(([, at]) => at < stored.rows))
      for (const [i, at] of wanted) rows.data.set(row(stored, at), i * rows.columns);
    else {
      isWhole = false;
      await forget(folder, piece, places);
    }
  }
  return isWhole ? rows : null;
}

/** A matrix from a file; null where it is damaged: the cache may be deleted or damaged at any time. */
async function readPiece(path: string): Promise<Matrix<Float32Array> | null> {
  const stored = await readNpy(path).catch(() => null);
  if (stored?.shape.length !== 2 || !(stored.data instanceof Float32Array) || !stored.data.every(Number.isFinite))
    return null;
  return matrix(stored.shape[0], stored.shape[1], stored.data);
}

/** What was damaged will be computed again. */
async function forget(folder: string, piece: string, places: Map<string, Place>): Promise<void> {
  for (const [image, place] of places) if (place.piece === piece) places.delete(image);
  await rm(join(folder, piece + IMAGES), { force: true });
  await rm(join(folder, piece + ROWS), { force: true });
}
