import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../data/dataset/type';
import type { Job } from '../job';
import { type Matrix, matrix } from '../numeric/matrix';
import { digestOf } from '../store/digest';
import { withFileLock } from '../store/fileLock';
import { readNpy, writeNpy } from '../store/npy';
import { encoderDigest } from './digest';
import { type Encoder, isCombined } from './encoder';
import { extractFeatures, sideBySide } from './extract';

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
  const folder = join(dataset.cache, 'features');
  await mkdir(folder, { recursive: true });
  const key = digestOf([encoderDigest(encoder), dataset.file.digest, dataset.file.image, dataset.normalisation]);
  const path = join(folder, `${key.slice(0, 32)}.npy`);
  const found = await withFileLock(
    path,
    async () => {
      const stored = await readStored(path, dataset.images.length);
      if (stored) return stored;
      const features = await featuresOfAll(dataset, encoder, job);
      await writeNpy(path, { shape: [features.rows, features.columns], data: features.data });
      return features;
    },
    { signal: job.signal, patience: Number.POSITIVE_INFINITY },
  );
  ofEncoder.set(dataset, found);
  return found;
}

/** A combined encoder takes those of its parts that are there already: HOG's are from before the pre-training. */
async function featuresOfAll(dataset: Dataset, encoder: Encoder, job: Job): Promise<Matrix<Float32Array>> {
  if (isCombined(encoder)) {
    const [ofNetwork, ofDescriptor] = encoder.parts;
    const left = await representationOf(dataset, ofNetwork, job);
    const right = await representationOf(dataset, ofDescriptor, job);
    return sideBySide(left, right);
  }
  const { pixels, normalisation } = dataset;
  const indices = Int32Array.from(dataset.images.keys());
  return extractFeatures(encoder, { pixels, normalisation, indices }, job);
}

/** The cached features; null when they are absent or unusable: the cache may be deleted or damaged at any time. */
async function readStored(path: string, rows: number): Promise<Matrix<Float32Array> | null> {
  if (!(await stat(path).catch(() => null))) return null;
  const stored = await readNpy(path).catch(() => null);
  if (stored?.shape.length !== 2 || stored.shape[0] !== rows) return null;
  if (!(stored.data instanceof Float32Array) || !stored.data.every(Number.isFinite)) return null;
  return matrix(rows, stored.shape[1], stored.data);
}
