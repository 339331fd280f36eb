import { type Matrix, row } from '../numeric/matrix';
import { topTwo } from '../numeric/probabilities';
import { dot, dotAt } from '../numeric/vectors';
import { principalDirections } from './principalDirections';

const DIRECTIONS = 16;
const ROUNDING = 1e-11; // relative; far above that of the products, far below what matters to the bound

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
  /** The features' coordinates along a few directions, and what is left of their length, [n × q] and [n]. */
  private readonly along: Matrix<Float64Array>;
  private readonly beside: Float64Array;

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
      const h = row(features, i);
      this.featureNorms[i] = dot(h, h);
    }
    const directions = principalDirections(features, DIRECTIONS);
    this.along = { rows, columns: directions.length, data: new Float64Array(rows * directions.length) };
    this.beside = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const h = row(features, i);
      const along = row(this.along, i);
      for (const [q, direction] of directions.entries()) along[q] = dot(h, direction);
      const rest = this.featureNorms[i] - dot(along, along);
      this.beside[i] = Math.sqrt(Math.max(0, rest) + ROUNDING * this.featureNorms[i]);
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
   * Exact below the limit. With h = a + r, a along the directions and r beside them, ⟨h, h'⟩ lies within ‖r‖ ‖r'‖ of
   * ⟨a, a'⟩ (Cauchy-Schwarz), so two short products often show already that the distance is not below the limit, and the
   * long one is saved.
   */
  private distance(i: number, j: number, limit: number): number {
    const norms = this.squaredNorm(i) + this.squaredNorm(j);
    const { columns: c, data: e } = this.errors;
    const errors = dotAt(e, i * c, e, j * c, c);
    const { columns: q, data: a } = this.along;
    const near = errors * dotAt(a, i * q, a, j * q, q) + Math.abs(errors) * this.beside[i] * this.beside[j];
    const atLeast = norms * (1 - ROUNDING) - 2 * near;
    if (atLeast >= limit) return atLeast;
    const { columns: d, data: h } = this.features;
    return Math.max(0, norms - 2 * errors * dotAt(h, i * d, h, j * d, d));
  }
}
