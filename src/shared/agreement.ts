/** How far people agree on classes. Pure functions; a figure that is not defined is null, never NaN. */

/** What one person said of the images that they gave a class: image → class. */
export type Verdicts = ReadonlyMap<string, string>;

export interface PairAgreement {
  /** Images that both gave a class. */
  readonly both: number;
  /** Of these the share on which they agree. */
  readonly agreed: number | null;
  /**
   * Cohen's κ (1960): (p_o − p_e) / (1 − p_e) with the chance p_e that both say the same when each keeps to their own frequencies. Null
   * without common images, and where each says one and the same class of all of them.
   */
  readonly kappa: number | null;
}

export function pairAgreement(one: Verdicts, other: Verdicts): PairAgreement {
  const counts = [new Map<string, number>(), new Map<string, number>()] as const;
  let both = 0;
  let same = 0;
  for (const [image, first] of one) {
    const second = other.get(image);
    if (second === undefined) continue;
    both++;
    if (first === second) same++;
    add(counts[0], first, 1);
    add(counts[1], second, 1);
  }
  if (both === 0) return { both, agreed: null, kappa: null };
  let byChance = 0;
  for (const [name, count] of counts[0]) byChance += (count / both) * ((counts[1].get(name) ?? 0) / both);
  const agreed = same / both;
  return { both, agreed, kappa: byChance === 1 ? null : (agreed - byChance) / (1 - byChance) };
}

/**
 * Krippendorff's α for classes (nominal data; Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", C): 1 − D_o / D_e over the
 * coincidences of all pairs of verdicts on one image, any number of people, images that some left out among them. Null where no
 * image has two verdicts, or where all of these are one class.
 */
export function krippendorffAlpha(people: readonly Verdicts[]): number | null {
  const byImage = new Map<string, Map<string, number>>();
  for (const verdicts of people)
    for (const [image, name] of verdicts) {
      const counts = byImage.get(image) ?? new Map<string, number>();
      byImage.set(image, counts);
      add(counts, name, 1);
    }
  const totals = new Map<string, number>();
  let observed = 0; // weighted pairs that differ
  let n = 0;
  for (const counts of byImage.values()) {
    const verdicts = sum(counts.values());
    if (verdicts < 2) continue;
    n += verdicts;
    for (const [name, count] of counts) {
      add(totals, name, count);
      observed += (count * (verdicts - count)) / (verdicts - 1);
    }
  }
  let expected = 0;
  for (const count of totals.values()) expected += count * (n - count);
  return expected === 0 ? null : 1 - ((n - 1) * observed) / expected;
}

function add(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
