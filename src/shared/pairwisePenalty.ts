import { mean, sampleStandardDeviation, studentQuantile } from './statistics';

/** One method's results in one setting (a budget): seed → value, larger is better. */
export type SeedValues = ReadonlyMap<number, number>;

export interface PairwisePenalty {
  /** wins[i][j]: share of the settings in which method i beats method j; null where no setting could be tested. */
  readonly wins: readonly (readonly (number | null)[])[];
  /** Mean of column j over the other methods: how often j is beaten. Lower is better. */
  readonly penalty: readonly (number | null)[];
}

/**
 * Which of two methods is ahead by a paired two-sided t test at 5 % over their common seeds: 1, −1, or 0 when neither is
 * (|t| = √n · |mean| / sd must exceed 2.776 for 5 seeds, 4.303 for 3). Null where that can't be tested: below two common
 * seeds, and where the values of both methods differ but not from seed to seed: that is one run of each, repeated.
 */
export function aheadByPairedT(ours: SeedValues, theirs: SeedValues, level = 0.95): 1 | 0 | -1 | null {
  const pairs = [...ours].flatMap(([seed, value]): [number, number][] => {
    const other = theirs.get(seed);
    return other === undefined ? [] : [[value, other]];
  });
  const differences = pairs.map(([value, other]) => value - other);
  const centre = mean(differences);
  const deviation = sampleStandardDeviation(differences);
  if (centre === null || deviation === null) return null;
  const repeated = pairs.every(([value, other]) => value === pairs[0]?.[0] && other === pairs[0]?.[1]);
  if (repeated && centre !== 0) return null;
  const bound = (studentQuantile(level, differences.length - 1) * deviation) / Math.sqrt(differences.length);
  return centre > bound ? 1 : centre < -bound ? -1 : 0;
}

/**
 * Pairwise penalty matrix (Ash et al., "Deep Batch Active Learning by Diverse, Uncertain Gradient Lower Bounds", ICLR
 * 2020, section 5): method i beats j in a setting when it is ahead by a paired t test, and every win adds 1 over the
 * number of settings. So an entry is a share between 0 and 1; the paper adds these up over data sets, here there is one.
 * It does not see how large a difference is, and its tests are not corrected for their number.
 * @param methods [method][setting] → seed → value; the same settings in the same order for every method.
 */
export function pairwisePenalty(methods: readonly (readonly SeedValues[])[]): PairwisePenalty {
  const wins = methods.map((ours, i) =>
    methods.map((theirs, j): number | null => {
      if (i === j) return 0;
      const outcomes = ours
        .map((values, setting) => aheadByPairedT(values, theirs[setting] ?? new Map()))
        .filter((outcome) => outcome !== null);
      return mean(outcomes.map((outcome) => (outcome === 1 ? 1 : 0)));
    }),
  );
  const penalty = methods.map((_, j) =>
    mean(wins.map((row, i) => (i === j ? null : (row[j] ?? null))).filter((share) => share !== null)),
  );
  return { wins, penalty };
}
