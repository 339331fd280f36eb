import { inputError } from '../errors';
import type { Job } from '../job';
import { type Matrix, matrix } from '../numeric/matrix';
import { type Minimum, minimise } from './lbfgs';
import { type PackedRows, packRows, softmaxObjective } from './softmaxObjective';
import { overallStandardisation, type Standardisation } from './standardisation';

/** What there is to learn from. */
export interface TrainingSet {
  /** [n × d], n ≥ 1. */
  readonly features: Matrix;
  /** n class indices below classCount. */
  readonly labels: ArrayLike<number>;
  readonly classCount: number;
  /** n weights ≥ 0, not all 0; only their ratios matter. */
  readonly sampleWeights?: ArrayLike<number>;
  /** overallStandardisation of the features unless given. */
  readonly standardisation?: Standardisation;
}

export interface SolverOptions {
  readonly maxIterations?: number;
  /** Largest gradient component at which the fit counts as converged. */
  readonly tolerance?: number;
}

export interface LogisticRegressionRequest extends TrainingSet, SolverOptions {
  /** Strength of the penalty on the weights, ≥ 0; see fitLogisticRegression. */
  readonly l2: number;
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
export const DEFAULT_TOLERANCE = 1e-4;
export const DEFAULT_MAX_ITERATIONS = 1000;

/**
 * Multinomial logistic regression by full-batch L-BFGS in float64, from zero; deterministic. With
 * z = (x − mean) / scale, sample weights wᵢ scaled to sum 1, and only the classes that occur in the labels, it minimises
 *
 *   Σᵢ wᵢ · crossEntropy(softmax(V zᵢ + a), yᵢ) + l2 / 2 · ‖V‖²
 *
 * (intercepts a are not penalised; scikit-learn's C on the same z is 1 / (n · l2)) and folds the standardisation back, so
 * that logits = weights · x + bias on the raw features. The logits of the occurring classes sum to 0.
 *
 * A class without labels gets zero weights and the bias that gives it a probability of at most 1 / (n + c) on any image,
 * by Laplace's rule of succession; it is never predicted.
 */
export async function fitLogisticRegression(request: LogisticRegressionRequest, job: Job): Promise<LogisticRegression> {
  const problem = prepare(request);
  const { x, value, iterations, converged } = await solve(problem, request.l2, origin(problem), request, job);
  return { ...toHead(x, problem), loss: value, iterations, converged };
}

/** The rows of a fit, standardised, with the occurring classes renumbered 0 … present.length − 1. */
export interface Problem {
  readonly rows: PackedRows;
  readonly standardisation: Standardisation;
  /** The occurring classes, ascending. */
  readonly present: readonly number[];
  readonly classCount: number;
  /** Number of rows with weight. */
  readonly count: number;
}

/** Checks a training set and lays it out. */
export function prepare({ features, labels, classCount, sampleWeights, standardisation }: TrainingSet): Problem {
  const { rows: n, columns, data } = features;
  if (n === 0) throw inputError('There is no labelled image to train on; label at least one and try again.');
  if (labels.length !== n) throw new RangeError(`${n} rows of features need ${n} labels, not ${labels.length}.`);
  if (sampleWeights && sampleWeights.length !== n)
    throw new RangeError(`${n} rows of features need ${n} sample weights, not ${sampleWeights.length}.`);

  const used: number[] = [];
  const occurs = new Uint8Array(classCount);
  for (let i = 0; i < n; i++) {
    const weight = sampleWeights?.[i] ?? 1;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new RangeError(`Sample weight ${i} must be at least 0 and finite, not ${weight}.`);
    if (!(Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < classCount))
      throw new RangeError(`Label ${i} must be a class index below ${classCount}, not ${labels[i]}.`);
    if (weight === 0) continue;
    used.push(i);
    occurs[labels[i]] = 1;
  }
  if (used.length === 0) throw new RangeError('At least one sample weight must be above 0.');
  const present = Array.from(occurs.keys()).filter((c) => occurs[c] === 1);
  const position = new Int32Array(classCount);
  present.forEach((c, k) => {
    position[c] = k;
  });

  const { mean, scale } = standardisation ?? overallStandardisation(features, sampleWeights);
  const rows = packRows(
    columns,
    present.length,
    used.map((i) => position[labels[i]]),
    used.map((i) => sampleWeights?.[i] ?? 1),
    (k, target, offset) => {
      const from = used[k] * columns;
      for (let j = 0; j < columns; j++) {
        const z = (data[from + j] - mean[j]) / scale[j];
        if (!Number.isFinite(z))
          throw inputError('The features of the labelled images hold values that are not finite; compute them again.');
        target[offset + j] = z;
      }
    },
  );
  return { rows, standardisation: { mean, scale }, present, classCount, count: used.length };
}

/** θ = 0 for a problem. */
export function origin({ rows }: Problem): Float64Array {
  return new Float64Array(rows.classCount * (rows.columns + 1));
}

/** Minimises the objective from θ = `start`. */
export function solve(
  problem: Problem,
  l2: number,
  start: Float64Array,
  { tolerance = DEFAULT_TOLERANCE, maxIterations = DEFAULT_MAX_ITERATIONS }: SolverOptions,
  job: Job,
): Promise<Minimum> {
  if (!(l2 >= 0 && l2 < Number.POSITIVE_INFINITY)) throw new RangeError(`l2 must be at least 0 and finite, not ${l2}.`);
  return minimise(softmaxObjective(problem.rows, l2, job), start, {
    tolerance,
    maxIterations,
    onIteration: (iteration, loss) =>
      job.report({
        stage: 'Fitting the classifier',
        done: iteration,
        total: maxIterations,
        unit: 'iterations',
        message: `loss ${loss.toFixed(4)}`,
      }),
  });
}

/** Folds the standardisation into θ = [V, a] and adds the classes that have no labels. */
export function toHead(
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
      const w = centred[k * columns + j] / standardisation.scale[j];
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

/** Weights that let every occurring class count the same: n / (occurring classes · images of the class). */
export function balancedWeights(labels: ArrayLike<number>, classCount: number): Float64Array {
  const counts = new Int32Array(classCount);
  for (let i = 0; i < labels.length; i++) counts[labels[i]]++;
  const occurring = counts.reduce((sum, count) => sum + Number(count > 0), 0);
  return Float64Array.from(labels, (label) => labels.length / (occurring * counts[label]));
}
