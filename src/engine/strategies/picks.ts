import { percent as percentOf } from '../../shared/percent';
import type { Group } from '../geometry/clusterWalk';
import { type Matrix, row, type Vector } from '../numeric/matrix';
import type { Pick } from './define';

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

/** Picks for the k rows of largest score, each row judged by itself. */
export function pickRows(
  rows: Matrix,
  k: number,
  score: (row: Vector) => number,
  reason: (row: Vector, score: number) => string,
): Pick[] {
  const scores = Float64Array.from({ length: rows.rows }, (_, i) => score(row(rows, i)));
  return pickLargest(scores, k, (i) => reason(row(rows, i), scores[i]));
}

/** A probability as people read it. */
export const percent = (p: number): string => percentOf(p, 0);

/** Why an image was picked that is nearer to so many images of the pool than anything chosen before. */
export function coverageReason(nearestTo: number): string {
  if (nearestTo === 0) return 'looks like an image chosen before';
  if (nearestTo === 1) return 'unlike all images chosen before';
  return `most like ${nearestTo.toLocaleString('en')} images of the pool`;
}

/** Why an image was picked that stands somehow ("typical of") to its group. */
export function groupReason(how: string, { size, labelled }: Group): string {
  if (size === 1) return 'unlike all others, in a group of its own';
  const known = labelled === 0 ? 'none labelled yet' : `${labelled.toLocaleString('en')} labelled`;
  return `${how} a group of ${size.toLocaleString('en')} images, ${known}`;
}
