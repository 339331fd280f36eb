import type { Random } from './random';

/** Up to so many images in the pool strategies look at every pair of them; a larger pool is looked at by samples. */
export const EXACT_ROWS = 50_000;

/**
 * At most `most` of n positions, ascending: one drawn from each of equally long stretches, so that a pool that is sorted by
 * anything is represented evenly, and one that repeats itself too.
 */
export function stratifiedSample(n: number, most: number, random: Random): Int32Array {
  if (n <= most) return Int32Array.from({ length: n }, (_, i) => i);
  const edge = (i: number): number => Math.floor((i * n) / most);
  return Int32Array.from({ length: most }, (_, i) => edge(i) + random.integer(edge(i + 1) - edge(i)));
}
