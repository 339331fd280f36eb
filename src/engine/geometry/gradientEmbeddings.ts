import { type Matrix, row, takeRows } from '../numeric/matrix';
import { topTwo } from '../numeric/probabilities';
import { dot, dotAt } from '../numeric/vectors';
import { productError } from './nearest';
import { principalDirections } from './principalDirections';
import { forEachProductRow } from './products';

const DIRECTIONS = 16;
const ROUNDING = 1e-11; // relative; far above that of the products, far below what matters to the bound

type AfterBlock = (rowsDone: number) => Promise<void>;

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
  private shortcuts: Shortcuts | undefined;

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
  }

  /** ‖g_i‖². */
  squaredNorm(i: number): number {
    return this.errorNorms[i] * this.featureNorms[i];
  }

  /** ‖g_i − g_j‖²; exactly 0 for equal images. */
  squaredDistance(i: number, j: number): number {
    const errors = this.errorProduct(i, j);
    return this.exactDistance(i, j, errors);
  }

  /** Lowers nearest[i] to ‖g_i − g_centre‖² wherever that is smaller. */
  lower(centre: number, nearest: Float64Array): void {
    this.shortcuts ??= shortcutsFor(this.features, this.featureNorms);
    const { along, beside } = this.shortcuts;
    for (let i = 0; i < this.count; i++)
      nearest[i] = Math.min(nearest[i], this.distance(i, centre, nearest[i], along, beside));
  }

  /**
   * The same for many centres at once: products in single precision sort out which of them can matter, by how far they may
   * be off, and the distance to those is computed exactly.
   */
  async lowerToAll(centres: readonly number[], nearest: Float64Array, afterBlock: AfterBlock): Promise<void> {
    const { features, featureNorms, errorNorms } = this;
    const longest = Math.sqrt(centres.reduce((most, c) => Math.max(most, featureNorms[c]), 0));
    const norms = Float64Array.from(centres, (c) => this.squaredNorm(c));
    const visit = (i: number, products: Float32Array): void => {
      const off = 2 * productError(features.columns, Math.sqrt(featureNorms[i]), longest);
      const own = errorNorms[i] * featureNorms[i];
      for (let t = 0; t < products.length; t++) {
        const errors = this.errorProduct(i, centres[t]);
        const sum = own + norms[t];
        const atLeast = sum * (1 - ROUNDING) - 2 * errors * products[t] - Math.abs(errors) * off;
        if (atLeast >= nearest[i]) continue; // not where it is NaN
        nearest[i] = Math.min(nearest[i], this.exactDistance(i, centres[t], errors));
      }
    };
    await forEachProductRow(features, takeRows(features, centres), visit, afterBlock);
  }

  /** The least of the squared distances to some centres, or the limit where all are above it. */
  leastTo(i: number, centres: readonly number[], limit: number): number {
    let least = limit;
    for (const centre of centres) least = Math.min(least, this.squaredDistance(i, centre));
    return least;
  }

  private errorProduct(i: number, j: number): number {
    const { columns: c, data: e } = this.errors;
    return dotAt(e, i * c, e, j * c, c);
  }

  /** By the product of the errors. */
  private exactDistance(i: number, j: number, errors: number): number {
    const { columns: d, data: h } = this.features;
    return Math.max(0, this.squaredNorm(i) + this.squaredNorm(j) - 2 * errors * dotAt(h, i * d, h, j * d, d));
  }

  /**
   * Exact below the limit. With h = a + r, a along the directions and r beside them, ⟨h, h'⟩ lies within ‖r‖ ‖r'‖ of
   * ⟨a, a'⟩ (Cauchy-Schwarz), so two short products often show already that the distance is not below the limit, and the
   * long one is saved.
   */
  private distance(i: number, j: number, limit: number, along: Matrix<Float64Array>, beside: Float64Array): number {
    const norms = this.squaredNorm(i) + this.squaredNorm(j);
    const errors = this.errorProduct(i, j);
    const { columns: q, data: a } = along;
    const near = errors * dotAt(a, i * q, a, j * q, q) + Math.abs(errors) * beside[i] * beside[j];
    const atLeast = norms * (1 - ROUNDING) - 2 * near;
    return atLeast >= limit ? atLeast : this.exactDistance(i, j, errors);
  }
}

/** The features' coordinates along a few directions, and what is left of their length, [n × q] and [n]. */
interface Shortcuts {
  readonly along: Matrix<Float64Array>;
  readonly beside: Float64Array;
}

function shortcutsFor(features: Matrix, squaredLengths: Float64Array): Shortcuts {
  const directions = principalDirections(features, DIRECTIONS);
  const { rows } = features;
  const all = { rows, columns: directions.length, data: new Float64Array(rows * directions.length) };
  const beside = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const h = row(features, i);
    const along = row(all, i);
    for (const [q, direction] of directions.entries()) along[q] = dot(h, direction);
    const rest = squaredLengths[i] - dot(along, along);
    beside[i] = Math.sqrt(Math.max(0, rest) + ROUNDING * squaredLengths[i]);
  }
  return { along: all, beside };
}
