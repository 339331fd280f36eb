import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentJob } from '../../../src/engine/job';
import {
  calibratedTemperature,
  calibrationFactor,
  heldOutTemperature,
  TEMPERATURES,
} from '../../../src/engine/learner/calibration';
import { evaluate } from '../../../src/engine/learner/metrics';
import { matrix, row } from '../../../src/engine/numeric/matrix';
import { softmax } from '../../../src/engine/numeric/probabilities';
import { Random } from '../../../src/engine/numeric/random';
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

describe('calibratedTemperature', () => {
  it('tries 1.0, 1.1 … 19.9', () => {
    expect(TEMPERATURES).toHaveLength(190);
    expect([TEMPERATURES[0], TEMPERATURES[1], TEMPERATURES.at(-1)]).toEqual([1, 1.1, 19.9]);
  });

  it.each([1, 2, 6])('finds the temperature %f that the labels were drawn with', (temperature) => {
    const { scores, labels } = drawn(6_000, 4, temperature);
    expect(Math.abs(calibratedTemperature(scores, labels) / temperature - 1)).toBeLessThan(0.1);
  });

  it('has the smallest calibration error of all that are tried, the lowest on a tie', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1000 }), (n, seed) => {
        const { scores, labels } = drawn(n, 3, 2, seed);
        const error = (t: number) => evaluate(softmax(scores, t), labels, 3).ece;
        const found = calibratedTemperature(scores, labels);
        for (const t of TEMPERATURES)
          if (t < found) expect(error(t)).toBeGreaterThan(error(found));
          else expect(error(t)).toBeGreaterThanOrEqual(error(found));
      }),
      { seed: 1, numRuns: 15 },
    );
  });

  it('is large where the model is sure and wrong, and 1 where it makes no difference', () => {
    const wrong = fromRows([
      [9, 0],
      [0, 9],
    ]);
    expect(calibratedTemperature(wrong, [1, 0])).toBe(19.9);
    expect(calibratedTemperature(wrong, [0, 1])).toBe(1);
    expect(calibratedTemperature(fromRows([[1, 1]]), [0])).toBe(1);
  });

  it('refuses what it cannot use', () => {
    expect(() => calibratedTemperature(matrix(0, 2, new Float64Array(0)), [])).toThrow(RangeError);
    expect(() => calibratedTemperature(fromRows([[1, 0]]), [])).toThrow(RangeError);
  });
});

describe('heldOutTemperature', () => {
  const points = (n: number, noise: number) => {
    const random = Random.stream(3, 'points');
    const labels = Int32Array.from({ length: n }, (_, i) => i % 2);
    const data = Float64Array.from({ length: n * 2 }, (_, at) => {
      const i = Math.floor(at / 2);
      return (at % 2 === 0 ? 4 * labels[i] : 0) + random.normal();
    });
    const told = labels.map((label) => (random.chance(noise) ? 1 - label : label));
    return { features: matrix(n, 2, data), labels: told };
  };
  const of = ({ features, labels }: ReturnType<typeof points>) =>
    heldOutTemperature(features, labels, 2, Random.stream(1, 'split'), silentJob);

  it('needs an image to hold out', async () => {
    for (const n of [1, 2, 3]) expect(await of(points(n, 0))).toBeUndefined();
    for (const n of [4, 5, 20]) expect(TEMPERATURES).toContain(await of(points(n, 0)));
  });

  it('is the same for the same split, and higher where labels are noise', async () => {
    const clean = await of(points(200, 0));
    expect(await of(points(200, 0))).toBe(clean);
    expect(await of(points(30, 0.5))).toBeGreaterThan(clean!);
  });
});

describe('calibrationFactor', () => {
  it.each([0.5, 1, 2, 6])('is one over the temperature %f that the labels were drawn with', (temperature) => {
    const { scores, labels } = drawn(6_000, 4, temperature);
    expect(Math.abs(calibrationFactor(softmax(scores), labels) * temperature - 1)).toBeLessThan(0.1);
  });

  it('has the smallest log-loss', () => {
    const { scores, labels } = drawn(200, 3, 3);
    const factor = calibrationFactor(softmax(scores), labels);
    const loss = (at: number) => evaluate(softmax(scores, 1 / at), labels, 3).logLoss;
    for (const other of [0.8, 0.95, 1.05, 1.3]) expect(loss(factor)).toBeLessThan(loss(other * factor));
  });

  it('says nothing where held-out images can tell nothing: few, or of one class', () => {
    const { scores, labels } = drawn(19, 3, 5);
    expect(calibrationFactor(softmax(scores), labels)).toBe(1);
    const { scores: more } = drawn(60, 3, 5);
    expect(calibrationFactor(softmax(more), new Int32Array(60))).toBe(1);
  });

  it('never forgets which class comes first: not even where the model is wrong throughout', () => {
    const wrong = matrix(
      30,
      2,
      Float64Array.from({ length: 60 }, (_, i) => (i % 2 ? 0.9 : 0.1)),
    );
    const labels = Int32Array.from({ length: 30 }, (_, i) => Number(i === 0));
    expect(calibrationFactor(wrong, labels)).toBe(0.1);
  });
});
