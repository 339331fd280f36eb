import { gramOf } from '../geometry/gram';
import { breathe, type Job } from '../job';
import { choleskyFactor, solveLower, solveUpper } from '../numeric/cholesky';
import { matrix } from '../numeric/matrix';
import type { PackedRows } from './softmaxObjective';

/**
 * A guess at the inverse of the second derivatives of `softmaxObjective`, which multiplies a gradient in place:
 * (q ZᵀZ / n + l2)⁻¹ for each class, as if every probability were as uncertain. They are at most p (1 − p) ≤ q = (1 − 1/c) / c
 * where nothing is known yet (Böhning 1992); half of that is nearer to what a fit ends with. l2 > 0.
 */
export async function inverseCurvature(
  { columns: d, classCount, labels, data, weights }: PackedRows,
  l2: number,
  job: Job,
): Promise<(gradient: Float64Array) => void> {
  const q = (1 - 1 / classCount) / classCount / 2 || 1;
  const n = labels.length;
  const byColumn = matrix(d, n, new Float32Array(d * n));
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) byColumn.data[j * n + i] = data[i * d + j];
  const curvature = await gramOf(byColumn, job);
  for (let k = 0; k < d * d; k++) curvature.data[k] *= q * weights[0];
  for (let j = 0; j < d; j++) curvature.data[j * d + j] += l2;
  const factor = await choleskyFactor(
    curvature,
    (left) => Math.sqrt(Math.max(left, l2)), // less is rounding
    () => breathe(job),
  );
  return (gradient) => {
    solveLower(factor, gradient, classCount);
    solveUpper(factor, gradient, classCount);
    for (let c = 0; c < classCount; c++) gradient[classCount * d + c] /= q;
  };
}
