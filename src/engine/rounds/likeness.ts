import type { Dataset } from '../data/dataset/type';
import { representationOf } from '../features/cache';
import { leadOf } from '../features/encoder';
import { openProduct } from '../features/kinds';
import { forEachPairProducts } from '../geometry/products';
import { breathe, type Job } from '../job';
import { type Matrix, matrix, row, takeRows, unitRows } from '../numeric/matrix';
import { dot, dotAt } from '../numeric/vectors';

/** Images that are alike, each at least as much as was asked for to another of them. */
export interface AlikeGroup {
  /** Indices, ascending. */
  readonly images: readonly number[];
  /** How much the one that is least like the others is like the nearest of them. */
  readonly likeness: number;
}

/**
 * Images seen from the middle of all, as directions: their products tell how alike two are, 1 for the same and 0 for two that have
 * no more in common than any. Without taking away what all have in common even strangers are alike to HOG.
 */
async function directionsOf(dataset: Dataset, job: Job): Promise<Matrix<Float32Array>> {
  const encoder = leadOf((await openProduct(dataset, job)).features);
  return centred(unitRows(await representationOf(dataset, encoder, job)));
}

/** @param rows of length 1. */
export function centred({ rows, columns, data }: Matrix<Float32Array>): Matrix<Float32Array> {
  const mean = new Float64Array(columns);
  for (let at = 0; at < data.length; at++) mean[at % columns] += data[at] / rows;
  return unitRows(
    matrix(
      rows,
      columns,
      data.map((value, at) => value - mean[at % columns]),
    ),
  );
}

/** The same, one by one: nothing but their mean is held beside the rows. */
export function directionsIn(rows: Matrix<Float32Array>): (index: number) => Float32Array {
  const { columns, data } = rows;
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows.rows; i++) {
    const scale = 1 / (rows.rows * (Math.sqrt(dotAt(data, i * columns, data, i * columns, columns)) || 1));
    for (let d = 0; d < columns; d++) mean[d] += data[i * columns + d] * scale;
  }
  return (index) => {
    const unit = unitRows(takeRows(rows, [index])).data;
    const direction = unit.map((value, d) => value - mean[d]);
    return unitRows(matrix(1, columns, direction)).data;
  };
}

/** How like one image all are, from −1 to 1. */
export async function likenessTo(dataset: Dataset, image: number, job: Job): Promise<Float32Array> {
  const directions = await directionsOf(dataset, job);
  const one = row(directions, image);
  const likeness = Float32Array.from({ length: directions.rows }, (_, i) => dot(one, row(directions, i)));
  likeness[image] = 1;
  return likeness;
}

/** Groups of images of which each is alike to another by at least so much. */
export async function alikeImages(dataset: Dataset, atLeast: number, job: Job): Promise<AlikeGroup[]> {
  const directions = await directionsOf(dataset, job);
  const report = async (done: number) => {
    job.report({ stage: 'Comparing images', done, total: directions.rows, unit: 'images' });
    await breathe(job);
  };
  return alikeGroups(directions, atLeast, report);
}

/** The same of rows of length 1 (0: a row that is nothing but the middle). */
export async function alikeGroups(
  directions: Matrix<Float32Array>,
  atLeast: number,
  afterBlock: (rowsDone: number) => Promise<void>,
): Promise<AlikeGroup[]> {
  const parents = Int32Array.from({ length: directions.rows }, (_, i) => i);
  const nearest = new Float32Array(directions.rows);
  const rootOf = (i: number): number => {
    let root = i;
    while (parents[root] !== root) root = parents[root] = parents[parents[root]];
    return root;
  };
  const visit = (i: number, products: Float32Array): void => {
    for (let step = 1; step < products.length; step++) {
      const likeness = Math.min(1, products[step]);
      if (likeness < atLeast) continue;
      const [a, b] = [rootOf(i), rootOf(i + step)];
      parents[Math.max(a, b)] = Math.min(a, b);
      nearest[i] = Math.max(nearest[i], likeness);
      nearest[i + step] = Math.max(nearest[i + step], likeness);
    }
  };
  await forEachPairProducts(directions, visit, afterBlock);
  const groups = new Map<number, number[]>();
  for (let i = 0; i < parents.length; i++) {
    if (nearest[i] === 0) continue;
    const group = groups.get(rootOf(i));
    if (group) group.push(i);
    else groups.set(rootOf(i), [i]);
  }
  return [...groups.values()].map((images) => ({
    images,
    likeness: images.reduce((least, i) => Math.min(least, nearest[i]), 1),
  }));
}
