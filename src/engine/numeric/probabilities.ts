import { type Matrix, matrix, type Vector } from './matrix';

/** Softmax of every row of scores / temperature, [n × c]; safe for scores of any finite size. */
export function softmax(scores: Matrix, temperature = 1): Matrix<Float64Array> {
  const { rows, columns } = scores;
  const out = new Float64Array(scores.data);
  for (let at = 0; at < out.length; at += columns) softmaxInPlace(out, at, columns, temperature);
  return matrix(rows, columns, out);
}

/** Softmax of n scores / temperature from a place on, written over them. */
export function softmaxInPlace(scores: Vector, at = 0, n = scores.length, temperature = 1): void {
  const sum = exponentiate(scores, at, n, largestOf(scores, at, n), temperature);
  for (let c = at; c < at + n; c++) scores[c] /= sum;
}

/** The largest of n values from a place on. */
export function largestOf(values: Vector, at: number, n: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let c = at; c < at + n; c++) largest = Math.max(largest, values[c]);
  return largest;
}

/** Writes exp((score − largest) / temperature) over n scores from a place on, and gives the sum: none of them overflows. */
export function exponentiate(scores: Vector, at: number, n: number, largest: number, temperature = 1): number {
  let sum = 0;
  for (let c = at; c < at + n; c++) {
    scores[c] = Math.exp((scores[c] - largest) / temperature);
    sum += scores[c];
  }
  return sum;
}

/** Shannon entropy of a distribution in nats: −Σ p ln p with 0 ln 0 = 0. */
export function shannonEntropy(p: ArrayLike<number>): number {
  let sum = 0;
  for (let c = 0; c < p.length; c++) if (p[c] > 0) sum -= p[c] * Math.log(p[c]);
  return sum;
}

/** The two most probable classes of a row of probabilities (ties to the lower class); `second` is -1 for one class. */
export function topTwo(p: ArrayLike<number>): { first: number; second: number } {
  let first = 0;
  let second = -1;
  for (let c = 1; c < p.length; c++) {
    if (p[c] > p[first]) {
      second = first;
      first = c;
    } else if (second < 0 || p[c] > p[second]) second = c;
  }
  return { first, second };
}

/** Index of the largest value, the lower one on a tie. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
