import type { Group } from '../geometry/clusterWalk';
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

/** How a reason calls a class. */
export function className(context: SelectionContext, c: number): string {
  return context.classNames?.[c] ?? `class ${c}`;
}

/** A probability as people read it. */
export function percent(p: number): string {
  return `${Math.round(100 * p)} %`;
}

/** The reason for a pick: how it stands ("typical of") to its group. */
export function groupReason(how: string, { size, labelled }: Group): string {
  if (size === 1) return 'unlike all others, in a group of its own';
  const known = labelled === 0 ? 'none labelled yet' : `${labelled.toLocaleString('en')} labelled`;
  return `${how} a group of ${size.toLocaleString('en')} images, ${known}`;
}
