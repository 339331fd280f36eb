import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { placeIn, places } from '../../../shared/workspace/paths';
import type { Dataset } from '../../data/dataset/type';
import { trainingSample } from '../../data/trainingSample';
import { DeviceError, damagedError, inputError, UserError } from '../../errors';
import type { Job } from '../../job';
import { type Matrix, matrix } from '../../numeric/matrix';
import { chooseDevice } from '../../runtime/device/choose';
import { type AcceleratorName, acceleratorNames } from '../../runtime/device/device';
import { digestOf, sha256 } from '../../store/digest';
import { readBytes } from '../../store/door';
import { withFileLock } from '../../store/fileLock';
import { ignoreInGit } from '../../store/gitIgnore';
import { type FrozenEncoder, frozenDigest } from '../frozen';
import { givenRowsOf } from '../given/register';
import { FITTED_TO, MOST_COMPONENTS, type Projection, projected, projectionOf } from '../projection';
import { readProjection, writeProjection } from '../projectionFile';
import type { EncoderRecipe, RowsRecipe } from '../recipe';
import { orderedImage } from './order';
import { type EmbeddingStore, openEmbeddingStore, TEMPORARY } from './store';
import { computePieces, type Piece } from './workers';

/** What embedding looks at of a dataset. */
export type EmbeddedDataset = Pick<Dataset, 'directory' | 'cache' | 'images' | 'pixels' | 'sourceFile' | 'decoding'>;

/** Images a piece: a second or two of work. */
const PIECE = 256;

const STAGE = 'Looking at the images';

/**
 * An encoder for a dataset's images. One that gives many numbers an image gets a projection, fitted to a sample of the
 * images the first time, and then kept in `models/`: it belongs to everything that is learned on its rows.
 */
export async function openFrozen(
  dataset: EmbeddedDataset,
  name: string,
  recipe: RowsRecipe,
  job: Job,
): Promise<FrozenEncoder> {
  const pretrained = recipe.kind === 'builtIn' && recipe.continued !== undefined;
  if (recipe.dimensions <= MOST_COMPONENTS) return { name, pretrained, recipe, projection: null };
  const path = placeIn(dataset.directory, places.projection(recipe.digest));
  const digest =
    (await digestOfFile(path)) ??
    (await withFileLock(path, async () => (await digestOfFile(path)) ?? fitProjection(dataset, recipe, path, job), {
      signal: job.signal,
      patience: Number.POSITIVE_INFINITY,
    }));
  return { name, pretrained, recipe, projection: { path, digest } };
}

/** SHA-256 of a file; null where there is none. */
async function digestOfFile(path: string): Promise<string | null> {
  const bytes = await readBytes(path, 'weights').catch(() => null);
  return bytes && sha256(bytes);
}

async function fitProjection(dataset: EmbeddedDataset, recipe: RowsRecipe, path: string, job: Job): Promise<string> {
  await ignoreInGit(placeIn(dataset.directory, places.models));
  const sample = trainingSample(dataset.images, FITTED_TO);
  const raw = await openEmbeddingStore(folderOf(dataset, `raw ${recipe.digest}`));
  const rows = await rowsOf(dataset, { recipe, projection: null, store: raw }, sample, job);
  const projection = await projectionOf(rows, job);
  if (projection.directions.rows === 0)
    throw inputError(
      `All images look the same to the encoder "${recipe.name}", so there is nothing to choose or to learn; check the folder, or take another encoder.`,
    );
  await writeProjection(path, projection);
  const digest = (await digestOfFile(path))!;
  // what was computed for the sample need not be computed again
  const folder = folderOf(dataset, frozenDigest({ recipe, projection: { digest } }));
  const hashes = Array.from(sample, (i) => dataset.images[i].hash);
  await whileLocked(folder, job, async (store) => store.add(hashes, await projected(rows, projection)));
  await rm(raw.folder, { recursive: true, force: true });
  return digest;
}

/**
 * Rows of all images under an encoder, [images × dimensions]; computed where the cache lacks them, and kept there.
 * `program`: the command line's bundle, beside which this code lies in the one that ships.
 */
export async function embeddingsOf(
  dataset: EmbeddedDataset,
  { recipe, projection }: FrozenEncoder,
  job: Job,
  program?: string,
): Promise<Matrix<Float32Array>> {
  const folder = folderOf(dataset, frozenDigest({ recipe, projection }));
  const all = Int32Array.from(dataset.images.keys());
  const read = projection && (await readProjection(projection.path));
  return whileLocked(folder, job, (store) => rowsOf(dataset, { recipe, projection: read, store, program }, all, job));
}

/** Rows of some images as the encoder gives them, without a projection: what it takes to look at labelled images alone. */
export async function rawRowsOfSome(
  dataset: EmbeddedDataset,
  recipe: EncoderRecipe,
  indices: Int32Array,
  job: Job,
): Promise<Matrix<Float32Array>> {
  const folder = folderOf(dataset, `raw rows of some ${recipe.digest}`);
  return whileLocked(folder, job, (store) => rowsOf(dataset, { recipe, projection: null, store }, indices, job));
}

/** Opens the rows in a folder that nobody else has open meanwhile. */
async function whileLocked<T>(folder: string, job: Job, work: (store: EmbeddingStore) => Promise<T>): Promise<T> {
  return withFileLock(join(folder, 'rows'), async () => work(await openEmbeddingStore(folder)), {
    signal: job.signal,
    patience: Number.POSITIVE_INFINITY,
  });
}

const folderOf = ({ cache }: EmbeddedDataset, name: string): string =>
  join(cache, 'embeddings', digestOf(name).slice(0, 32));

/** What is computed, and where it is kept. */
interface Task {
  readonly recipe: RowsRecipe;
  readonly projection: Projection | null;
  readonly store: EmbeddingStore;
  readonly program?: string | undefined;
}

async function rowsOf(
  dataset: EmbeddedDataset,
  task: Task,
  indices: Int32Array,
  job: Job,
): Promise<Matrix<Float32Array>> {
  const hashes = Array.from(indices, (i) => dataset.images[i].hash);
  // a damaged piece is forgotten by reading it, and computed in the next turn
  for (let turn = 0; turn < 2; turn++) {
    await computeMissing(dataset, task, indices, job);
    const rows = await task.store.read(hashes);
    if (rows) return rows;
  }
  throw damagedError(
    `What was just written to ${task.store.folder} can't be read back; check the disk, delete that folder and try again.`,
  );
}

async function computeMissing(dataset: EmbeddedDataset, task: Task, indices: Int32Array, job: Job): Promise<void> {
  const { recipe, projection, store, program } = task;
  const wanted = new Map(Array.from(indices, (i) => [dataset.images[i].hash, i])); // images of the same content share a row
  const missing = [...wanted].filter(([hash]) => !store.has(hash));
  if (missing.length === 0) return;
  if (recipe.kind === 'given') {
    const rows = await givenRowsOf(
      recipe,
      missing.map(([, index]) => dataset.images[index]),
    );
    return store.add(
      missing.map(([hash]) => hash),
      projection ? await projected(rows, projection) : rows,
    );
  }
  let done = 0;
  const report = () => job.report({ stage: STAGE, done, total: wanted.size, unit: 'images' });
  const pieces = piecesOf(dataset, recipe, missing, store.folder);
  const keep = async ({ target, hashes }: KeyedPiece) => {
    const bytes = await readBytes(target, 'rows');
    await rm(target, { force: true });
    const rows = matrix(
      hashes.length,
      recipe.dimensions,
      new Float32Array(Uint8Array.from(bytes).buffer), // a copy, as a buffer may begin anywhere
    );
    await store.add(hashes, projection ? await projected(rows, projection) : rows);
  };
  const progress = (images: number) => {
    done += images;
    report();
  };
  await onSomeDevice((accelerator) => {
    const open = pieces.filter(({ hashes }) => !store.has(hashes[0]));
    done = wanted.size - open.reduce((sum, { hashes }) => sum + hashes.length, 0);
    report();
    return computePieces(open, { accelerator, keep, progress, program }, job);
  }, job);
}

/** A piece of work, and which images its rows belong to. */
interface KeyedPiece extends Piece {
  readonly hashes: readonly string[];
}

function piecesOf(
  dataset: EmbeddedDataset,
  recipe: EncoderRecipe,
  missing: readonly (readonly [hash: string, index: number])[],
  folder: string,
): KeyedPiece[] {
  const unique = randomBytes(6).toString('hex');
  const pieces: KeyedPiece[] = [];
  for (let from = 0; from < missing.length; from += PIECE) {
    const some = missing.slice(from, from + PIECE);
    pieces.push({
      recipe,
      images: () => some.map(([, index]) => orderedImage(dataset, index)),
      hashes: some.map(([hash]) => hash),
      target: join(folder, `${TEMPORARY}${unique}-${pieces.length}`),
    });
  }
  return pieces;
}

/** On the accelerator that this machine trains on, where it is one that runs ONNX; where that fails, on the CPU. */
export async function onSomeDevice(
  run: (accelerator: AcceleratorName | null) => Promise<void>,
  job: Job,
): Promise<void> {
  const { name } = await chooseDevice();
  if (!isAccelerator(name)) return run(null);
  try {
    await run(name);
  } catch (error) {
    if (job.signal.aborted || (error instanceof UserError && !(error instanceof DeviceError))) throw error;
    const message = `${acceleratorNames[name]} failed (${(error as Error).message}); going on with the CPU`;
    job.report({ stage: STAGE, done: 0, total: 1, message });
    await run(null);
  }
}

const isAccelerator = (name: string): name is AcceleratorName => Object.hasOwn(acceleratorNames, name);
