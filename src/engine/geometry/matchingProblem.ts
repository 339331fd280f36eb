import type { Matrix } from '../numeric/matrix';

/** A linear head that is moved by one hypothetical image at a time, and the images on which its loss is watched. */
export interface MatchingProblem {
  /** Features of the pool, and after them of the other images that are watched, [r × d]. */
  readonly features: Matrix;
  /** What the head says of them at the start, [r × c]. */
  readonly logits: Matrix<Float64Array>;
  /** Their classes, r of them. */
  readonly targets: Int32Array;
  /** What each counts in the mean loss; 0 for one that is not watched. */
  readonly weights: Float64Array;
  /** p − onehot(ŷ) of the pool, [n × c]: with features h, image i has the gradient g = e ⊗ [1, h]. */
  readonly errors: Matrix<Float64Array>;
  readonly learningRate: number;
}

export interface MatchingStep {
  /** ⟨gᵢ, ∇L⟩ for every image of the pool, with ∇L the gradient of the mean loss under the head as it is now. */
  readonly gains: ArrayLike<number>;
  /** ⟨[1, hᵢ], [1, hⱼ]⟩ for every image i of the pool and the image j just taken; 0 when none was. */
  readonly products: ArrayLike<number>;
}

export interface GradientMatching {
  /** Moves the head against the gradient of image j of the pool (null: leaves it), then measures. */
  step(taken: number | null): Promise<MatchingStep>;
}
