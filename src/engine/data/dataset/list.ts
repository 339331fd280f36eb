import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as z from 'zod';
import { count, digest, imageId, schemaVersion } from '../../../shared/schema/common';
import { type DatasetFile, imageShape, layoutClassesOf } from '../../../shared/schema/dataset';
import type { Split } from '../../../shared/workspace/layouts';
import { placeIn, places } from '../../../shared/workspace/paths';
import { writeFileAtomic } from '../../store/atomicFile';
import { sha256 } from '../../store/digest';
import { byId } from '../byId';

/*
 * The list of a dataset's images: a file in its cache, one image a line in the order of the pixel file. It is used only
 * where its digests are those of dataset.json. Checking that takes a second for 100,000 images; so a proof beside it says for
 * which bytes of the list and for which dataset it was done, and whoever only saves a label need not do it again.
 */

/** One image in the order of the pixel file. */
export interface IndexEntry {
  readonly id: string;
  readonly split: Split;
  /** Which of `layoutClassesOf` the layout tells; null when it tells none. */
  readonly label: number | null;
  /** SHA-256 of the image file, or of the grey values of a csv row. */
  readonly hash: string;
}

export const listPath = (directory: string): string => placeIn(directory, places.index);

/** Whether an id leads to a file below the root and nowhere else, whatever a cache or a message from elsewhere says. */
export const isSafeId = (id: string): boolean => !id.startsWith('/') && !id.split(/[\\/]/).includes('..');

const safeId = imageId.refine(isSafeId);

const listFile = z.strictObject({
  schema: schemaVersion,
  image: imageShape,
  images: z.array(z.tuple([safeId, z.enum(['train', 'test']), count.nullable(), digest])),
});

/** Saves the list, one image a line, and its proof: `dataset` was made of these entries. */
export async function writeList(
  directory: string,
  dataset: DatasetFile,
  entries: readonly IndexEntry[],
): Promise<void> {
  const lines = entries.map(({ id, split, label, hash }) => JSON.stringify([id, split, label, hash]));
  const head = `{"schema": 1, "image": ${JSON.stringify(dataset.image)}, "images": [`;
  const bytes = Buffer.from(`${head}\n${lines.join(',\n')}\n]}\n`);
  await writeFileAtomic(listPath(directory), bytes);
  await writeProof(directory, bytes, dataset);
}

/** The list, parsed and checked; null when there is none that belongs to the dataset. */
export async function readList(directory: string, dataset: DatasetFile): Promise<IndexEntry[] | null> {
  const bytes = await readFile(listPath(directory)).catch(() => null);
  const file = bytes && parseList(bytes);
  const shapes = [file?.image, dataset.image].map((image) => `${image?.channels} ${image?.height} ${image?.width}`);
  if (!file || shapes[0] !== shapes[1]) return null;
  const entries = file.images.map(([id, split, label, hash]) => ({ id, split, label, hash }));
  if (!matches(entries, dataset)) return null;
  await writeProof(directory, bytes, dataset);
  return entries;
}

function parseList(bytes: Buffer) {
  try {
    return listFile.safeParse(JSON.parse(bytes.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** What the list says of every image, in its order. */
export interface ListedImages {
  /** Id → number of the image's record in the pixel file, which is its place in the list. */
  readonly records: ReadonlyMap<string, number>;
  readonly hashes: readonly string[];
  /** Records of the test split, ascending. */
  readonly test: readonly number[];
}

/** The images of a list that was checked before; null when there is none. */
export async function readRecords(directory: string, dataset: DatasetFile): Promise<ListedImages | null> {
  const bytes = await readFile(listPath(directory)).catch(() => null);
  if (!bytes || !(await isProven(directory, bytes, dataset))) return null;
  return recordsOf(bytes.toString('utf8'));
}

const LINES_AT_ONCE = 5_000;

/** The images in order, line by line as `writeList` writes them. Lets other requests through in between. */
async function recordsOf(text: string): Promise<ListedImages> {
  const records = new Map<string, number>();
  const hashes: string[] = [];
  const test: number[] = [];
  for (let from = text.indexOf('\n') + 1, to = 0; ; from = to + 1) {
    to = text.indexOf('\n', from);
    if (to < 0 || text[from] !== '[') return { records, hashes, test }; // the line that closes the list
    const line = text.slice(from, to);
    const [, split, hash = ''] = END_OF_LINE.exec(line) ?? [];
    if (split === 'test') test.push(records.size);
    hashes.push(hash);
    records.set(idOf(line), records.size);
    if (records.size % LINES_AT_ONCE === 0) await nextTurn();
  }
}

/** Split and hash in `["id","train",3,"hash"],`; no id holds a quotation mark without a backslash before it. */
const END_OF_LINE = /","(train|test)",(?:\d+|null),"([0-9a-f]{64})"\],?$/;

/** The id in `["id","train",3,"hash"],`. */
function idOf(line: string): string {
  if (line.includes('\\')) return (JSON.parse(line.replace(/,$/, '')) as [string])[0];
  return line.slice(2, line.indexOf('"', 2));
}

const proofPath = (directory: string): string => placeIn(directory, places.indexProof);

function proofOf(bytes: Uint8Array, { digest, labelDigest, image }: DatasetFile): string {
  const { channels, height, width } = image;
  const list = sha256(bytes);
  return `${JSON.stringify({ list, digest, labelDigest, image: [channels, height, width] })}\n`;
}

/** Whether a list with these bytes has been found to belong to the dataset. */
async function isProven(directory: string, bytes: Uint8Array, dataset: DatasetFile): Promise<boolean> {
  const proof = await readFile(proofPath(directory), 'utf8').catch(() => null);
  return proof !== null && proof === proofOf(bytes, dataset);
}

/** Notes that a list belongs to the dataset. It only saves time, so a cache that can't be written is no failure. */
async function writeProof(directory: string, bytes: Uint8Array, dataset: DatasetFile): Promise<void> {
  if (await isProven(directory, bytes, dataset)) return;
  await writeFileAtomic(proofPath(directory), proofOf(bytes, dataset)).catch(() => {});
}

/** Whether these are the images that the dataset was made of. */
export function matches(entries: readonly IndexEntry[], dataset: DatasetFile): boolean {
  const told = layoutClassesOf(dataset).map((one) => one.told);
  const { digest, labelDigest } = digests(entries, told);
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
