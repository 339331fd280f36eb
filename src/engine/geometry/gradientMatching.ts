import { type Matrix, row } from '../numeric/matrix';
import { softmax } from '../numeric/probabilities';
import { dot } from '../numeric/vectors';
import type { GradientMatching, MatchingProblem, MatchingStep } from './matchingProblem';

/** Multiplications in all picks up to which double precision in plain JavaScript is fast enough. */
const PLAIN_UP_TO = 1_000_000_000;

/** Large problems run in native code: products in single precision, logits and sums of picks in double. */
export async function gradientMatching(problem: MatchingProblem, picks: number): Promise<GradientMatching> {
  const { features, errors } = problem;
  const work = 2 * features.rows * (features.columns + 1) * errors.columns * picks;
  if (work <= PLAIN_UP_TO || errors.columns < 2) return new PlainMatching(problem);
  const { NativeMatching } = await import('./nativeMatching'); // loaded only where it pays
  return NativeMatching.create(problem);
}

/** In double precision. */
export class PlainMatching implements GradientMatching {
  private readonly logits: Matrix<Float64Array>;
  private readonly products: Float64Array;

  constructor(private readonly problem: MatchingProblem) {
    const { rows, columns, data } = problem.logits;
    this.logits = { rows, columns, data: data.slice() };
    this.products = new Float64Array(problem.errors.rows);
  }

  async step(taken: number | null): Promise<MatchingStep> {
    if (taken !== null) this.move(taken);
    return { gains: this.gains(), products: this.products };
  }

  private move(taken: number): void {
    const { features, errors, weights, learningRate } = this.problem;
    const e = row(errors, taken);
    const h = row(features, taken);
    for (let v = 0; v < features.rows; v++) {
      const inPool = v < errors.rows;
      if (!inPool && weights[v] === 0) continue;
      const product = 1 + dot(row(features, v), h);
      if (inPool) this.products[v] = product;
      const z = row(this.logits, v);
      for (let c = 0; c < z.length; c++) z[c] -= learningRate * e[c] * product;
    }
  }

  private gains(): Float64Array {
    const { features, targets, weights, errors } = this.problem;
    const [n, c, d] = [errors.rows, errors.columns, features.columns];
    const bias = new Float64Array(c);
    const gradient = new Float64Array(c * d);
    const probabilities = softmax(this.logits);
    for (let v = 0; v < features.rows; v++) {
      if (weights[v] === 0) continue;
      const p = row(probabilities, v);
      p[targets[v]] -= 1;
      const h = row(features, v);
      for (let k = 0; k < c; k++) {
        const error = weights[v] * p[k];
        if (error === 0) continue;
        bias[k] += error;
        for (let j = 0; j < d; j++) gradient[k * d + j] += error * h[j];
      }
    }
    const gains = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const e = row(errors, i);
      const h = row(features, i);
      for (let k = 0; k < c; k++) gains[i] += e[k] * (bias[k] + dot(gradient.subarray(k * d, (k + 1) * d), h));
    }
    return gains;
  }
}
