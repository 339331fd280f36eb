import {
  accuracyAt,
  type CurvePoint,
  drawnGain,
  FEWEST_POINTS,
  labelsFor,
  likelyCurves,
  spreadOf,
} from './learningCurve';
import type { LabelCurve, ResultsFile } from './schema/results';
import { seeded } from './seeded';

/** How many of ten such intervals should hold what comes: few enough that they are narrow, enough to plan by. */
export const ADVICE_LEVEL = 0.8;

/** A middle and the interval around it; null: without end. */
export interface Likely {
  readonly middle: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** What more labels are likely to bring, from what the labels so far have brought. */
export interface Advice {
  /** Trained rounds that it stands on; null where it is the newest one's models on shares of its labels. */
  readonly rounds: number | null;
  /** Whether accuracy is estimated on the labels themselves. */
  readonly estimate: boolean;
  /** Labels now, and the accuracy with them, as the curve has it. */
  readonly labels: number;
  readonly accuracy: number;
  /** What so many more labels add to the accuracy. */
  readonly next: { readonly labels: number; readonly gain: Likely };
  /** About how many labels in all an accuracy takes; null where none was asked for. */
  readonly target: { readonly accuracy: number; readonly labels: Likely } | null;
}

export interface AdviceWish {
  /** How many more labels. */
  readonly more: number;
  /** Accuracy to reach, a share. */
  readonly target?: number;
}

/** What is known too little of for advice: rounds trained so far, and how many it takes. */
export interface TooFew {
  readonly rounds: number;
  readonly needed: number;
}

export const isTooFew = (advice: Advice | TooFew): advice is TooFew => 'needed' in advice;

/**
 * Fits a learning curve to what was measured and says where it leads; always the same for the same results. Estimates of different rounds
 * can't be compared where labels were chosen for being hard, because each round's are harder: then the curve is that of shares of the
 * newest labels, where it is known.
 */
export function adviceFrom(results: readonly ResultsFile[], { more, target }: AdviceWish): Advice | TooFew {
  const newest = results.at(-1);
  const ofShares = newest?.estimate ? newest.curve : undefined;
  const points = ofShares ? pointsOfShares(ofShares) : pointsOf(results);
  const uniform = seeded(points.length);
  const curves = likelyCurves(points, uniform);
  const last = points.at(-1);
  if (!curves || !last || !newest) return { rounds: points.length, needed: FEWEST_POINTS };
  const labels = ofShares ? newest.labelled : last.labels;
  const gain = spreadOf(
    curves.map((curve) => drawnGain(curve, labels, more, uniform)),
    ADVICE_LEVEL,
  );
  const accuracy = spreadOf(
    curves.map((curve) => accuracyAt(curve, labels)),
    ADVICE_LEVEL,
  ).middle;
  return {
    rounds: ofShares ? null : points.length,
    estimate: newest.estimate,
    labels,
    accuracy,
    next: { labels: more, gain },
    target: target === undefined ? null : { accuracy: target, labels: likelyLabels(curves, labels, target) },
  };
}

function likelyLabels(curves: NonNullable<ReturnType<typeof likelyCurves>>, labels: number, target: number): Likely {
  const { low, middle, high } = spreadOf(
    curves.map((curve) => Math.max(labels, labelsFor(curve, target))),
    ADVICE_LEVEL,
  );
  const whole = (n: number) => (Number.isFinite(n) ? Math.ceil(n) : null);
  return { low: whole(low), middle: whole(middle), high: whole(high) };
}

/** Models on shares of the same labels, all measured on the same images. */
const pointsOfShares = ({ points, count }: LabelCurve): CurvePoint[] => points.map((point) => ({ ...point, count }));

/**
 * What was measured as the newest results were: of the same images and classes, by the same learner, on a test split or by cross-validation. Of
 * several trainings with so many labels the newest.
 */
function pointsOf(results: readonly ResultsFile[]): CurvePoint[] {
  const newest = results.at(-1);
  const points = new Map<number, CurvePoint>();
  for (const { metrics, estimate, learner, dataset, labelled, perClass } of results) {
    if (!metrics || metrics.count === 0 || estimate !== newest?.estimate) continue;
    if (learner !== newest.learner || dataset.digest !== newest.dataset.digest) continue;
    if (classesIn(perClass) !== classesIn(newest.perClass)) continue;
    points.set(labelled, { labels: labelled, accuracy: metrics.accuracy, count: metrics.count });
  }
  return [...points.values()].sort((a, b) => a.labels - b.labels);
}

const classesIn = (perClass: ResultsFile['perClass']): string => JSON.stringify(Object.keys(perClass).sort());
