import type { Interval } from './statistics';

/** The normal quantile of a two-sided 95 % interval. */
const Z = 1.959964;

/**
 * Wilson's score interval (1927) at 95 % for a share that was seen in `count` tries: also where all or none of few were right it is neither
 * empty nor beyond 0 … 1. Null without a try.
 */
export function wilsonInterval(share: number, count: number): Interval | null {
  if (!(count > 0)) return null;
  const squared = Z * Z;
  const centre = (share + squared / (2 * count)) / (1 + squared / count);
  const half = (Z / (1 + squared / count)) * Math.sqrt((share * (1 - share)) / count + squared / (4 * count * count));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
