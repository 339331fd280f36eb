/** Rows [from, to) of a batch that belong to one replica. */
export interface Share {
  readonly from: number;
  readonly to: number;
}

/**
 * Contiguous shares of nearly equal size. Two views of an image stand half a batch apart, so from two replicas on they are
 * in different shares, and statistics of a share tell nothing about the pair (He et al. 2020, section 3.3).
 */
export function sharesOf(rows: number, replicas: number): Share[] {
  const at = (replica: number) => Math.floor((replica * rows) / replicas);
  return Array.from({ length: replicas }, (_, r) => ({ from: at(r), to: at(r + 1) }));
}
