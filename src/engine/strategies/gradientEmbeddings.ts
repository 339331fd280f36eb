import { type Matrix, row } from '../matrix';
import { topTwo } from './ranking';
import { dot } from './vectors';

/**
 * The gradients of the cross-entropy with respect to the head's weights, under the predicted label: g = e ⊗ h with
 * e = p − onehot(argmax p) [c] and features h [d] (Ash et al., ICLR 2020, section 3). The c·d numbers of an image are
 * never built, because inner products factorise: ⟨g, g'⟩ = ⟨e, e'⟩ ⟨h, h'⟩.
 */
export class GradientEmbeddings {
  readonly count: number;
  private readonly errors: Matrix<Float64Array>;
  private readonly errorNorms: Float64Array; // squared
  private readonly featureNorms: Float64Array; // squared

  /** Probabilities [n × c] and features [n × d]. */
  constructor(
    probabilities: Matrix,
    private readonly features: Matrix,
  ) {
    const { rows, columns } = probabilities;
    this.count = rows;
    this.errors = { rows, columns, data: Float64Array.from(probabilities.data) };
    this.errorNorms = new Float64Array(rows);
    this.featureNorms = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const e = row(this.errors, i);
      e[topTwo(e).first] -= 1;
      this.errorNorms[i] = dot(e, e);
      const h = row<Float32Array | Float64Array>(features, i);
      this.featureNorms[i] = dot(h, h);
    }
  }

  /** ‖g_i‖². */
  squaredNorm(i: number): number {
    return this.errorNorms[i] * this.featureNorms[i];
  }

  /** ‖g_i − g_j‖²; exactly 0 for equal images. */
  squaredDistance(i: number, j: number): number {
    return this.distance(i, j, Number.POSITIVE_INFINITY);
  }

  /** Lowers nearest[i] to ‖g_i − g_centre‖² wherever that is smaller. */
  lower(centre: number, nearest: Float64Array): void {
    for (let i = 0; i < this.count; i++) nearest[i] = Math.min(nearest[i], this.distance(i, centre, nearest[i]));
  }

  /**
   * Exact below the limit. By Cauchy-Schwarz |⟨h, h'⟩| ≤ ‖h‖ ‖h'‖, so the short product ⟨e, e'⟩ often shows already that
   * the distance is not below the limit, and the long one is saved.
   */
  private distance(i: number, j: number, limit: number): number {
    const norms = this.squaredNorm(i) + this.squaredNorm(j);
    const errors = dot(row(this.errors, i), row(this.errors, j));
    const atLeast = norms - 2 * Math.abs(errors) * Math.sqrt(this.featureNorms[i] * this.featureNorms[j]);
    if (atLeast >= limit) return atLeast;
    const features = dot(
      row<Float32Array | Float64Array>(this.features, i),
      row<Float32Array | Float64Array>(this.features, j),
    );
    return Math.max(0, norms - 2 * errors * features);
  }
}
