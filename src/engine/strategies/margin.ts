import { topTwo } from '../numeric/probabilities';
import { defineStrategy, noOptions } from './define';
import { pickRows } from './picks';

/** How far the most probable class leads the second (0 … 1); with a single class its whole probability. */
function probabilityMargin(p: ArrayLike<number>): number {
  const { first, second } = topTwo(p);
  return p[first] - (second < 0 ? 0 : p[second]);
}

/**
 * Margin sampling: the images where the two most probable classes are closest; the score is p(2) − p(1) ≤ 0.
 * T. Scheffer, C. Decomain, S. Wrobel, "Active hidden Markov models for information extraction", IDA 2001.
 */
export const margin = defineStrategy({
  name: 'margin',
  title: 'Margin',
  hint: 'undecided between two classes',
  about: 'the images on which the two likeliest classes are closest',
  needs: ['probabilities'],
  options: noOptions,
  select: async ({ probabilities, className }, { k }) =>
    pickRows(
      probabilities,
      k,
      (p) => 0 - probabilityMargin(p), // not −x, which would turn 0 into −0
      (p) => {
        const { first, second } = topTwo(p);
        if (second < 0) return 'there is only one class';
        return `it hesitates between ${className(first)} and ${className(second)}`;
      },
    ),
});
