/**
 * Up to this uniformity of its projections (Wang & Isola 2020; lower is more spread out) an encoder tells images apart. Above it
 * HOG told more: at −2.9, after 24 epochs on 1,000 drawn faces, 36.5 against 23.3 % at 21 labels; an encoder that ended at −3.6
 * had passed −3 after a fifth of its 80 epochs on fer13-mini (docs/results.md).
 */
const SPREAD_OUT = -3;

/** Whether contrastive pre-training went on for long enough that rounds may begin with what it made. */
export const hasLearnt = ({ uniformity }: { readonly uniformity: number }): boolean => uniformity <= SPREAD_OUT;

/** From this effective rank down all features are nearly the same, or differ along one line alone. */
const COLLAPSED_RANK = 1.5;

/** Whether features tell images apart no more. */
export const hasCollapsed = ({ effectiveRank }: { readonly effectiveRank: number }): boolean =>
  effectiveRank < COLLAPSED_RANK;
