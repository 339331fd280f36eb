import { describe, expect, it } from 'vitest';
import { type Advice, adviceFrom, isTooFew, type TooFew } from '../../../src/shared/advice';
import { accuracyAt, type CurvePoint, labelsFor, likelyCurves, spreadOf } from '../../../src/shared/learningCurve';
import type { ResultsFile } from '../../../src/shared/schema/results';
import { seeded } from '../../../src/shared/seeded';
import { resultsOf } from '../../support/datasetFiles';

const curve = { floor: 0.2, scale: 0.3, exponent: 0.4, unit: 100 };
const budgets = [40, 60, 80, 100, 140, 200];

/** Results of rounds that lie on a curve, or beside it by what so many test images give. */
function resultsAt(labels: readonly number[], count = 100_000, uniform?: () => number): ResultsFile[] {
  return labels.map((labelled, i) => {
    const share = accuracyAt(curve, labelled);
    const hits = uniform ? Array.from({ length: count }).filter(() => uniform() < share).length : share * count;
    const results = resultsOf(i, hits / count);
    return { ...results, labelled, metrics: { ...results.metrics!, count } };
  });
}

const given = (advice: Advice | TooFew): Advice => {
  if (isTooFew(advice)) throw new Error('There were too few points.');
  return advice;
};

describe('a learning curve', () => {
  it('is found again from points that lie on it', () => {
    const points = budgets.map(
      (labels): CurvePoint => ({ labels, accuracy: accuracyAt(curve, labels), count: 100_000 }),
    );
    const curves = likelyCurves(points, seeded(1)) ?? [];
    for (const labels of [40, 200, 400]) {
      const { middle, low, high } = spreadOf(
        curves.map((one) => accuracyAt(one, labels)),
        0.8,
      );
      expect(middle).toBeCloseTo(accuracyAt(curve, labels), 2);
      expect(high - low).toBeLessThan(0.02);
    }
  });

  it('tells where an accuracy is reached, and that one above its end never is', () => {
    expect(labelsFor(curve, accuracyAt(curve, 350))).toBeCloseTo(350, 6);
    expect(labelsFor(curve, 0.8)).toBe(Number.POSITIVE_INFINITY);
    expect(labelsFor({ ...curve, scale: 0 }, 0.7)).toBe(0);
  });
});

describe('advice', () => {
  it('holds what comes, is the same each time, and widens with what is not known', () => {
    const exact = given(adviceFrom(resultsAt(budgets), { more: 100, target: 0.6 }));
    expect(exact).toEqual(adviceFrom(resultsAt(budgets), { more: 100, target: 0.6 }));
    const truth = accuracyAt(curve, 300) - accuracyAt(curve, 200);
    expect(exact.next.gain.middle).toBeCloseTo(truth, 2);
    expect(exact).toMatchObject({ rounds: 6, labels: 200, estimate: false, target: { accuracy: 0.6 } });
    expect(exact.accuracy).toBeCloseTo(accuracyAt(curve, 200), 2);
    expect(Math.abs(exact.target!.labels.middle! / labelsFor(curve, 0.6) - 1)).toBeLessThan(0.1);
    const widthOf = ({ next: { gain } }: Advice) => gain.high! - gain.low!;
    expect(widthOf(given(adviceFrom(resultsAt(budgets, 50), { more: 100 })))).toBeGreaterThan(widthOf(exact));
  });

  it('says of a target that the labels so far reach, and of one that none does', () => {
    const at = (target: number) => given(adviceFrom(resultsAt(budgets), { more: 100, target })).target!.labels;
    expect(at(0.4).middle).toBe(200);
    expect(at(0.95)).toMatchObject({ middle: null, high: null });
  });

  it('holds about eight of ten true gains where points lie beside a curve by chance', () => {
    const uniform = seeded(5);
    const truth = accuracyAt(curve, 300) - accuracyAt(curve, 200);
    let held = 0;
    for (let run = 0; run < 60; run++) {
      const { low, high } = given(adviceFrom(resultsAt(budgets, 300, uniform), { more: 100 })).next.gain;
      if (low! <= truth && truth <= high!) held++;
    }
    expect(held).toBeGreaterThanOrEqual(48);
  });

  it('is not given with three rounds, and stands on what was measured alike', () => {
    expect(adviceFrom(resultsAt(budgets.slice(0, 3)), { more: 100 })).toEqual({ rounds: 3, needed: 4 });
    expect(adviceFrom([], { more: 100 })).toEqual({ rounds: 0, needed: 4 });
    const all = resultsAt(budgets);
    const mixed = all.map((results, i) => (i % 2 ? results : { ...results, estimate: true }));
    expect(adviceFrom(mixed, { more: 100 })).toEqual({ rounds: 3, needed: 4 });
    const renamed = all.map((results, i) => (i % 2 ? results : { ...results, perClass: { happy: 2, other: 2 } }));
    expect(adviceFrom(renamed, { more: 100 })).toEqual({ rounds: 3, needed: 4 });
    const twice = all.map((results) => ({ ...results, labelled: 40 }));
    expect(adviceFrom(twice, { more: 100 })).toEqual({ rounds: 1, needed: 4 });
  });

  it('stands on models of shares of the newest labels where accuracy is an estimate, whatever the rounds before said', () => {
    const points = [40, 80, 120, 160].map((labels) => ({ labels, accuracy: accuracyAt(curve, labels) - 0.2 }));
    const flat = resultsAt(budgets).map((one) => ({
      ...one,
      estimate: true,
      metrics: { ...one.metrics!, accuracy: 0.4 },
    }));
    const newest = { ...flat.at(-1)!, curve: { count: 100_000, points } };
    const advice = given(adviceFrom([...flat.slice(0, -1), newest], { more: 100 }));
    expect(advice).toMatchObject({ rounds: null, labels: 200, estimate: true });
    expect(advice.next.gain.middle).toBeCloseTo(accuracyAt(curve, 300) - accuracyAt(curve, 200), 2);
    expect(given(adviceFrom([newest], { more: 100 })).next).toEqual(advice.next);
    expect(given(adviceFrom(flat, { more: 100 })).next.gain.middle).toBeCloseTo(0, 2);
    const measured = { ...newest, estimate: false };
    expect(isTooFew(adviceFrom([measured], { more: 100 }))).toBe(true);
  });

  it('stays finite where everything is right, or nothing changes', () => {
    for (const accuracy of [0, 0.5, 1]) {
      const results = resultsAt(budgets, 50).map((one) => ({ ...one, metrics: { ...one.metrics!, accuracy } }));
      const { next, accuracy: now } = given(adviceFrom(results, { more: 100 }));
      expect([now, next.gain.low, next.gain.middle, next.gain.high].every(Number.isFinite)).toBe(true);
    }
  });
});
