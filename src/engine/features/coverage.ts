import type { Dataset } from '../data/dataset/type';
import { trainingSample } from '../data/trainingSample';
import { FITTED_TO, MOST_COMPONENTS } from '../encoders/projection';
import { principalSubspace } from '../geometry/principalSubspace';
import { crossProducts } from '../geometry/products';
import type { Job } from '../job';
import { type Matrix, takeRows } from '../numeric/matrix';
import { representationOf, storedRows } from './cache';
import type { Encoder } from './encoder';

/** Up to so many numbers an image coverage is measured on rows as they are. */
const WIDE = 3 * MOST_COMPONENTS;

const inMemory = new WeakMap<Matrix, Matrix<Float32Array>>();

/**
 * The rows in which strategies measure coverage, [images × e]. Distances between all images cost as much as rows are wide,
 * so wide ones are reduced to the directions that the training images lie in most. Nothing is subtracted: lengths, angles
 * and distances stay what they were but for what the images hardly differ in. Probes see the whole rows.
 */
export async function coverageOf(dataset: Dataset, encoder: Encoder, job: Job): Promise<Matrix<Float32Array>> {
  const rows = await representationOf(dataset, encoder, job);
  if (rows.columns <= WIDE) return rows;
  const known = inMemory.get(rows);
  if (known) return known;
  const reduced = await storedRows(dataset, ['coverage', encoder], () => reducedRows(dataset, rows, job), job);
  inMemory.set(rows, reduced);
  return reduced;
}

async function reducedRows(dataset: Dataset, rows: Matrix<Float32Array>, job: Job): Promise<Matrix<Float32Array>> {
  const sample = trainingSample(dataset.images, FITTED_TO);
  return crossProducts(rows, await principalSubspace(takeRows(rows, sample), MOST_COMPONENTS, job));
}
