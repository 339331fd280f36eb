import type { Matrix } from '../numeric/matrix';

/**
 * Label-free figures that tell whether contrastive pre-training works or has collapsed.
 * Alignment and uniformity: Wang & Isola 2020, "Understanding contrastive representation learning through alignment
 * and uniformity on the hypersphere".
 */
export interface Health {
  /** Mean squared distance between two views of one image; 0 is perfect, 2 is chance. */
  readonly alignment: number;
  /** Log of the mean Gaussian potential between different images; 0 means collapse, lower is more spread out. */
  readonly uniformity: number;
}

/** From unit projections [2n × d], rows i and i + n being views of one image. */
export function contrastiveHealth(projections: Float32Array, dimensions: number): Health {
  const rows = projections.length / dimensions;
  const half = rows / 2;
  const squaredDistance = (i: number, j: number) => {
    let dot = 0;
    for (let d = 0; d < dimensions; d++) dot += projections[i * dimensions + d] * projections[j * dimensions + d];
    return 2 - 2 * dot;
  };
  let alignment = 0;
  let potential = 0;
  for (let i = 0; i < half; i++) {
    alignment += squaredDistance(i, i + half) / half;
    for (let j = 0; j < i; j++) potential += Math.exp(-2 * squaredDistance(i, j));
  }
  return { alignment, uniformity: Math.log(potential / Math.max(1, (half * (half - 1)) / 2)) };
}

/**
 * Effective number of dimensions that features use: the participation ratio (Σλ)² / Σλ² of the covariance's
 * eigenvalues, which needs only traces. Between 1 (collapsed onto a line) and d.
 */
export function effectiveRank(features: Matrix): number {
  const { rows, columns, data } = features;
  if (rows < columns) return rankOfFew(features);
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let d = 0; d < columns; d++) mean[d] += data[i * columns + d] / rows;
  const covariance = new Float64Array(columns * columns);
  const centred = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let d = 0; d < columns; d++) centred[d] = data[i * columns + d] - mean[d];
    for (let a = 0; a < columns; a++) {
      const factor = centred[a];
      for (let b = 0; b < columns; b++) covariance[a * columns + b] += factor * centred[b];
    }
  }
  let trace = 0;
  let squares = 0;
  for (let a = 0; a < columns; a++) trace += covariance[a * columns + a];
  for (const value of covariance) squares += value * value;
  return squares > 0 ? trace ** 2 / squares : 0;
}

/** The same of fewer rows than columns: products of centred rows have the covariance's eigenvalues, but for zeros and a factor. */
function rankOfFew({ rows, columns, data }: Matrix): number {
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let d = 0; d < columns; d++) mean[d] += data[i * columns + d] / rows;
  const centred = Float64Array.from(data, (value, at) => value - mean[at % columns]);
  let trace = 0;
  let squares = 0;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let d = 0; d < columns; d++) product += centred[i * columns + d] * centred[j * columns + d];
      if (i === j) trace += product;
      squares += (i === j ? 1 : 2) * product ** 2;
    }
  return squares > 0 ? trace ** 2 / squares : 0;
}
