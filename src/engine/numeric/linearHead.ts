import { type Matrix, matrix, type Vector } from './matrix';
import { softmax } from './probabilities';

/** A linear classifier: logits = features · weightsᵀ + bias; weights [c × d]. */
export interface LinearHead {
  readonly weights: Matrix;
  readonly bias: Vector;
}

/** Logits of every row, [n × c]. */
export function logits(head: LinearHead, features: Matrix): Matrix<Float64Array> {
  const { rows: n, columns, data } = features;
  const { rows: classCount, data: w } = head.weights;
  if (head.weights.columns !== columns)
    throw new RangeError(`A head on ${head.weights.columns} features can't score rows of ${columns}.`);
  const out = new Float64Array(n * classCount);
  for (let i = 0; i < n; i++)
    for (let c = 0; c < classCount; c++) {
      let sum = head.bias[c];
      for (let j = 0; j < columns; j++) sum += w[c * columns + j] * data[i * columns + j];
      out[i * classCount + c] = sum;
    }
  return matrix(n, classCount, out);
}

/** A head on the heads' features side by side: its logits are the weighted sum of theirs. */
export function weightedSum(heads: readonly LinearHead[], weights: ArrayLike<number>): LinearHead {
  const classCount = heads[0]!.bias.length;
  const columns = heads.reduce((sum, head) => sum + head.weights.columns, 0);
  const data = new Float64Array(classCount * columns);
  const bias = new Float64Array(classCount);
  let offset = 0;
  for (const [k, head] of heads.entries()) {
    const width = head.weights.columns;
    for (let c = 0; c < classCount; c++) {
      bias[c] += weights[k] * head.bias[c];
      for (let j = 0; j < width; j++) data[c * columns + offset + j] = weights[k] * head.weights.data[c * width + j];
    }
    offset += width;
  }
  return { weights: matrix(classCount, columns, data), bias };
}

/** Class probabilities of every row under a linear head, [n × c]. */
export function predictProbabilities(head: LinearHead, features: Matrix): Matrix<Float64Array> {
  return softmax(logits(head, features));
}
