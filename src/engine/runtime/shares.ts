/** Rows [from, to) of a batch that belong to one replica. */
export interface Share {
  readonly from: number;
  readonly to: number;
}

/** Fewer rows than that make statistics of a batch too rough to normalise by (Wu & He 2018, figure 1). */
const FEWEST_ROWS = 16;

/**
 * Contiguous shares of nearly equal size. Two views of an image stand half a batch apart, so from two replicas on they are
 * in different shares, and statistics of a share tell nothing about the pair (He et al. 2020, section 3.3).
 */
export function sharesOf(rows: number, replicas: number): Share[] {
  const at = (replica: number) => Math.floor((replica * rows) / replicas);
  return Array.from({ length: replicas }, (_, r) => ({ from: at(r), to: at(r + 1) }));
}

/** How many replicas a batch of so many rows is shared out among where so many can work at a time. */
export const replicasFor = (rows: number, cores: number): number =>
  Math.max(1, Math.min(cores, Math.floor(rows / FEWEST_ROWS)));
