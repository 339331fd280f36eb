import { breathe, type Job } from '../job';
import { exponentiate, largestOf } from '../numeric/probabilities';
import type { SmoothFunction } from './lbfgs';

/** Rows are worked on four at a time, so that each weight that is loaded serves four images. */
const LANES = 4;
/** Multiplications between two looks at the job's signal: well under 100 ms. */
const WORK_PER_BREATH = 2e7;

/** Training rows laid out for the objective: padded with zero rows of zero weight to a multiple of LANES. */
export interface PackedRows {
  readonly columns: number;
  readonly classCount: number;
  /** [padded rows × columns] */
  readonly data: Float64Array;
  /** Class of each row, below classCount. */
  readonly labels: Int32Array;
  /** Weight of each row; they sum to 1. */
  readonly weights: Float64Array;
}

/** Packs n rows; `value(i, target, offset)` writes row i. `weights` need not be normalised. */
export function packRows(
  columns: number,
  classCount: number,
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
  write: (row: number, target: Float64Array, offset: number) => void,
): PackedRows {
  const n = labels.length;
  const padded = Math.ceil(n / LANES) * LANES;
  const packed = {
    columns,
    classCount,
    data: new Float64Array(padded * columns),
    labels: new Int32Array(padded),
    weights: new Float64Array(padded),
  };
  let total = 0;
  for (let i = 0; i < n; i++) total += weights[i];
  for (let i = 0; i < n; i++) {
    write(i, packed.data, i * columns);
    packed.labels[i] = labels[i];
    packed.weights[i] = weights[i] / total;
  }
  return packed;
}

/**
 * Multinomial logistic regression as a function of θ = [W (c × d), b (c)]:
 *
 *   F(θ) = Σᵢ wᵢ · (logsumexp(W zᵢ + b) − (W zᵢ + b)[yᵢ]) + l2 / 2 · ‖W‖²,   Σᵢ wᵢ = 1
 *
 * Value and gradient come from one pass over the rows.
 */
export function softmaxObjective(rows: PackedRows, l2: number, job: Job): SmoothFunction {
  const { columns, classCount, labels } = rows;
  const weightCount = classCount * columns;
  const scores = new Float64Array(classCount * LANES);
  const groupsPerBreath = Math.max(1, Math.floor(WORK_PER_BREATH / (2 * LANES * (weightCount + 1))));
  const chunk = groupsPerBreath * LANES;

  return async (theta, gradient) => {
    gradient.fill(0);
    let value = 0;
    for (let from = 0; from < labels.length; from += chunk) {
      await breathe(job);
      value += addRows(rows, from, Math.min(from + chunk, labels.length), theta, gradient, scores);
    }
    let squared = 0;
    for (let k = 0; k < weightCount; k++) {
      squared += theta[k] * theta[k];
      gradient[k] += l2 * theta[k];
    }
    return value + (l2 / 2) * squared;
  };
}

/** Adds the gradient of the weighted cross-entropy of rows from … to−1 and gives their loss. */
function addRows(
  { columns, classCount, data, labels, weights }: PackedRows,
  from: number,
  to: number,
  theta: Float64Array,
  gradient: Float64Array,
  scores: Float64Array,
): number {
  const biasAt = classCount * columns;
  let loss = 0;
  for (let i = from; i < to; i += LANES) {
    const row0 = i * columns;
    const row1 = row0 + columns;
    const row2 = row1 + columns;
    const row3 = row2 + columns;
    for (let c = 0; c < classCount; c++) {
      const at = c * columns;
      let s0 = theta[biasAt + c];
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      for (let j = 0; j < columns; j++) {
        const w = theta[at + j];
        s0 += w * data[row0 + j];
        s1 += w * data[row1 + j];
        s2 += w * data[row2 + j];
        s3 += w * data[row3 + j];
      }
      scores[c] = s0;
      scores[classCount + c] = s1;
      scores[2 * classCount + c] = s2;
      scores[3 * classCount + c] = s3;
    }
    for (let lane = 0; lane < LANES; lane++)
      loss += toResiduals(scores, lane * classCount, classCount, labels[i + lane], weights[i + lane]);
    for (let c = 0; c < classCount; c++) {
      const at = c * columns;
      const g0 = scores[c];
      const g1 = scores[classCount + c];
      const g2 = scores[2 * classCount + c];
      const g3 = scores[3 * classCount + c];
      for (let j = 0; j < columns; j++)
        gradient[at + j] += g0 * data[row0 + j] + g1 * data[row1 + j] + g2 * data[row2 + j] + g3 * data[row3 + j];
      gradient[biasAt + c] += g0 + g1 + g2 + g3;
    }
  }
  return loss;
}

/** Turns one row's logits into weight · (softmax − one-hot) in place and gives weight · cross-entropy. */
function toResiduals(scores: Float64Array, at: number, classCount: number, label: number, weight: number): number {
  const largest = largestOf(scores, at, classCount);
  const own = scores[at + label] - largest;
  const sum = exponentiate(scores, at, classCount, largest);
  for (let c = 0; c < classCount; c++) scores[at + c] *= weight / sum;
  scores[at + label] -= weight;
  return weight * (Math.log(sum) - own);
}
