import { type Matrix, row } from '../numeric/matrix';
import { argmax } from '../numeric/probabilities';

/**
 * How well probabilities match labels. Definitions are scikit-learn's with zero_division = 0; macro averages run over
 * the classes that occur in the labels (scikit-learn's default for F1 adds classes that are only predicted).
 */
export interface Metrics {
  /** Number of images measured on. */
  readonly count: number;
  readonly accuracy: number;
  readonly macroF1: number;
  /** Mean of the recalls: balanced accuracy. */
  readonly macroRecall: number;
  /** Null where the class has no image here. */
  readonly perClassRecall: readonly (number | null)[];
  /** 0 where the class is never predicted. */
  readonly perClassPrecision: readonly number[];
  /** 0 where the class is never predicted rightly. */
  readonly perClassF1: readonly number[];
  /** Counts: confusion[true][predicted]. */
  readonly confusion: readonly (readonly number[])[];
  /** Expected calibration error of the top probability, 0 … 1; see expectedCalibrationError. */
  readonly ece: number;
  /** Mean of −ln(probability of the label), probabilities clipped at 2⁻⁵². */
  readonly logLoss: number;
}

/**
 * Metrics of probabilities [n × c] against n labels, n ≥ 1. The prediction is the most probable class, the lower index
 * on a tie.
 */
export function evaluate(probabilities: Matrix, labels: ArrayLike<number>, classCount: number): Metrics {
  const { rows: count, columns } = probabilities;
  if (count === 0) throw new RangeError('There is no image to evaluate on.');
  if (columns !== classCount) throw new RangeError(`Probabilities have ${columns} columns for ${classCount} classes.`);
  if (labels.length !== count) throw new RangeError(`${count} predictions need ${count} labels, not ${labels.length}.`);

  const confusion = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  const confidences = new Float64Array(count);
  const hits = new Uint8Array(count);
  let lossSum = 0;
  for (let i = 0; i < count; i++) {
    const p = row(probabilities, i);
    const label = labels[i];
    if (!(Number.isInteger(label) && label >= 0 && label < classCount))
      throw new RangeError(`Label ${i} must be a class index below ${classCount}, not ${label}.`);
    if (!p.every((value) => value >= 0 && value <= 1 + 1e-6))
      throw new RangeError(`The probabilities of image ${i} must lie between 0 and 1, not ${p.join(', ')}.`);
    const predicted = argmax(p);
    confusion[label][predicted]++;
    confidences[i] = p[predicted];
    hits[i] = Number(predicted === label);
    lossSum -= Math.log(Math.min(1, Math.max(p[label], Number.EPSILON)));
  }
  return { ...countMetrics(confusion), ece: expectedCalibrationError(confidences, hits), logLoss: lossSum / count };
}

/** The metrics that depend on counts alone. */
export function countMetrics(confusion: readonly (readonly number[])[]): Omit<Metrics, 'ece' | 'logLoss'> {
  const classes = confusion.map((_, c) => {
    const right = confusion[c][c];
    const actual = total(confusion[c]);
    const predicted = total(confusion.map((counts) => counts[c]));
    return {
      right,
      actual,
      recall: actual > 0 ? right / actual : null,
      precision: ratio(right, predicted),
      f1: ratio(2 * right, actual + predicted),
    };
  });
  const count = total(classes.map((c) => c.actual));
  const occurring = classes.filter((c) => c.actual > 0);
  return {
    count,
    accuracy: ratio(total(classes.map((c) => c.right)), count),
    macroF1: ratio(total(occurring.map((c) => c.f1)), occurring.length),
    macroRecall: ratio(total(occurring.map((c) => c.recall ?? 0)), occurring.length),
    perClassRecall: classes.map((c) => c.recall),
    perClassPrecision: classes.map((c) => c.precision),
    perClassF1: classes.map((c) => c.f1),
    confusion,
  };
}

/** Bins of the expected calibration error. */
const CALIBRATION_BINS = 15;

/**
 * Expected calibration error (Guo et al., ICML 2017, eq. 3): over equal-width bins ((m − 1) / M, m / M] of the
 * confidence, the mean of |accuracy − mean confidence| weighted by the bin's share of the images. Confidence 0 counts in
 * the first bin.
 */
export function expectedCalibrationError(
  confidences: ArrayLike<number>,
  hits: ArrayLike<number>,
  bins = CALIBRATION_BINS,
): number {
  // |Σ hits − Σ confidences| / n of a bin is its weighted gap.
  const gaps = new Float64Array(bins);
  for (let i = 0; i < confidences.length; i++) {
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidences[i] * bins) - 1));
    gaps[bin] += hits[i] - confidences[i];
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / confidences.length;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** 0 where there is nothing to divide by (zero_division = 0). */
function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
