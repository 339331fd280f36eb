import sharp from 'sharp';
import type { BrokenImage } from '../../shared/schema/dataset';
import { inputError } from '../errors';
import { breathe, type Job, throwIfCancelled } from '../job';
import { sha256 } from '../store/digest';
import { fileVersion } from '../store/fileVersion';
import type { FileVersions } from './dataset/fileVersions';
import type { IndexEntry } from './dataset/list';
import { decodeImage, problemOf, reshapeGrey } from './decode';
import type { Form } from './imageShape';
import type { Normalisation } from './images';
import { FER_SIZE } from './importers/fer2013';
import { type ImageSource, isBroken, type SourceItem } from './importers/source';
import { concurrency, mapInOrder } from './mapInOrder';
import { ChannelStatistics } from './normalisation';
import { PixelWriter } from './pixelFile';
import { withImage } from './readImage';

/** What became of all images of a source. */
export interface ReadImages {
  /** In the order of the records of the pixel file. */
  readonly entries: readonly IndexEntry[];
  readonly pixelHashes: readonly string[];
  readonly broken: readonly BrokenImage[];
  readonly normalisation: Normalisation;
  /** Which file each image was. */
  readonly versions: FileVersions;
  /** Images on which nothing can be seen, or hardly anything: one value alone, or fewer than 16 of 256. */
  readonly blank: readonly string[];
  readonly faint: readonly string[];
}

/** All images of a source, decoded. The pixel file is written but not in its place yet: commit or discard it. */
export interface BuiltImages extends ReadImages {
  readonly pixels: PixelWriter;
}

interface Loaded {
  readonly entry: IndexEntry;
  /** Of its file; null of a table's row. */
  readonly version: string | null;
  readonly pixels: Uint8Array;
  readonly pixelHash: string;
}

/**
 * Decodes every image of a source into a pixel file, several at a time and in the order of the source; memory stays flat
 * however many there are. Images that can't be read are listed. None usable, or none for training: input error.
 */
export async function buildImages(
  source: ImageSource,
  form: Pick<Form, 'shape' | 'decoding'>,
  pixelPath: string,
  job: Job,
): Promise<BuiltImages> {
  throwIfCancelled(job);
  const pixels = await PixelWriter.create(pixelPath, form.shape);
  try {
    return { ...(await readImages(source, form, job, (image) => pixels.add(image))), pixels };
  } catch (error) {
    await pixels.discard();
    throw error;
  }
}

/** The same without a file: what would be told of the images if they were imported. `keep` gets the pixels of each. */
export async function readImages(
  source: ImageSource,
  form: Pick<Form, 'shape' | 'decoding'>,
  job: Job,
  keep?: (pixels: Uint8Array) => Promise<void>,
): Promise<ReadImages> {
  sharp.concurrency(1); // many small images: one thread each, many at a time
  sharp.cache(false); // no image is decoded twice
  const entries: IndexEntry[] = [];
  const pixelHashes: string[] = [];
  const broken: BrokenImage[] = [];
  const seen: { blank: string[]; faint: string[] } = { blank: [], faint: [] };
  const statistics = new ChannelStatistics(form.shape);
  const versions = new Map<string, readonly [string, string]>();
  const report = reporter(job, source.total);
  let done = 0;
  let trained = 0;
  for await (const loaded of mapInOrder(source.items(), concurrency(), (item) => load(item, form))) {
    throwIfCancelled(job);
    if ('problem' in loaded) broken.push({ id: loaded.id, problem: loaded.problem });
    else {
      await keep?.(loaded.pixels);
      entries.push(loaded.entry);
      if (loaded.version !== null) versions.set(loaded.entry.id, [loaded.version, loaded.entry.hash]);
      pixelHashes.push(loaded.pixelHash);
      const range = rangeOf(loaded.pixels);
      if (range < FAINT) seen[range === 0 ? 'blank' : 'faint'].push(loaded.entry.id);
      if (loaded.entry.split === 'train') {
        statistics.add(loaded.pixels);
        trained++;
      }
    }
    report(++done);
    if (done % 64 === 0) await breathe(job);
  }
  if (entries.length === 0) {
    const [first] = broken;
    throw inputError(
      `None of the ${broken.length} images in ${source.root} can be used; the first is ${first?.id}: ${first?.problem}.`,
    );
  }
  if (trained === 0) throw inputError(`${source.root} has test images only; add images to learn from.`);
  return { entries, pixelHashes, broken, versions, ...seen, normalisation: statistics.result() };
}

/** Differences between the brightest and the darkest value of an image below which hardly anything can be seen. */
const FAINT = 16;

function rangeOf(pixels: Uint8Array): number {
  let [min, max] = [255, 0];
  for (const value of pixels) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return max - min;
}

async function load(
  item: SourceItem,
  { shape, decoding }: Pick<Form, 'shape' | 'decoding'>,
): Promise<Loaded | BrokenImage> {
  if (isBroken(item)) return item;
  const { id, split, label, content } = item;
  try {
    const version = typeof content === 'string' ? await fileVersion(content) : null;
    const { hash, pixels } =
      typeof content === 'string'
        ? await withImage(content, async (file) => ({
            hash: sha256(file),
            pixels: await decodeImage(file, shape, decoding),
          }))
        : { hash: sha256(content), pixels: await reshapeGrey(content, { height: FER_SIZE, width: FER_SIZE }, shape) };
    return { entry: { id, split, label, hash }, version, pixels, pixelHash: sha256(pixels) };
  } catch (error) {
    return { id, problem: problemOf(error, id) };
  }
}

/** Reports at most twenty times a second, and always the end. */
function reporter(job: Job, total: number): (done: number) => void {
  let next = 0;
  return (done) => {
    const now = performance.now();
    if (now < next && done !== total) return;
    next = now + 50;
    job.report({ stage: 'Decoding images', done, total, unit: 'images' });
  };
}
