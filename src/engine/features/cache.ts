import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../data/dataset/type';
import { embeddingsOf } from '../encoders/embedding/embed';
import type { Job } from '../job';
import { type Matrix, matrix, row, takeRows, unitRows } from '../numeric/matrix';
import { digestOf } from '../store/digest';
import { withFileLock } from '../store/fileLock';
import { readNpy, writeNpy } from '../store/npy';
import { blockRows } from './blockRows';
import { encoderDigest } from './digest';
import { type CombinedEncoder, type Encoder, hasBlocks, isCombined, isFrozen } from './encoder';
import { extractFeatures } from './extract';

const inMemory = new WeakMap<Encoder, WeakMap<Dataset, Matrix<Float32Array>>>();

/**
 * Features of every image of the dataset under an encoder, un-augmented, [images × e]; row i belongs to image i.
 * Kept in memory, and in the cache under the digest of encoder and images.
 */
export async function representationOf(dataset: Dataset, encoder: Encoder, job: Job): Promise<Matrix<Float32Array>> {
  const ofEncoder = inMemory.get(encoder) ?? new WeakMap<Dataset, Matrix<Float32Array>>();
  inMemory.set(encoder, ofEncoder);
  const known = ofEncoder.get(dataset);
  if (known) return known;
  const found = await computedOnce(dataset, encoder, job);
  ofEncoder.set(dataset, found);
  return found;
}

function computedOnce(dataset: Dataset, encoder: Encoder, job: Job): Promise<Matrix<Float32Array>> {
  if (isFrozen(encoder)) return embeddingsOf(dataset, encoder, job);
  if (isCombined(encoder)) return sideBySide(dataset, encoder, job);
  const { pixels, normalisation } = dataset;
  const indices = Int32Array.from(dataset.images.keys());
  if (hasBlocks(encoder)) return blockRows(dataset, encoder, indices, job);
  const compute = () => extractFeatures(encoder, { pixels, normalisation, indices }, job);
  return storedRows(dataset, ['rows', encoder], compute, job);
}

/** Of parts that are there already, or are computed one after the other. */
async function sideBySide(dataset: Dataset, encoder: CombinedEncoder, job: Job): Promise<Matrix<Float32Array>> {
  const rows: Matrix<Float32Array>[] = [];
  for (const part of encoder.parts) rows.push(await representationOf(dataset, part, job));
  return joinedRows(rows, encoder);
}

/** Rows of the same images beside each other, each scaled to length 1 unless they are weighed. */
export function joinedRows(parts: readonly Matrix[], { weighed }: CombinedEncoder): Matrix<Float32Array> {
  const rows = parts[0].rows;
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const data = new Float32Array(rows * columns);
  let offset = 0;
  for (const part of weighed ? parts : parts.map(unitRows)) {
    for (let i = 0; i < rows; i++) data.set(row(part, i), i * columns + offset);
    offset += part.columns;
  }
  return matrix(rows, columns, data);
}

/** The same of some images, [indices × e], where nobody needs the others: of pixels computed anew, unless all are known. */
export async function rowsOfSome(
  dataset: Dataset,
  encoder: Encoder,
  indices: Int32Array,
  job: Job,
): Promise<Matrix<Float32Array>> {
  const known = inMemory.get(encoder)?.get(dataset);
  if (known) return takeRows(known, indices);
  if (isFrozen(encoder)) return takeRows(await representationOf(dataset, encoder, job), indices);
  if (hasBlocks(encoder)) return blockRows(dataset, encoder, indices, job);
  if (isCombined(encoder)) {
    const parts: Matrix<Float32Array>[] = [];
    for (const part of encoder.parts) parts.push(await rowsOfSome(dataset, part, indices, job));
    return joinedRows(parts, encoder);
  }
  const { pixels, normalisation } = dataset;
  return extractFeatures(encoder, { pixels, normalisation, indices }, job);
}

/** Rows of all images from the cache, or computed and put there: what an encoder gives, or what becomes of that. */
export async function storedRows(
  dataset: Dataset,
  [what, encoder]: readonly ['rows' | 'coverage', Encoder],
  compute: () => Promise<Matrix<Float32Array>>,
  job: Job,
): Promise<Matrix<Float32Array>> {
  const folder = join(dataset.cache, 'features');
  const of = [encoderDigest(encoder), dataset.file.digest, dataset.file.image, dataset.normalisation];
  const key = digestOf(what === 'rows' ? of : [...of, what]);
  const path = join(folder, `${key.slice(0, 32)}.npy`);
  return storedMatrix(path, { rows: dataset.images.length }, compute, job);
}

/** What a matrix in the cache has to be; without columns any number will do. */
interface StoredShape {
  readonly rows: number;
  readonly columns?: number;
}

/** A matrix from a file of the cache, or computed and put there. */
export async function storedMatrix(
  path: string,
  shape: StoredShape,
  compute: () => Promise<Matrix<Float32Array>>,
  job: Job,
): Promise<Matrix<Float32Array>> {
  return withFileLock(
    path,
    async () => {
      const stored = await readStored(path, shape);
      if (stored) return stored;
      const computed = await compute();
      await writeNpy(path, { shape: [computed.rows, computed.columns], data: computed.data });
      return computed;
    },
    { signal: job.signal, patience: Number.POSITIVE_INFINITY },
  );
}

/** What the cache holds; null when it is absent or unusable: the cache may be deleted or damaged at any time. */
async function readStored(path: string, { rows, columns }: StoredShape): Promise<Matrix<Float32Array> | null> {
  if (!(await stat(path).catch(() => null))) return null;
  const stored = await readNpy(path).catch(() => null);
  if (stored?.shape.length !== 2 || stored.shape[0] !== rows) return null;
  if (columns !== undefined && stored.shape[1] !== columns) return null;
  if (!(stored.data instanceof Float32Array) || !stored.data.every(Number.isFinite)) return null;
  return matrix(rows, stored.shape[1], stored.data);
}
