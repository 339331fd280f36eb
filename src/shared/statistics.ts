/** Statistics of repeated runs. Pure functions; figures that are not defined are null, never NaN. */

export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Sample standard deviation (divisor n − 1); null for fewer than two values. */
export function sampleStandardDeviation(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** The p-quantile with linear interpolation between order statistics (Hyndman & Fan 1996, type 7). */
export function quantile(values: readonly number[], p: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}

export const median = (values: readonly number[]): number | null => quantile(values, 0.5);

/** A confidence interval of a mean. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * P(|T| < t) for Student's t with a whole number of degrees of freedom, by the finite sums of Abramowitz & Stegun
 * 26.7.3 (odd) and 26.7.4 (even).
 */
function studentTwoSided(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < degrees; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/** The t with P(|T| < t) = level: 4.303 for 2 degrees of freedom and level 0.95. */
export function studentQuantile(level: number, degrees: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`A confidence level lies between 0 and 1, not at ${level}.`);
  if (!Number.isInteger(degrees) || degrees < 1)
    throw new RangeError(`Degrees of freedom are a whole number from 1 on, not ${degrees}.`);
  let low = 0;
  let high = 1;
  while (studentTwoSided(high, degrees) < level) high *= 2;
  for (let i = 0; i < 100 && low < high; i++) {
    const middle = (low + high) / 2;
    if (studentTwoSided(middle, degrees) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Student's t interval of the mean, which takes the values for normally distributed; null below two values. */
export function studentInterval(values: readonly number[], level = 0.95): Interval | null {
  const centre = mean(values);
  const deviation = sampleStandardDeviation(values);
  if (centre === null || deviation === null) return null;
  const half = (studentQuantile(level, values.length - 1) * deviation) / Math.sqrt(values.length);
  return { low: centre - half, high: centre + half };
}

/**
 * Percentile bootstrap interval of the mean (Efron & Tibshirani 1993, ch. 13); null below two values.
 * @param uniform draws from [0, 1); seeded by the caller, so that the interval can be repeated.
 */
export function bootstrapInterval(
  values: readonly number[],
  uniform: () => number,
  level = 0.95,
  resamples = 10_000,
): Interval | null {
  const n = values.length;
  if (n < 2) return null;
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[Math.floor(uniform() * n)]!;
    return sum / n;
  });
  means.sort((a, b) => a - b);
  const tail = (1 - level) / 2;
  const [low, high] = [quantile(means, tail), quantile(means, 1 - tail)];
  return low === null || high === null ? null : { low, high };
}

/** From this number of pairs on the bootstrap is used. */
export const bootstrapFrom = 30;

export interface PairedComparison {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly wins: number;
  readonly interval: 'student-t' | 'bootstrap' | null;
  /** The bootstrap's interval, also where Student's is the one to read. */
  readonly bootstrap: Interval | null;
}

/** `ours − theirs` at the seeds that both have, by seed. */
export function pairedDifferences(ours: ReadonlyMap<number, number>, theirs: ReadonlyMap<number, number>): number[] {
  const seeds = [...ours.keys()].filter((seed) => theirs.has(seed)).sort((a, b) => a - b);
  return seeds.map((seed) => (ours.get(seed) ?? 0) - (theirs.get(seed) ?? 0));
}

/**
 * Mean of `ours − theirs` over the seeds that both have, with a 95 % interval; null without a common seed.
 *
 * The interval is Student's below 30 pairs and the percentile bootstrap from there on. The bootstrap can't leave the
 * range of the observed differences: with 3 pairs it is just their smallest and largest, which hold the true mean in
 * about 75 % of cases, not 95 %; with 10 it is still a fifth narrower than Student's. Student's t with 2 degrees of
 * freedom is wide (4.3 standard errors), and rightly so: with 3 seeds any interval is rough.
 */
export function pairedComparison(
  ours: ReadonlyMap<number, number>,
  theirs: ReadonlyMap<number, number>,
  uniform: () => number,
): PairedComparison | null {
  const differences = pairedDifferences(ours, theirs);
  const centre = mean(differences);
  if (centre === null) return null;
  const n = differences.length;
  const kind = n >= bootstrapFrom ? 'bootstrap' : 'student-t';
  const bootstrap = bootstrapInterval(differences, uniform);
  const interval = kind === 'bootstrap' ? bootstrap : studentInterval(differences);
  return {
    mean: centre,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    n,
    wins: differences.filter((difference) => difference > 0).length,
    interval: interval && kind,
    bootstrap,
  };
}

/** The scale of the budget axis. On 'log' the first labels weigh as much as they do for somebody who has none. */
export type BudgetAxis = 'linear' | 'log';

/** Logarithmic when the budgets span a factor of ten or more, else linear. */
export function defaultAxis(budgets: readonly number[]): BudgetAxis {
  const smallest = Math.min(...budgets);
  return smallest > 0 && Math.max(...budgets) >= 10 * smallest ? 'log' : 'linear';
}

/** A metric at a number of labels. */
export interface BudgetPoint {
  readonly labelled: number;
  readonly value: number;
}

const byLabels = (points: readonly BudgetPoint[]): BudgetPoint[] => [...points].sort((a, b) => a.labelled - b.labelled);

/**
 * Area under the budget curve (AUBC): trapezoids over the axis, divided by its length, so a mean value of the metric.
 * Real budgets are used, not equal spacing. Only curves over the same budgets can be compared. One point is its own
 * area; none have none.
 */
export function areaUnderBudgetCurve(points: readonly BudgetPoint[], axis: BudgetAxis): number | null {
  const curve = byLabels(points);
  const [first] = curve;
  const last = curve.at(-1);
  if (!first || !last) return null;
  if (axis === 'log' && first.labelled <= 0) throw new RangeError('A logarithmic budget axis has no place for 0.');
  const position = (point: BudgetPoint) => (axis === 'log' ? Math.log(point.labelled) : point.labelled);
  const length = position(last) - position(first);
  if (length === 0) return mean(curve.map((point) => point.value));
  let area = 0;
  let before = first;
  for (const point of curve) {
    area += (position(point) - position(before)) * 0.5 * (point.value + before.value);
    before = point;
  }
  // A mean lies between the smallest and the largest value; rounding must not carry it out.
  const values = curve.map((point) => point.value);
  return Math.min(Math.max(area / length, Math.min(...values)), Math.max(...values));
}

/**
 * Labels needed to reach a value of the metric: on the running maximum of the curve, interpolated in the logarithm of
 * the budget (linearly from 0 labels). A curve that starts at or above the target needs at most its first budget, and
 * that is returned; null when the target is never reached.
 */
export function labelsToReach(points: readonly BudgetPoint[], target: number): number | null {
  const curve = byLabels(points);
  let best = Number.NEGATIVE_INFINITY;
  let reachedAt = 0;
  for (const [i, point] of curve.entries()) {
    if (point.value >= target) {
      if (i === 0) return point.labelled;
      const share = (target - best) / (point.value - best);
      return reachedAt > 0
        ? Math.exp(Math.log(reachedAt) + share * Math.log(point.labelled / reachedAt))
        : share * point.labelled;
    }
    best = Math.max(best, point.value);
    reachedAt = point.labelled;
  }
  return null;
}
