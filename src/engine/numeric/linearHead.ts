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

/** Class probabilities of every row under a linear head, [n × c]. */
export function predictProbabilities(head: LinearHead, features: Matrix): Matrix<Float64Array> {
  return softmax(logits(head, features));
}
