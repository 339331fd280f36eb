import type { Job } from '../job';
import { type Matrix, row, takeRows } from '../numeric/matrix';
import { dot } from '../numeric/vectors';
import { pacer } from '../pacer';
import { forEachProductRow } from './products';

/** What GLISTER adds to the gains so that a batch is not made of one kind of image. */
export interface Regulariser {
  /** The addend for image i, before its weight. */
  value(i: number): number;
  /** Takes note of a pick; `products` are ⟨[1, hᵢ], [1, h_pick]⟩ for every image i. */
  add(pick: number, products: ArrayLike<number>): Promise<void>;
}

/** The gradients g = e ⊗ [1, h] of the pool, of which only inner products are needed: ⟨e, e'⟩ (1 + ⟨h, h'⟩). */
export class BiasedGradients {
  readonly squaredNorms: Float64Array;

  /** Features [n × d] and errors [n × c]. */
  constructor(
    readonly features: Matrix,
    readonly errors: Matrix<Float64Array>,
  ) {
    this.squaredNorms = Float64Array.from({ length: errors.rows }, (_, i) => {
      const e = row(errors, i);
      const h = row(features, i);
      return dot(e, e) * (1 + dot(h, h));
    });
  }

  /** ‖g_i − g_j‖² for every i into `out`, from ⟨[1, h_i], [1, h_j]⟩ = offset + products[i]; exactly 0 for i = j. */
  squaredDistances(j: number, products: ArrayLike<number>, offset: number, out: Float64Array): void {
    const { squaredNorms } = this;
    const { columns, data } = this.errors;
    const e = row(this.errors, j);
    for (let i = 0, at = 0; i < out.length; i++) {
      let errors = 0;
      for (let c = 0; c < columns; c++) errors += e[c] * data[at++];
      const squared = squaredNorms[i] + squaredNorms[j] - 2 * errors * (offset + products[i]);
      out[i] = squared > 0 ? squared : 0;
    }
    out[j] = 0;
  }
}

export const noRegulariser: Regulariser = { value: () => 0, add: async () => {} };

/** −Σ_{j picked} exp(−‖gᵢ − gⱼ‖² / 2). */
export function diversity(gradients: BiasedGradients): Regulariser {
  const sums = new Float64Array(gradients.errors.rows);
  const distances = new Float64Array(sums.length);
  return {
    value: (i) => 0 - sums[i],
    async add(pick, products) {
      gradients.squaredDistances(pick, products, 0, distances);
      for (let i = 0; i < sums.length; i++) sums[i] += Math.exp(-distances[i] / 2);
    },
  };
}

const EXACT_UP_TO = 50_000_000; // multiplications between all pairs; a fraction of a second

/**
 * Σₙ max(0, mₙ − ‖gᵢ − gₙ‖²) with mₙ the squared distance from n to its nearest pick, at first the largest of all
 * pairs. The sums are kept up to date: a pick changes them only through the images that it is nearest to. Time grows
 * with n² all the same; large pools use products in single precision, never more than a block of them at once.
 */
export async function facilityLocation(gradients: BiasedGradients, job: Job): Promise<Regulariser> {
  const { features, errors } = gradients;
  const n = errors.rows;
  const all = Array.from({ length: n }, (_, i) => i);
  const distances = new Float64Array(n);
  const exact = n * n * features.columns <= EXACT_UP_TO;
  /** Visits the squared distances from each of the given images to all. */
  const forEachRow = async (indices: readonly number[], visit: (x: number) => void): Promise<void> => {
    const step = pacer(job, 'Comparing gradients', indices.length, 'images');
    const visitProducts = (x: number, products: ArrayLike<number>): void => {
      gradients.squaredDistances(x, products, 1, distances);
      visit(x);
    };
    if (!exact) {
      const queries = takeRows(features, indices);
      await forEachProductRow(queries, features, (q, products) => visitProducts(indices[q], products), step);
      return;
    }
    const products = new Float64Array(n);
    for (const [done, x] of indices.entries()) {
      const h = row(features, x);
      for (let i = 0; i < n; i++) products[i] = dot(row(features, i), h);
      visitProducts(x, products);
      await step(done);
    }
  };

  let largest = 0;
  await forEachRow(all, () => {
    for (let i = 0; i < n; i++) largest = Math.max(largest, distances[i]);
  });
  const nearest = new Float64Array(n).fill(largest);
  const sums = new Float64Array(n);
  await forEachRow(all, () => {
    for (let i = 0; i < n; i++) sums[i] += largest - distances[i];
  });
  return {
    value: (i) => sums[i],
    async add(pick, products) {
      const fresh = new Float64Array(n);
      gradients.squaredDistances(pick, products, 0, fresh);
      const changed = all.filter((x) => fresh[x] < nearest[x]);
      await forEachRow(changed, (x) => {
        const [before, after] = [nearest[x], fresh[x]];
        for (let i = 0; i < n; i++) sums[i] += Math.max(0, after - distances[i]) - Math.max(0, before - distances[i]);
      });
      for (const x of changed) nearest[x] = fresh[x];
    },
  };
}
