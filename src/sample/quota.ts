import { Random } from '../engine/numeric/random';
import { type Expression, expressions } from './expressions';

/**
 * How many of 100 faces show each expression: FER2013's proportions, rounded. Two blocks of 50 share them, so that every
 * run of 50 faces from a multiple of 50 on, and with it every dataset of 50 or more, has all seven.
 */
const firstHalf: Record<Expression, number> = {
  angry: 7,
  disgust: 1,
  fear: 7,
  happy: 13,
  neutral: 9,
  sad: 8,
  surprise: 5,
};
const secondHalf: Record<Expression, number> = { ...firstHalf, happy: 12, sad: 9 };

const BLOCK = 50;

/** Test faces are faces from this index on, so that neither split depends on the size of the other. */
export const FIRST_TEST_FACE = 1_000_000_000;

/**
 * The expression of face `index` under a seed. Faces stand in shuffled blocks of 50 with fixed counts: the balance is
 * right for any number of faces, and the first 1,000 of 10,000 are the same 1,000.
 */
export function expressionOf(seed: number, index: number): Expression {
  const block = Math.floor(index / BLOCK);
  const counts = block % 2 === 0 ? firstHalf : secondHalf;
  const cards = expressions.flatMap((name) => Array.from({ length: counts[name] }, () => name));
  return Random.stream(seed, `sample/expressions/${block}`).shuffle(cards)[index - block * BLOCK];
}
