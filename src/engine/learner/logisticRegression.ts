import { inputError } from '../errors';
import { spanCoordinates } from '../geometry/span';
import type { Job } from '../job';
import { solveUpper } from '../numeric/cholesky';
import { type Matrix, matrix, row } from '../numeric/matrix';
import { inverseCurvature } from './curvature';
import { type MinimiseOptions, minimise } from './lbfgs';
import { type PackedRows, packRows, softmaxObjective } from './softmaxObjective';
import { type Standardisation, standardisationOf } from './standardisation';

export interface LogisticRegressionRequest {
  /** [n × d], n ≥ 1. */
  readonly features: Matrix;
  /** n class indices below classCount. */
  readonly labels: ArrayLike<number>;
  readonly classCount: number;
  /** Strength of the penalty on the weights, ≥ 0; see fitLogisticRegression. */
  readonly l2: number;
  readonly maxIterations?: number;
  /** Largest gradient component at which the fit counts as converged. */
  readonly tolerance?: number;
}

export interface LogisticRegression {
  /** [c × d], for the raw features. */
  readonly weights: Matrix<Float64Array>;
  readonly bias: Float64Array;
  /** The objective at the solution. */
  readonly loss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** As in scikit-learn. */
const DEFAULT_TOLERANCE = 1e-4;
const DEFAULT_MAX_ITERATIONS = 1000;

/**
 * The penalty for n labelled images with d features: d / n, at most 0.3. That is scikit-learn's C = 1 on features of unit mean
 * square norm, capped where few labels would let it shrink the weights to nothing. On 1,000 validation images of FER2013 it was
 * level in accuracy with a cap of 1, and up to 1.5 points better in macro-F1 (docs/results.md).
 */
export function defaultL2(n: number, d: number): number {
  return Math.min(OWN, d / n);
}
const OWN = 0.3;

/**
 * The same for rows of an encoder that others trained: less, because what such rows say is spread over many directions. On
 * validation images of FER2013 and CIFAR-10 (docs/results.md) a tenth was as good as any, and better in macro-F1.
 */
export function frozenL2(n: number, d: number): number {
  return Math.min(FROZEN, d / n);
}
const FROZEN = 0.1;

/**
 * Multinomial logistic regression by full-batch L-BFGS in float64; deterministic. With
 * z = (x − mean) / scale and only the classes that occur in the labels, it minimises
 *
 *   Σᵢ crossEntropy(softmax(V zᵢ + a), yᵢ) / n + l2 / 2 · ‖V‖²
 *
 * (intercepts a are not penalised; scikit-learn's C on the same z is 1 / (n · l2)) and folds the standardisation back, so
 * that logits = weights · x + bias on the raw features. The logits of the occurring classes sum to 0. Where there are more
 * features than images it starts from the minimum in the images' span, which is the same one.
 *
 * A class without labels gets zero weights and the bias that gives it a probability of at most 1 / (n + c) on any image,
 * by Laplace's rule of succession; it is never predicted.
 */
export async function fitLogisticRegression(request: LogisticRegressionRequest, job: Job): Promise<LogisticRegression> {
  const { l2, tolerance = DEFAULT_TOLERANCE, maxIterations = DEFAULT_MAX_ITERATIONS } = request;
  if (!(l2 >= 0 && l2 < Number.POSITIVE_INFINITY)) throw new RangeError(`l2 must be at least 0 and finite, not ${l2}.`);
  const problem = problemOf(request);
  const { rows } = problem;
  let iterations = 0;
  const options = {
    tolerance,
    maxIterations,
    onIteration: (_: number, loss: number) =>
      job.report({
        stage: 'Fitting the classifier',
        done: ++iterations,
        total: maxIterations,
        unit: 'iterations',
        message: `loss ${loss.toFixed(4)}`,
      }),
  };
  const isWide = l2 > 0 && rows.columns > problem.count;
  const start = isWide ? await minimumInSpan(problem, l2, options, job) : zeros(rows);
  const known = l2 > 0 && !isWide ? { precondition: await inverseCurvature(rows, l2, job) } : {};
  const found = await minimise(softmaxObjective(rows, l2, job), start, { ...options, ...known });
  return { ...toHead(found.x, problem), loss: found.value, iterations, converged: found.converged };
}

const zeros = ({ classCount, columns }: PackedRows): Float64Array => new Float64Array(classCount * (columns + 1));

/**
 * θ at the minimum, found with n numbers a row instead of d > n: the weights of the minimum are sums of the rows, since what is
 * across them costs and tells nothing apart. But for the rounding of products in single precision it is the minimum itself,
 * so that a fit that starts from there ends there.
 */
async function minimumInSpan(
  { rows, count }: Problem,
  l2: number,
  options: MinimiseOptions,
  job: Job,
): Promise<Float64Array> {
  const { columns, classCount, labels, data } = rows;
  const span = await spanCoordinates(matrix(count, columns, data.subarray(0, count * columns)), job);
  const turned = packRows(count, classCount, labels.subarray(0, count), (i, target, offset) => {
    target.set(row(span, i), offset);
  });
  const precondition = await inverseCurvature(turned, l2, job);
  const { x } = await minimise(softmaxObjective(turned, l2, job), zeros(turned), { ...options, precondition });
  const theta = zeros(rows);
  theta.set(x.subarray(classCount * count), classCount * columns);
  solveUpper(span, x, classCount); // now the share of each row in each class's weights
  for (let i = 0; i < count; i++)
    for (let c = 0; c < classCount; c++) {
      const share = x[c * count + i];
      for (let j = 0; j < columns; j++) theta[c * columns + j] += share * data[i * columns + j];
    }
  return theta;
}

/** The rows of a fit, standardised, with the occurring classes renumbered 0 … present.length − 1. */
interface Problem {
  readonly rows: PackedRows;
  readonly standardisation: Standardisation;
  /** The occurring classes, ascending. */
  readonly present: readonly number[];
  readonly classCount: number;
  /** Number of rows. */
  readonly count: number;
}

/** Checks what there is to learn from and lays it out. */
function problemOf({ features, labels, classCount }: LogisticRegressionRequest): Problem {
  const { rows: n, columns, data } = features;
  if (n === 0) throw inputError('There is no labelled image to train on; label at least one and try again.');
  const present = occurringClasses(labels, n, classCount);
  const standardisation = standardisationOf(features);
  const { mean, scale } = standardisation;
  const positions = Int32Array.from(labels, (label) => present.indexOf(label));
  const rows = packRows(columns, present.length, positions, (i, target, offset) => {
    for (let j = 0; j < columns; j++) {
      const z = (data[i * columns + j] - mean[j]) / scale;
      if (!Number.isFinite(z))
        throw inputError('The features of the labelled images hold values that are not finite; compute them again.');
      target[offset + j] = z;
    }
  });
  return { rows, standardisation, present, classCount, count: n };
}

/** The classes that n labels name, ascending. */
function occurringClasses(labels: ArrayLike<number>, n: number, classCount: number): number[] {
  if (labels.length !== n) throw new RangeError(`${n} rows of features need ${n} labels, not ${labels.length}.`);
  const occurs = new Uint8Array(classCount);
  for (let i = 0; i < n; i++) {
    const label = labels[i];
    if (!(Number.isInteger(label) && label >= 0 && label < classCount))
      throw new RangeError(`Label ${i} must be a class index below ${classCount}, not ${label}.`);
    occurs[label] = 1;
  }
  return Array.from(occurs.keys()).filter((c) => occurs[c] === 1);
}

/** Folds the standardisation into θ = [V, a] and adds the classes that have no labels. */
function toHead(
  theta: Float64Array,
  { rows, standardisation, present, classCount, count }: Problem,
): { readonly weights: Matrix<Float64Array>; readonly bias: Float64Array } {
  const { columns } = rows;
  const centred = centredOverClasses(theta, columns, present.length);
  const weights = new Float64Array(classCount * columns);
  // Logits that sum to 0 over the p occurring classes have a logsumexp of at least ln p on any image.
  const bias = new Float64Array(classCount).fill(Math.log(present.length / (count + classCount - 1)));
  present.forEach((c, k) => {
    let offset = centred[present.length * columns + k];
    for (let j = 0; j < columns; j++) {
      const w = centred[k * columns + j] / standardisation.scale;
      weights[c * columns + j] = w;
      offset -= w * standardisation.mean[j];
    }
    bias[c] = offset;
  });
  return { weights: matrix(classCount, columns, weights), bias };
}

/** θ less the mean over classes of each column of V and of a: the same probabilities with the smallest ‖V‖. */
function centredOverClasses(theta: Float64Array, columns: number, classCount: number): Float64Array {
  const centred = theta.slice();
  const centre = (from: number, stride: number) => {
    let sum = 0;
    for (let c = 0; c < classCount; c++) sum += theta[from + c * stride];
    for (let c = 0; c < classCount; c++) centred[from + c * stride] -= sum / classCount;
  };
  for (let j = 0; j < columns; j++) centre(j, columns);
  centre(classCount * columns, 1);
  return centred;
}
