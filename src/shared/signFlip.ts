/** The paired sign-flip test and Holm's correction. Pure functions; figures that are not defined are null. */

export interface SignFlipTest {
  /** Two-sided. */
  readonly p: number;
  /** Pairs. */
  readonly n: number;
  /** Every pattern of signs was counted; otherwise they were sampled. */
  readonly exact: boolean;
  /** The smallest p that so many pairs can give: 2 / 2ⁿ when exact. */
  readonly smallest: number;
}

/** Up to this number of pairs all patterns of signs are counted. */
const exactUpTo = 16;

/**
 * Two-sided paired sign-flip (permutation) test of a mean difference of 0 (Fisher 1935; Good 2005, ch. 3): the share of
 * the 2ⁿ patterns of signs whose |sum| is at least the observed one. It assumes only that, without an effect, each
 * difference is as likely to have the other sign. Beyond 16 pairs patterns are sampled and p is (1 + hits) / (1 + N),
 * which never understates it (Phipson & Smyth 2010). Null without pairs.
 * @param uniform draws from [0, 1); seeded by the caller; used only beyond 16 pairs.
 */
export function signFlipTest(
  differences: readonly number[],
  uniform: () => number,
  resamples = 100_000,
): SignFlipTest | null {
  const n = differences.length;
  if (n === 0) return null;
  // Sums that are equal by definition differ by rounding; this is far below any real difference.
  const slack = 1e-12 * differences.reduce((sum, value) => sum + Math.abs(value), 0);
  const observed = Math.abs(differences.reduce((sum, value) => sum + value, 0)) - slack;
  const reaches = (isFlipped: (i: number) => boolean) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += isFlipped(i) ? -differences[i]! : differences[i]!;
    return Math.abs(sum) >= observed;
  };
  let hits = 0;
  if (n <= exactUpTo) {
    // A pattern and its opposite have the same |sum|: the last sign stays as it is.
    const patterns = 2 ** (n - 1);
    for (let pattern = 0; pattern < patterns; pattern++) if (reaches((i) => ((pattern >> i) & 1) === 1)) hits++;
    return { p: hits / patterns, n, exact: true, smallest: 1 / patterns };
  }
  for (let sample = 0; sample < resamples; sample++) if (reaches(() => uniform() < 0.5)) hits++;
  return { p: (1 + hits) / (1 + resamples), n, exact: false, smallest: 1 / (1 + resamples) };
}

/**
 * p values corrected for their number (Holm 1979, step-down Bonferroni), in the order given: rejecting those at or below
 * α keeps the probability of any false rejection at or below α, whatever their dependence. Null stays null and does not
 * count as a test.
 */
export function holm(values: readonly (number | null)[]): (number | null)[] {
  const tests = values.flatMap((p, i) => (p === null ? [] : [{ p, i }])).sort((a, b) => a.p - b.p);
  const corrected = values.map((): number | null => null);
  let largest = 0;
  for (const [rank, { p, i }] of tests.entries()) {
    largest = Math.max(largest, Math.min(1, (tests.length - rank) * p));
    corrected[i] = largest;
  }
  return corrected;
}

/** Pairs from which on an exact test of so many hypotheses can fall to α after Holm: the smallest n with m · 2 / 2ⁿ ≤ α. */
export function pairsNeeded(hypotheses: number, alpha = 0.05): number {
  let n = 1;
  while ((hypotheses * 2) / 2 ** n > alpha) n++;
  return n;
}
