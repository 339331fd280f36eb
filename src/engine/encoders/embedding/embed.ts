import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { placeIn, places } from '../../../shared/workspace/paths';
import type { Dataset } from '../../data/dataset/type';
import type { Job } from '../../job';
import type { Matrix } from '../../numeric/matrix';
import { chooseDevice } from '../../runtime/device/choose';
import { type AcceleratorName, acceleratorNames } from '../../runtime/device/device';
import { withFileLock } from '../../store/fileLock';
import { ignoreInGit } from '../../store/gitIgnore';
import { type FrozenEncoder, frozenDigest } from '../frozen';
import { greyValues } from '../imageSource';
import { MOST_COMPONENTS, projectionOf } from '../projection';
import { writeProjection } from '../projectionFile';
import type { EncoderRecipe } from '../recipe';
import type { OrderedImage } from './order';
import { type EmbeddingStore, openEmbeddingStore } from './store';
import { computePieces, type Piece } from './workers';

/** What embedding looks at of a dataset. */
export type EmbeddedDataset = Pick<Dataset, 'directory' | 'cache' | 'images' | 'train' | 'pixels' | 'sourceFile'>;

/** Images a piece: a second or two of work. */
const PIECE = 128;

/** Images that a projection is fitted to. */
const SAMPLE = 2_000;

const STAGE = 'Looking at the images';

/**
 * An encoder for a dataset's images. One that gives many numbers an image gets a projection, fitted to a sample of the
 * images the first time, and then kept in `models/`: it belongs to everything that is learned on its rows.
 */
export async function openFrozen(
  dataset: EmbeddedDataset,
  name: string,
  recipe: EncoderRecipe,
  job: Job,
): Promise<FrozenEncoder> {
  if (recipe.dimensions <= MOST_COMPONENTS) return { name, pretrained: false, recipe, projection: null };
  const path = placeIn(dataset.directory, places.projection(recipe.digest));
  const digest =
    (await digestOfFile(path)) ??
    (await withFileLock(path, async () => (await digestOfFile(path)) ?? fitProjection(dataset, recipe, path, job), {
      signal: job.signal,
      patience: Number.POSITIVE_INFINITY,
    }));
  return { name, pretrained: false, recipe, projection: { path, digest } };
}

/** SHA-256 of a file; null where there is none. */
async function digestOfFile(path: string): Promise<string | null> {
  const bytes = await readFile(path).catch(() => null);
  return bytes && createHash('sha256').update(bytes).digest('hex');
}

async function fitProjection(dataset: EmbeddedDataset, recipe: EncoderRecipe, path: string, job: Job): Promise<string> {
  await ignoreInGit(placeIn(dataset.directory, places.models));
  const step = Math.max(1, dataset.train.length / SAMPLE);
  const sample = Int32Array.from(
    { length: Math.min(SAMPLE, dataset.train.length) },
    (_, i) => dataset.train[Math.floor(i * step)],
  );
  const folder = folderOf(dataset, `sample-${recipe.digest}`);
  const rows = await rowsOf(dataset, { recipe, projection: null }, sample, folder, job);
  const projection = await projectionOf(rows, job);
  await writeProjection(path, projection);
  await rm(folder, { recursive: true, force: true }); // large, and not needed again
  return (await digestOfFile(path))!;
}

/** Rows of all images under an encoder, [images × dimensions]; computed where the cache lacks them, and kept there. */
export async function embeddingsOf(
  dataset: EmbeddedDataset,
  encoder: FrozenEncoder,
  job: Job,
): Promise<Matrix<Float32Array>> {
  const folder = folderOf(dataset, frozenDigest(encoder));
  const all = Int32Array.from(dataset.images.keys());
  await mkdir(join(folder, '..'), { recursive: true });
  return withFileLock(folder, () => rowsOf(dataset, encoder, all, folder, job), {
    signal: job.signal,
    patience: Number.POSITIVE_INFINITY,
  });
}

/** Whether all rows are there already. */
export async function hasEmbeddings(dataset: EmbeddedDataset, encoder: FrozenEncoder): Promise<boolean> {
  const folder = folderOf(dataset, frozenDigest(encoder));
  if (!(await stat(folder).catch(() => null))) return false;
  const store = await openEmbeddingStore(folder);
  return dataset.images.every(({ hash }) => store.has(hash));
}

const folderOf = ({ cache }: EmbeddedDataset, digest: string): string => join(cache, 'embeddings', digest.slice(0, 32));

async function rowsOf(
  dataset: EmbeddedDataset,
  { recipe, projection }: Pick<FrozenEncoder, 'recipe' | 'projection'>,
  indices: Int32Array,
  folder: string,
  job: Job,
): Promise<Matrix<Float32Array>> {
  const store = await openEmbeddingStore(folder);
  const hashes = Array.from(indices, (i) => dataset.images[i].hash);
  // a damaged piece is forgotten by reading it, and computed in the next turn
  for (;;) {
    await computeMissing(dataset, { recipe, projection: projection?.path ?? null }, indices, store, job);
    const rows = await store.read(hashes);
    if (rows) return rows;
  }
}

async function computeMissing(
  dataset: EmbeddedDataset,
  { recipe, projection }: Pick<Piece, 'recipe' | 'projection'>,
  indices: Int32Array,
  store: EmbeddingStore,
  job: Job,
): Promise<void> {
  const missing = new Map<string, number>(); // images with the same content share a row
  for (const i of indices) if (!store.has(dataset.images[i].hash)) missing.set(dataset.images[i].hash, i);
  if (missing.size === 0) return;
  const total = new Set(Array.from(indices, (i) => dataset.images[i].hash)).size;
  let done = total - missing.size;
  const report = () => job.report({ stage: STAGE, done, total, unit: 'images' });
  report();
  const all = [...missing];
  const pieces: (Piece & { readonly hashes: readonly string[] })[] = [];
  for (let from = 0; from < all.length; from += PIECE) {
    const some = all.slice(from, from + PIECE);
    pieces.push({
      recipe,
      projection,
      images: some.map(([, index]) => orderedImage(dataset, index)),
      hashes: some.map(([hash]) => hash),
      target: store.nextPiece(),
    });
  }
  await onSomeDevice(
    (accelerator) =>
      computePieces(
        pieces.filter(({ hashes }) => !store.has(hashes[0])),
        accelerator,
        async ({ target, hashes }) => store.add(target, hashes),
        (images) => {
          done += images;
          report();
        },
        job,
      ),
    job,
  );
}

function orderedImage({ images, pixels, sourceFile }: EmbeddedDataset, index: number): OrderedImage {
  const { id, hash } = images[index];
  const path = sourceFile(index);
  if (path !== null) return { id, path, hash };
  const { grey, height, width } = greyValues({ pixels }, index);
  return { id, grey: Buffer.from(grey).toString('base64'), height, width };
}

/** On the accelerator that this machine trains on, where it is one that runs ONNX; where that fails, on the CPU. */
async function onSomeDevice(run: (accelerator: AcceleratorName | null) => Promise<void>, job: Job): Promise<void> {
  const { name } = await chooseDevice();
  if (!isAccelerator(name)) return run(null);
  try {
    await run(name);
  } catch (error) {
    if (job.signal.aborted) throw error;
    const message = `${acceleratorNames[name]} failed (${(error as Error).message}); going on with the CPU`;
    job.report({ stage: STAGE, done: 0, total: 1, message });
    await run(null);
  }
}

const isAccelerator = (name: string): name is AcceleratorName => Object.hasOwn(acceleratorNames, name);
