import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { count, digest, imageId, schemaVersion } from '../../shared/schema/common';
import { type DatasetFile, imageShape } from '../../shared/schema/dataset';
import { writeFileAtomic } from '../store/atomicFile';
import type { Split } from './images';
import { byId } from './importers/source';
import { writeProof } from './indexProof';

/** One image in the order of the pixel file. */
export interface IndexEntry {
  readonly id: string;
  readonly split: Split;
  /** Index of the class that the layout tells; null when it tells none. */
  readonly label: number | null;
  /** SHA-256 of the image file, or of the grey values of a csv row. */
  readonly hash: string;
}

/** Whether an id leads to a file below the root and nowhere else, whatever a cache or a message from elsewhere says. */
export const isSafeId = (id: string): boolean => !id.startsWith('/') && !id.split(/[\\/]/).includes('..');

const safeId = imageId.refine(isSafeId);

const indexFile = z.strictObject({
  schema: schemaVersion,
  image: imageShape,
  images: z.array(z.tuple([safeId, z.enum(['train', 'test']), count.nullable(), digest])),
});

/** Saves the list of images, one a line. */
export async function writeIndex(
  path: string,
  image: DatasetFile['image'],
  entries: readonly IndexEntry[],
): Promise<void> {
  const lines = entries.map(({ id, split, label, hash }) => JSON.stringify([id, split, label, hash]));
  const head = `{"schema": 1, "image": ${JSON.stringify(image)}, "images": [`;
  await writeFileAtomic(path, `${head}\n${lines.join(',\n')}\n]}\n`);
}

/** The list of images of a cache; null when there is none that belongs to the dataset. */
export async function readIndex(path: string, dataset: DatasetFile): Promise<IndexEntry[] | null> {
  const bytes = await readFile(path).catch(() => null);
  const file = bytes && parseIndex(bytes);
  const shapes = [file?.image, dataset.image].map((image) => `${image?.channels} ${image?.height} ${image?.width}`);
  if (!file || shapes[0] !== shapes[1]) return null;
  const entries = file.images.map(([id, split, label, hash]) => ({ id, split, label, hash }));
  if (!matches(entries, dataset)) return null;
  await writeProof(path, bytes, dataset);
  return entries;
}

function parseIndex(bytes: Buffer) {
  try {
    return indexFile.safeParse(JSON.parse(bytes.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** Whether these are the images that the dataset was made of. */
export function matches(entries: readonly IndexEntry[], dataset: DatasetFile): boolean {
  const { digest, labelDigest } = digests(entries, dataset.classes);
  return digest === dataset.digest && labelDigest === dataset.labelDigest;
}

/**
 * Two SHA-256 digests over the entries sorted by id, each field ended by a zero byte: of id and content hash, and of id,
 * split and class name ('' for none).
 */
export function digests(
  entries: readonly IndexEntry[],
  classes: readonly string[],
): { digest: string; labelDigest: string } {
  const images = createHash('sha256');
  const labels = createHash('sha256');
  for (const { id, split, label, hash } of [...entries].sort(byId)) {
    images.update(`${id}\0${hash}\0`);
    labels.update(`${id}\0${split}\0${label === null ? '' : (classes[label] ?? '?')}\0`);
  }
  return { digest: images.digest('hex'), labelDigest: labels.digest('hex') };
}

/**
 * The order that images are numbered in: by content hash, then id. It does not depend on the folders that images lie in,
 * so that neither batches nor ties ("the lower index") can hint at a class.
 */
export function contentOrder(entries: readonly IndexEntry[]): Int32Array {
  const order = Int32Array.from(entries.keys());
  return order.sort((a, b) => {
    const [x, y] = [entries[a], entries[b]];
    return x.hash < y.hash ? -1 : x.hash > y.hash ? 1 : byId(x, y);
  });
}
