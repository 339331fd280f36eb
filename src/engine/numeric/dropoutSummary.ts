import { type Matrix, row } from './matrix';
import { shannonEntropy } from './probabilities';

/** What T passes with different dropout masks say about each image, without the passes themselves. */
export interface DropoutSummary {
  /** The mean over the passes of the class probabilities, [n × c]. */
  readonly mean: Matrix<Float64Array>;
  /** The mean over the passes of their Shannon entropies in nats, [n]. */
  readonly meanEntropy: Float64Array;
}

/** Gathers passes in any order. Means are kept as running means, so that equal passes have exactly their mean. */
export class DropoutMeans implements DropoutSummary {
  readonly mean: Matrix<Float64Array>;
  readonly meanEntropy: Float64Array;
  private readonly counts: Int32Array;

  constructor(images: number, classCount: number) {
    this.mean = { rows: images, columns: classCount, data: new Float64Array(images * classCount) };
    this.meanEntropy = new Float64Array(images);
    this.counts = new Int32Array(images);
  }

  /** One more pass for image i: its class probabilities. */
  add(i: number, probabilities: ArrayLike<number>): void {
    const count = ++this.counts[i];
    const mean = row(this.mean, i);
    for (let c = 0; c < mean.length; c++) mean[c] += (probabilities[c] - mean[c]) / count;
    this.meanEntropy[i] += (shannonEntropy(probabilities) - this.meanEntropy[i]) / count;
  }
}

/** The summary of T × [n × c]. */
export function summarise(passes: readonly Matrix[]): DropoutSummary {
  const { rows, columns } = passes[0];
  const means = new DropoutMeans(rows, columns);
  for (const pass of passes) for (let i = 0; i < rows; i++) means.add(i, row(pass, i));
  return means;
}
