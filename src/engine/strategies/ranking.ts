import type { Pick, SelectionContext } from './strategy';

/** The indices of the k largest scores, best first; equal scores go to the lower index. */
export function largest(scores: Float64Array, k: number): number[] {
  const order = Array.from(scores.keys());
  order.sort((i, j) => scores[j] - scores[i] || i - j);
  return order.slice(0, k);
}

/** Picks for the k largest scores, each with its reason. */
export function pickLargest(scores: Float64Array, k: number, reason: (index: number) => string): Pick[] {
  return largest(scores, k).map((index) => ({ index, score: scores[index], reason: reason(index) }));
}

/** The two most probable classes of a row of probabilities (ties to the lower class); `second` is -1 for one class. */
export function topTwo(p: ArrayLike<number>): { first: number; second: number } {
  let first = 0;
  let second = -1;
  for (let c = 1; c < p.length; c++) {
    if (p[c] > p[first]) {
      second = first;
      first = c;
    } else if (second < 0 || p[c] > p[second]) second = c;
  }
  return { first, second };
}

/** How a reason calls a class. */
export function className(context: SelectionContext, c: number): string {
  return context.classNames?.[c] ?? `class ${c}`;
}

/** A probability as people read it. */
export function percent(p: number): string {
  return `${Math.round(100 * p)} %`;
}
