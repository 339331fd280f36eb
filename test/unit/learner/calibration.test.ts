import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitTemperature, MAX_TEMPERATURE, MIN_TEMPERATURE } from '../../../src/engine/learner/calibration';
import { softmax } from '../../../src/engine/learner/logisticRegression';
import { evaluate } from '../../../src/engine/learner/metrics';
import { matrix, row } from '../../../src/engine/matrix';
import { Random } from '../../../src/engine/random';
import { fromRows } from './data';

/** Logits, and labels drawn from softmax(logits / temperature). */
function drawn(n: number, c: number, temperature: number, seed = 1) {
  const random = Random.stream(seed, 'calibration');
  const scores = matrix(
    n,
    c,
    Float64Array.from({ length: n * c }, () => 3 * random.normal()),
  );
  const p = softmax(scores, temperature);
  const labels = Int32Array.from({ length: n }, (_, i) => {
    let u = random.uniform();
    const found = row(p, i).findIndex((v) => {
      u -= v;
      return u < 0;
    });
    return found < 0 ? c - 1 : found;
  });
  return { scores, labels };
}

describe('fitTemperature', () => {
  it('has the closed form of two classes', () => {
    // Right in 3 of 4 images with margin 2: σ(2 / T) = 3/4, T = 2 / ln 3.
    const scores = fromRows([
      [2, 0],
      [0, 2],
      [1, -1],
      [5, 3],
    ]);
    expect(fitTemperature(scores, [0, 1, 0, 1])).toBeCloseTo(2 / Math.log(3), 9);
  });

  it.each([0.4, 1, 2.5])('finds the temperature %f that the labels were drawn with', (temperature) => {
    const { scores, labels } = drawn(20_000, 5, temperature);
    expect(Math.abs(fitTemperature(scores, labels) / temperature - 1)).toBeLessThan(0.05);
  });

  it('is not beaten by any other temperature', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.1, max: 8, noNaN: true }), (seed, temperature) => {
        const { scores, labels } = drawn(60, 3, temperature, seed);
        const loss = (t: number) => evaluate(softmax(scores, t), labels, 3).logLoss;
        const fitted = fitTemperature(scores, labels);
        const best = loss(fitted);
        for (let t = MIN_TEMPERATURE; t <= MAX_TEMPERATURE; t *= 1.07)
          // Equal but for rounding, and for the clipping of the loss at tiny temperatures.
          if (t > 0.2) expect(best).toBeLessThanOrEqual(loss(t) + 1e-9);
      }),
      { numRuns: 30 },
    );
  });

  it('scales with the logits', () => {
    const { scores, labels } = drawn(500, 4, 1.3);
    const scaled = matrix(
      500,
      4,
      scores.data.map((v) => 2 * v + 7),
    );
    expect(fitTemperature(scaled, labels)).toBeCloseTo(2 * fitTemperature(scores, labels), 8);
  });

  it('makes over-confident probabilities better calibrated', () => {
    const { scores, labels } = drawn(4000, 5, 3);
    const before = evaluate(softmax(scores), labels, 5);
    const after = evaluate(softmax(scores, fitTemperature(scores, labels)), labels, 5);
    expect(before.ece).toBeGreaterThan(0.1);
    expect(after.ece).toBeLessThan(0.03);
    expect(after.accuracy).toBe(before.accuracy);
  });

  it('stays within its bounds when all is right, all is wrong, or nothing is said', () => {
    expect(
      fitTemperature(
        fromRows([
          [3, 0],
          [0, 2],
        ]),
        [0, 1],
      ),
    ).toBe(MIN_TEMPERATURE);
    expect(
      fitTemperature(
        fromRows([
          [3, 0],
          [0, 2],
        ]),
        [1, 0],
      ),
    ).toBe(MAX_TEMPERATURE);
    expect(
      fitTemperature(
        fromRows([
          [1, 1],
          [0, 0],
        ]),
        [1, 0],
      ),
    ).toBe(1);
    expect(
      fitTemperature(
        fromRows([
          [1e4, 0],
          [0, 1e4],
        ]),
        [0, 1],
      ),
    ).toBe(MIN_TEMPERATURE);
  });

  it('refuses what it cannot use', () => {
    expect(() => fitTemperature(matrix(0, 2, new Float64Array(0)), [])).toThrow(RangeError);
    expect(() => fitTemperature(fromRows([[1, 0]]), [])).toThrow(RangeError);
    expect(() => fitTemperature(fromRows([[1, 0]]), [2])).toThrow(/Label 0/);
    expect(() => fitTemperature(fromRows([[1, Number.NaN]]), [0])).toThrow(/finite/);
  });
});
