import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as z from 'zod';
import { count, digest, imageId, isSafeId, schemaVersion } from '../../../shared/schema/common';
import { type DatasetFile, imageShape, layoutClassesOf } from '../../../shared/schema/dataset';
import type { Split } from '../../../shared/workspace/layouts';
import { placeIn, places } from '../../../shared/workspace/paths';
import { writeFileAtomic } from '../../store/atomicFile';
import { readBytes } from '../../store/door';
import { byId } from '../byId';
import { proofFor, writeProof } from './listProof';

/*
 * The list of a dataset's images: a file in its cache, one image a line in the order of the pixel file. It is used only
 * where its digests are those of dataset.json. Checking that takes a second for 100,000 images; so a proof beside it says that
 * this user has done it, and whoever only saves a label need not do it again.
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

const listFile = z.strictObject({
  schema: schemaVersion,
  image: imageShape,
  images: z.array(z.tuple([imageId, z.enum(['train', 'test']), count.nullable(), digest])),
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
  const bytes = await readBytes(listPath(directory), 'list').catch(() => null);
  const entries = bytes && checkedEntries(bytes, dataset);
  if (entries) await writeProof(directory, bytes, dataset);
  return entries;
}

/** What a list says; null where it does not belong to the dataset. */
function checkedEntries(bytes: Buffer, dataset: DatasetFile): IndexEntry[] | null {
  const file = parseList(bytes);
  const shapes = [file?.image, dataset.image].map((image) => `${image?.channels} ${image?.height} ${image?.width}`);
  if (!file || shapes[0] !== shapes[1]) return null;
  const entries = file.images.map(([id, split, label, hash]) => ({ id, split, label, hash }));
  return matches(entries, dataset) ? entries : null;
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
  const bytes = await readBytes(listPath(directory), 'list').catch(() => null);
  if (!bytes) return null;
  const proof = await proofFor(directory, bytes, dataset);
  if (proof === 'proven') return recordsOf(bytes.toString('utf8'));
  const entries = proof === 'unknown' ? checkedEntries(bytes, dataset) : null;
  return entries && listedOf(entries);
}

function listedOf(entries: readonly IndexEntry[]): ListedImages {
  return {
    records: new Map(entries.map(({ id }, record) => [id, record])),
    hashes: entries.map(({ hash }) => hash),
    test: entries.flatMap(({ split }, record) => (split === 'test' ? [record] : [])),
  };
}

const LINES_AT_ONCE = 5_000;

/**
 * The images in order, line by line as `writeList` writes them; null where a line is none. Lets other requests through in
 * between.
 */
async function recordsOf(text: string): Promise<ListedImages | null> {
  const records = new Map<string, number>();
  const hashes: string[] = [];
  const test: number[] = [];
  for (let from = text.indexOf('\n') + 1, to = 0; ; from = to + 1) {
    to = text.indexOf('\n', from);
    if (to < 0 || text[from] !== '[') return { records, hashes, test }; // the line that closes the list
    const line = text.slice(from, to);
    const [, split, hash] = END_OF_LINE.exec(line) ?? [];
    const id = idOf(line);
    if (hash === undefined || id === null || !isSafeId(id)) return null;
    if (split === 'test') test.push(records.size);
    hashes.push(hash);
    records.set(id, records.size);
    if (records.size % LINES_AT_ONCE === 0) await nextTurn();
  }
}

/** Split and hash in `["id","train",3,"hash"],`; no id holds a quotation mark without a backslash before it. */
const END_OF_LINE = /","(train|test)",(?:\d+|null),"([0-9a-f]{64})"\],?$/;

/** The id in `["id","train",3,"hash"],`; null where none stands there. */
function idOf(line: string): string | null {
  if (!line.includes('\\')) return line.slice(2, line.indexOf('"', 2));
  try {
    const [id] = JSON.parse(line.replace(/,$/, '')) as readonly unknown[];
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
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
