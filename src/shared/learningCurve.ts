import type { Interval } from './statistics';

/** What was measured with so many labels, and on how many images. */
export interface CurvePoint {
  readonly labels: number;
  readonly accuracy: number;
  readonly count: number;
}

/** error(n) = floor + scale · (n / unit)^−exponent, the inverse power law of learning curves (Viering & Loog 2021, "The Shape of Learning Curves"). */
export interface LearningCurve {
  readonly floor: number;
  readonly scale: number;
  readonly exponent: number;
  /** Labels at which the error is floor + scale. */
  readonly unit: number;
}

/** Below, three parameters fit anything. */
export const FEWEST_POINTS = 4;

/** Curves drawn; their spread is the interval. */
const DRAWS = 400;
/** What exponents are like before any point is seen: between about 0.1 and 0.8, in the logarithm. */
const EXPONENT = { centre: 0.3, deviation: 1 };
const EXPONENTS = Array.from({ length: 30 }, (_, i) => 0.1 * 1.1 ** i);
/** Points that the binomial variance of the measurements counts for beside the scatter around the curve. */
const BINOMIAL_WEIGHT = 4;
/** How far apart two models' accuracies lie beside their curve, in standard errors of as many images as there are labels (docs/results.md). */
const LUCK = 0.6;

/** What is known of a curve beside its points. */
interface Prior {
  readonly floor: number;
  readonly floorDeviation: number;
  readonly exponent: number;
}

export const accuracyAt = ({ floor, scale, exponent, unit }: LearningCurve, labels: number): number =>
  1 - floor - scale * (labels / unit) ** -exponent;

/** Labels at which a curve reaches an accuracy; infinite where it levels off below. */
export function labelsFor({ floor, scale, exponent, unit }: LearningCurve, accuracy: number): number {
  const above = 1 - accuracy - floor;
  if (above <= 0) return Number.POSITIVE_INFINITY;
  return scale <= 0 ? 0 : unit * (above / scale) ** (-1 / exponent);
}

/**
 * Curves that the points could come from: the fit to each of several redrawings of points and of what is known beforehand (a parametric
 * bootstrap; with the prior redrawn too, the randomised maximum a posteriori). Null with too few points.
 * @param uniform draws from [0, 1); seeded by the caller, so that the curves can be repeated.
 */
export function likelyCurves(points: readonly CurvePoint[], uniform: () => number): LearningCurve[] | null {
  const last = points.at(-1);
  if (!last || points.length < FEWEST_POINTS) return null;
  const errors = points.map(({ accuracy }) => 1 - accuracy);
  const binomial = points.map((_, i) => binomialVariance(points, i));
  const lowest = Math.max(0.01, Math.min(...errors));
  const known = { floor: lowest / 2, floorDeviation: lowest / 2, exponent: EXPONENT.centre };
  const unit = last.labels;
  const fitted = bestCurve(basesOf(points, binomial), unit, errors, known);
  const expected = points.map(({ labels }) => 1 - accuracyAt(fitted, labels));
  const variances = scatter(errors, expected, binomial);
  const bases = basesOf(points, variances);
  return Array.from({ length: DRAWS }, () => {
    const drawn = expected.map((error, i) => error + Math.sqrt(variances[i]!) * normal(uniform));
    const floor = lowest * uniform();
    const exponent = EXPONENT.centre * Math.exp(EXPONENT.deviation * normal(uniform));
    return bestCurve(bases, unit, drawn, { ...known, floor, exponent });
  });
}

/** Of the share of errors; smoothed, so that no errors at all do not mean certainty. */
function binomialVariance(points: readonly CurvePoint[], i: number): number {
  const { accuracy, count } = points[i]!;
  const share = (accuracy * count + 1) / (count + 2);
  return (share * (1 - share)) / Math.max(1, count);
}

/** The variance of each point: as wide as the binomial, narrowed or widened by how far the points lie from the curve. */
function scatter(errors: readonly number[], expected: readonly number[], binomial: readonly number[]): number[] {
  let chi = 0;
  for (const [i, error] of errors.entries()) chi += (error - expected[i]!) ** 2 / binomial[i]!;
  const factor = (BINOMIAL_WEIGHT + chi) / (BINOMIAL_WEIGHT + Math.max(1, errors.length - 2));
  return binomial.map((variance) => variance * factor);
}

/**
 * A draw of what a curve says that so many more labels bring, with the luck of which images come: accuracies lie beside their curve, the
 * farther the fewer labels there are, and two models' move together as far as their labels are the same.
 */
export function drawnGain(curve: LearningCurve, labels: number, more: number, uniform: () => number): number {
  const accuracy = accuracyAt(curve, labels);
  const variance = Math.max(0, accuracy * (1 - accuracy)) / labels;
  const deviation = LUCK * Math.sqrt((variance * more) / (labels + more));
  return accuracyAt(curve, labels + more) - accuracy + deviation * normal(uniform);
}

/** What least squares need of an exponent, the same for all draws: powers of the labels, weighed, and sums of these. */
interface Base {
  readonly exponent: number;
  readonly powers: Float64Array;
  readonly weights: Float64Array;
  readonly x: number;
  readonly xx: number;
}

function basesOf(points: readonly CurvePoint[], variances: readonly number[]): Base[] {
  const unit = points.at(-1)!.labels;
  const weights = Float64Array.from(variances, (variance) => 1 / variance);
  return EXPONENTS.map((exponent) => {
    const powers = Float64Array.from(points, ({ labels }) => (labels / unit) ** -exponent);
    let [x, xx] = [0, 0];
    for (const [i, weight] of weights.entries()) {
      x += weight * powers[i]!;
      xx += weight * powers[i]! ** 2;
    }
    return { exponent, powers, weights, x, xx };
  });
}

/** The most likely curve: least squares in floor and scale for each exponent, and the best of these. */
function bestCurve(bases: readonly Base[], unit: number, errors: ArrayLike<number>, prior: Prior): LearningCurve {
  let best: LearningCurve | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const base of bases) {
    const { exponent, powers, weights } = base;
    const { floor, scale } = solve(base, errors, prior);
    let cost = ((floor - prior.floor) / prior.floorDeviation) ** 2;
    cost += (Math.log(exponent / prior.exponent) / EXPONENT.deviation) ** 2;
    for (let i = 0; i < powers.length; i++) cost += weights[i]! * (errors[i]! - floor - scale * powers[i]!) ** 2;
    if (cost >= least) continue;
    least = cost;
    best = { floor, scale, exponent, unit };
  }
  return best!;
}

/** Floor and scale, neither below 0, by weighted least squares with what is known of the floor. */
function solve({ powers, weights, x, xx }: Base, errors: ArrayLike<number>, { floor: known, floorDeviation }: Prior) {
  const weight = 1 / floorDeviation ** 2;
  let [one, y, xy] = [weight, weight * known, 0];
  for (let i = 0; i < powers.length; i++) {
    one += weights[i]!;
    y += weights[i]! * errors[i]!;
    xy += weights[i]! * powers[i]! * errors[i]!;
  }
  const determinant = one * xx - x ** 2;
  const scale = determinant > 0 ? (one * xy - x * y) / determinant : 0;
  if (scale <= 0) return { floor: Math.max(0, y / one), scale: 0 };
  const floor = (y - x * scale) / one;
  return floor >= 0 ? { floor, scale } : { floor: 0, scale: Math.max(0, xy / xx) };
}

/** A standard normal draw (Box & Muller 1958). */
const normal = (uniform: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

/** The middle of values and the interval that holds a share of them, by the nearest of them: they may be infinite. */
export function spreadOf(values: readonly number[], level: number): Interval & { readonly middle: number } {
  const sorted = Float64Array.from(values).sort();
  const at = (p: number): number => sorted[Math.round(p * (sorted.length - 1))]!;
  return { low: at((1 - level) / 2), middle: at(0.5), high: at((1 + level) / 2) };
}
