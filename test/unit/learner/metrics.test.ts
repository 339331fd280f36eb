import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countMetrics, evaluate, expectedCalibrationError } from '../../../src/engine/learner/metrics';
import { matrix } from '../../../src/engine/numeric/matrix';
import { argmax } from '../../../src/engine/numeric/probabilities';
import { fromRows } from './data';

/** Probabilities that predict the given classes with certainty. */
const certain = (predictions: readonly number[], classCount: number) =>
  fromRows(predictions.map((p) => Array.from({ length: classCount }, (_, c) => Number(c === p))));

describe('evaluate', () => {
  it('gives the figures of scikit-learn’s documentation', () => {
    // classification_report: support 1, 1, 3.
    const report = evaluate(certain([0, 0, 2, 2, 1], 3), [0, 1, 2, 2, 2], 3);
    expect(report.perClassPrecision).toEqual([0.5, 0, 1]);
    expect(report.perClassRecall).toEqual([1, 0, 2 / 3]);
    expect(report.perClassF1.map((f) => Number(f.toFixed(2)))).toEqual([0.67, 0, 0.8]);
    expect(report.macroF1).toBeCloseTo(0.49, 2);
    expect(report.accuracy).toBe(0.6);
    // f1_score(average='macro').
    expect(evaluate(certain([0, 2, 1, 0, 0, 1], 3), [0, 1, 2, 0, 1, 2], 3).macroF1).toBeCloseTo(0.2667, 4);
    // balanced_accuracy_score.
    expect(evaluate(certain([0, 1, 0, 0, 0, 1], 2), [0, 1, 0, 0, 1, 0], 2).macroRecall).toBe(0.625);
    // log_loss.
    const p = fromRows([
      [0.9, 0.1],
      [0.1, 0.9],
      [0.2, 0.8],
      [0.65, 0.35],
    ]);
    expect(evaluate(p, [0, 1, 1, 0], 2).logLoss).toBeCloseTo(0.21616, 5);
  });

  it('measures a hand-made confusion matrix with an absent and a never predicted class', () => {
    // Class 2 has no image, class 3 is never predicted.
    const labels = [0, 0, 0, 0, 1, 1, 3];
    const m = evaluate(certain([0, 0, 0, 1, 1, 2, 0], 4), labels, 4);
    expect(m.confusion).toEqual([
      [3, 1, 0, 0],
      [0, 1, 1, 0],
      [0, 0, 0, 0],
      [1, 0, 0, 0],
    ]);
    expect(m.count).toBe(7);
    expect(m.accuracy).toBeCloseTo(4 / 7, 12);
    expect(m.perClassRecall).toEqual([0.75, 0.5, null, 0]);
    expect(m.perClassPrecision).toEqual([0.75, 0.5, 0, 0]);
    expect(m.perClassF1).toEqual([0.75, 0.5, 0, 0]);
    expect(m.macroRecall).toBeCloseTo(1.25 / 3, 12);
    expect(m.macroF1).toBeCloseTo(1.25 / 3, 12);
    expect(m.ece).toBeCloseTo(3 / 7, 12);
    expect(m.logLoss).toBeCloseTo((3 * 52 * Math.LN2) / 7, 12);
    expect(JSON.parse(JSON.stringify(m))).toEqual(m);
  });

  it('predicts the lower class on a tie', () => {
    expect(evaluate(fromRows([[0.2, 0.4, 0.4]]), [2], 3).confusion[2]).toEqual([0, 1, 0]);
    expect(argmax([3, 7, 7, 1])).toBe(1);
  });

  it('refuses what it cannot measure', () => {
    expect(() => evaluate(matrix(0, 2, new Float64Array(0)), [], 2)).toThrow(RangeError);
    expect(() => evaluate(fromRows([[1, 0]]), [0, 1], 2)).toThrow(/2/);
    expect(() => evaluate(fromRows([[1, 0]]), [0], 3)).toThrow(/2 columns/);
    expect(() => evaluate(fromRows([[1, 0]]), [2], 2)).toThrow(/Label 0/);
    expect(() => evaluate(fromRows([[Number.NaN, 0]]), [0], 2)).toThrow(/image 0/);
    expect(() => evaluate(fromRows([[3, -2]]), [0], 2)).toThrow(/image 0/);
  });

  const answers = fc.integer({ min: 2, max: 5 }).chain((c) =>
    fc.record({
      classCount: fc.constant(c),
      pairs: fc.array(fc.tuple(fc.nat(c - 1), fc.nat(c - 1)), { minLength: 1, maxLength: 40 }),
    }),
  );
  const measure = (pairs: readonly (readonly [number, number])[], classCount: number) =>
    evaluate(
      certain(
        pairs.map(([, predicted]) => predicted),
        classCount,
      ),
      pairs.map(([label]) => label),
      classCount,
    );

  it('has accuracy = trace / sum = recall weighted by the classes’ shares', () => {
    fc.assert(
      fc.property(answers, ({ classCount, pairs }) => {
        const m = measure(pairs, classCount);
        const sum = m.confusion.flat().reduce((a, b) => a + b, 0);
        expect(sum).toBe(pairs.length);
        expect(m.accuracy).toBeCloseTo(m.confusion.reduce((a, counts, c) => a + counts[c], 0) / sum, 12);
        const shares = m.confusion.map((counts) => counts.reduce((a, b) => a + b, 0) / sum);
        expect(m.accuracy).toBeCloseTo(
          shares.reduce((a, share, c) => a + share * (m.perClassRecall[c] ?? 0), 0),
          12,
        );
      }),
    );
  });

  it('keeps macro recall when every image of a class is counted twice', () => {
    fc.assert(
      fc.property(answers, ({ classCount, pairs }) => {
        const doubled = [...pairs, ...pairs.filter(([label]) => label === pairs[0][0])];
        expect(measure(doubled, classCount).macroRecall).toBeCloseTo(measure(pairs, classCount).macroRecall, 12);
      }),
    );
  });

  it('does not depend on the numbering of classes, and lies between 0 and 1', () => {
    fc.assert(
      fc.property(answers, ({ classCount, pairs }) => {
        const a = measure(pairs, classCount);
        const b = measure(
          pairs.map(([y, p]) => [classCount - 1 - y, classCount - 1 - p]),
          classCount,
        );
        for (const key of ['accuracy', 'macroF1', 'macroRecall', 'ece', 'logLoss'] as const)
          expect(b[key]).toBeCloseTo(a[key], 12);
        expect([...b.perClassF1].reverse()).toEqual(a.perClassF1);
        for (const key of ['accuracy', 'macroF1', 'macroRecall', 'ece'] as const) {
          expect(a[key]).toBeGreaterThanOrEqual(0);
          expect(a[key]).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('agrees with countMetrics on the confusion matrix', () => {
    const { ece, logLoss, ...counts } = measure(
      [
        [0, 1],
        [1, 1],
        [2, 0],
        [2, 2],
      ],
      3,
    );
    expect(countMetrics(counts.confusion)).toEqual(counts);
    expect([ece, logLoss].every(Number.isFinite)).toBe(true);
  });
});

describe('expectedCalibrationError', () => {
  it('is the weighted gap of accuracy and confidence over the bins', () => {
    // Two bins: {0.3, 0.5} is right once, {0.7, 0.9, 1} twice.
    const ece = expectedCalibrationError([0.3, 0.5, 0.7, 0.9, 1], [1, 0, 1, 1, 0], 2);
    expect(ece).toBeCloseTo((2 / 5) * Math.abs(1 / 2 - 0.4) + (3 / 5) * Math.abs(2 / 3 - 2.6 / 3), 12);
  });

  it('puts a confidence on an edge into the lower bin', () => {
    // 0.6 = 9/15 belongs with 0.55 (right and wrong cancel), not with 0.65.
    expect(expectedCalibrationError([0.6, 0.55, 0.65], [1, 0, 1])).toBeCloseTo((0.15 + 0.35) / 3, 12);
    expect(expectedCalibrationError([0], [1])).toBe(1);
  });

  it('is 0 when each bin is right as often as it says', () => {
    expect(expectedCalibrationError([0.75, 0.75, 0.75, 0.75, 0.5, 0.5], [1, 1, 1, 0, 1, 0])).toBeCloseTo(0, 12);
  });
});
