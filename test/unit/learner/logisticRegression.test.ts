import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/engine/errors';
import { silentJob } from '../../../src/engine/job';
import {
  defaultL2,
  fitLogisticRegression,
  type LogisticRegression,
  type LogisticRegressionRequest,
} from '../../../src/engine/learner/logisticRegression';
import { standardisationOf } from '../../../src/engine/learner/standardisation';
import { logits, predictProbabilities } from '../../../src/engine/numeric/linearHead';
import { type Matrix, matrix, row, takeRows } from '../../../src/engine/numeric/matrix';
import { softmax } from '../../../src/engine/numeric/probabilities';
import { Random } from '../../../src/engine/numeric/random';
import { fromRows, gaussianClasses } from './data';

const train = (request: LogisticRegressionRequest) => fitLogisticRegression(request, silentJob);
const expectClose = (a: ArrayLike<number>, b: ArrayLike<number>, digits = 6) => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(a[i]).toBeCloseTo(b[i], digits);
};

/** Plain gradient descent on the documented objective: slow, and nothing shared. */
function gradientDescent(features: Matrix, labels: ArrayLike<number>, c: number, l2: number, steps: number): Matrix {
  const { rows: n, columns: d } = features;
  const rows = Array.from({ length: n }, (_, i) => [...row(features, i)]);
  for (let j = 0; j < d; j++) {
    const mean = rows.reduce((sum, r) => sum + r[j], 0) / n;
    for (const r of rows) r[j] -= mean;
  }
  const scale = Math.sqrt(rows.flat().reduce((sum, z) => sum + z ** 2, 0) / (n * d));
  for (const r of rows) for (let j = 0; j < d; j++) r[j] /= scale;
  const v = Array.from({ length: c }, () => new Array<number>(d).fill(0));
  const a = new Array<number>(c).fill(0);
  let probabilities: number[][] = [];
  for (let step = 0; step < steps; step++) {
    probabilities = rows.map((r) => {
      const e = v.map((vk, k) => Math.exp(vk.reduce((sum, w, j) => sum + w * r[j], a[k])));
      const total = e.reduce((sum, x) => sum + x, 0);
      return e.map((x) => x / total);
    });
    for (let k = 0; k < c; k++) {
      const residual = probabilities.map((p, i) => (p[k] - Number(labels[i] === k)) / n);
      a[k] -= residual.reduce((sum, g) => sum + g, 0);
      for (let j = 0; j < d; j++) v[k][j] -= residual.reduce((sum, g, i) => sum + g * rows[i][j], 0) + l2 * v[k][j];
    }
  }
  return fromRows(probabilities);
}

describe('fitLogisticRegression', () => {
  it('has the closed form of two points', async () => {
    // z = ∓1 and logits ±v z: −2σ(−2v) + 2·l2·v = 0, so l2 = σ(−2) makes v = 1; x = 5 ± 3 divides it by 3.
    const model = await train({
      features: fromRows([[2], [8]]),
      labels: [0, 1],
      classCount: 2,
      l2: 1 / (1 + Math.exp(2)),
      tolerance: 1e-12,
    });
    expectClose(model.weights.data, [-1 / 3, 1 / 3], 9);
    expectClose(model.bias, [5 / 3, -5 / 3], 9);
    expect(model.loss).toBeCloseTo(Math.log1p(Math.exp(-2)) + 1 / (1 + Math.exp(2)), 12);
    expect(model.converged).toBe(true);
  });

  it('predicts the class frequencies when the features say nothing', async () => {
    const labels = [0, 0, 0, 1, 1, 2];
    const features = fromRows(labels.map(() => [3.3, -1, 0]));
    const model = await train({ features, labels, classCount: 3, l2: 0.1, tolerance: 1e-10 });
    expectClose(row(predictProbabilities(model, features), 0), [3 / 6, 2 / 6, 1 / 6], 8);
    expect([...model.weights.data].every((w) => Math.abs(w) < 1e-9)).toBe(true);
  });

  it('reaches the optimum that long gradient descent reaches', async () => {
    const { features, labels } = gaussianClasses(40, 4, 3, { apart: 0.7 });
    const model = await train({ features, labels, classCount: 3, l2: 0.05, tolerance: 1e-9 });
    expectClose(predictProbabilities(model, features).data, gradientDescent(features, labels, 3, 0.05, 3000).data, 6);
  });

  it('has zero mean residual and weights proportional to the mean residual times the features', async () => {
    // Stationarity by the bias and by V; with scale s: Σᵢ (p − y)ᵢ (x − mean)ⱼ / (n s) + l2 · s · weightsⱼ = 0.
    const { features, labels } = gaussianClasses(60, 5, 4);
    const l2 = 0.02;
    const { mean, scale: s } = standardisationOf(features);
    const model = await train({ features, labels, classCount: 4, l2, tolerance: 1e-10 });
    const p = predictProbabilities(model, features);
    for (let c = 0; c < 4; c++) {
      const residual = Array.from(labels, (y, i) => (p.data[i * 4 + c] - Number(y === c)) / 60);
      expect(residual.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 9);
      for (let j = 0; j < 5; j++) {
        const pull = residual.reduce((sum, g, i) => sum + (g * (row(features, i)[j] - mean[j])) / s, 0);
        expect(pull + l2 * s * row(model.weights, c)[j]).toBeCloseTo(0, 8);
      }
    }
  });

  it('is the same function after permuting rows, bit-identical when repeated', async () => {
    const { features, labels } = gaussianClasses(50, 6, 4);
    const order = Random.stream(3, 'order').permutation(50);
    const options = { classCount: 4, l2: 0.01, tolerance: 1e-9 };
    const model = await train({ features, labels, ...options });
    const again = await train({ features, labels, ...options });
    const permuted = await train({
      features: takeRows(features, order),
      labels: order.map((i) => labels[i]),
      ...options,
    });
    expect(again).toEqual(model);
    expectClose(permuted.weights.data, model.weights.data, 7);
    expectClose(permuted.bias, model.bias, 7);
  });

  it('predicts the same from shifted, stretched and rotated features', async () => {
    const { features, labels } = gaussianClasses(30, 2, 3);
    const moved = matrix(30, 2, features.data.slice());
    for (let i = 0; i < 30; i++) {
      const [x, y] = row(features, i);
      row(moved, i).set([100 + 7 * (0.6 * x - 0.8 * y), -50 + 7 * (0.8 * x + 0.6 * y)]);
    }
    const options = { labels, classCount: 3, l2: 0.1, tolerance: 1e-9 };
    const before = predictProbabilities(await train({ features, ...options }), features);
    const after = predictProbabilities(await train({ features: moved, ...options }), moved);
    expectClose(after.data, before.data, 6);
  });

  it('reads float32 features, and keeps its precision far from the origin', async () => {
    const { features, labels } = gaussianClasses(40, 3, 2);
    const far = matrix(
      40,
      3,
      Float32Array.from(features.data, (v) => Math.fround(v) + 0x4000),
    );
    const near = matrix(
      40,
      3,
      Float64Array.from(far.data, (v) => v - 0x4000),
    );
    const options = { labels, classCount: 2, l2: 0.01, tolerance: 1e-10 };
    const a = await train({ features: far, ...options });
    const b = await train({ features: near, ...options });
    expectClose(predictProbabilities(a, far).data, predictProbabilities(b, near).data, 7);
  });

  it('shrinks with l2 and separates without it', async () => {
    const { features, labels } = gaussianClasses(60, 4, 3, { apart: 6 });
    const norms: number[] = [];
    for (const l2 of [1, 0.1, 0.01, 0])
      norms.push((await train({ features, labels, classCount: 3, l2 })).weights.data.reduce((s, w) => s + w * w, 0));
    expect(norms).toEqual([...norms].sort((a, b) => a - b));
    const separated = await train({ features, labels, classCount: 3, l2: 0 });
    const p = predictProbabilities(separated, features);
    labels.forEach((y, i) => {
      expect(row(p, i)[y]).toBeGreaterThan(0.9);
    });
    expect(separated.weights.data.every(Number.isFinite)).toBe(true);
  });

  it('gives a class without labels a small probability everywhere and never predicts it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<number>(0, 2, 3), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 1000 }),
        async (labels, seed) => {
          const { features } = gaussianClasses(labels.length, 3, 2, { seed });
          const model = await train({ features, labels, classCount: 6, l2: 0.01 });
          const anywhere = gaussianClasses(30, 3, 5, { seed: seed + 1, apart: 40 }).features;
          const p = predictProbabilities(model, anywhere);
          for (let i = 0; i < p.rows; i++) {
            const r = [...row(p, i)];
            const absent = r.filter((_, c) => !labels.includes(c));
            // 0 only where logits lie so far apart that another class has all there is
            const smallest = r.includes(1) ? 0 : Number.MIN_VALUE;
            expect(absent.every((v) => v >= smallest && v <= 1 / (labels.length + 6) + 1e-12)).toBe(true);
            expect(labels).toContain(r.indexOf(Math.max(...r)));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('always predicts the only class, from one image or more', async () => {
    for (const n of [1, 2, 30]) {
      const { features } = gaussianClasses(n, 3, 1);
      const model = await train({ features, labels: new Int32Array(n).fill(1), classCount: 7, l2: 0.1 });
      const p = row(predictProbabilities(model, fromRows([[1e6, -1e6, 0]])), 0);
      expect(p.indexOf(Math.max(...p))).toBe(1);
      expect(p[0]).toBeLessThan(1 / (n + 6));
      expect(model).toMatchObject({ converged: true, loss: 0 });
      expect(model.bias.every(Number.isFinite)).toBe(true);
    }
  });

  describe('of more features than images', () => {
    /** The gradient of the documented objective by V and a at a fit, for z = (x − mean) / scale. */
    function largestPull(features: Matrix, labels: ArrayLike<number>, l2: number, model: LogisticRegression): number {
      const { mean, scale } = standardisationOf(features);
      const { rows: n, columns: d } = features;
      const p = predictProbabilities(model, features);
      let largest = 0;
      for (let c = 0; c < p.columns; c++) {
        const residual = Array.from(labels, (y, i) => (row(p, i)[c] - Number(y === c)) / n);
        largest = Math.max(largest, Math.abs(residual.reduce((a, b) => a + b, 0)));
        for (let j = 0; j < d; j++) {
          const pull = residual.reduce((sum, g, i) => sum + (g * (row(features, i)[j] - mean[j])) / scale, 0);
          largest = Math.max(largest, Math.abs(pull + l2 * scale * row(model.weights, c)[j]));
        }
      }
      return largest;
    }

    it.each([
      ['a few', 12, 40],
      ['as many as native code multiplies', 40, 900],
    ])('has its minimum there too: %s', async (_, n, d) => {
      const { features, labels } = gaussianClasses(n, d, 4, { apart: 0.2 });
      const loose = await train({ features, labels, classCount: 4, l2: 0.05 });
      expect(loose.converged).toBe(true);
      expect(largestPull(features, labels, 0.05, loose)).toBeLessThan(1.01e-4);
      const tight = await train({ features, labels, classCount: 4, l2: 0.05, tolerance: 1e-8 });
      expect(largestPull(features, labels, 0.05, tight)).toBeLessThan(1e-7);
      expect(loose.loss - tight.loss).toBeLessThan(1e-6);
      expectClose(predictProbabilities(loose, features).data, predictProbabilities(tight, features).data, 2);
      expect(await train({ features, labels, classCount: 4, l2: 0.05 })).toEqual(loose);
    });

    it('is that of the same images in fewer features', async () => {
      const { features, labels } = gaussianClasses(30, 20, 3, { apart: 0.3 });
      const wide = matrix(30, 80, new Float64Array(30 * 80)); // each column four times, at half the length
      for (let i = 0; i < 30; i++)
        for (let j = 0; j < 80; j++) row(wide, i)[j] = row(features, i)[Math.floor(j / 4)] / 2;
      const options = { labels, classCount: 3, tolerance: 1e-9 };
      const narrow = await train({ features, ...options, l2: 0.05 });
      // ‖z‖² is the number of columns on average, so the same penalty of an image is four times as large
      const same = await train({ features: wide, ...options, l2: 0.2 });
      expectClose(predictProbabilities(same, wide).data, predictProbabilities(narrow, features).data, 6);
    });

    it('takes images that stand there twice, two in all, one class and rows that are all equal', async () => {
      const { features } = gaussianClasses(10, 50, 5);
      const labels = Int32Array.from({ length: 10 }, (_, i) => i % 5);
      const twice = takeRows(features, [...labels.keys(), ...labels.keys()]);
      const options = { classCount: 5, l2: 0.1, tolerance: 1e-7 };
      const once = await train({ features, labels, ...options });
      const doubled = await train({ features: twice, labels: Int32Array.from([...labels, ...labels]), ...options });
      expectClose(predictProbabilities(doubled, features).data, predictProbabilities(once, features).data, 5);

      const two = await train({ features: takeRows(features, [0, 1]), labels: [0, 1], ...options });
      const p = predictProbabilities(two, features);
      expect(row(p, 0)[0]).toBeGreaterThan(row(p, 0)[1]);
      expect(row(p, 1)[1]).toBeGreaterThan(row(p, 1)[0]);

      const one = await train({ features, labels: new Int32Array(10).fill(2), ...options });
      expect(one).toMatchObject({ converged: true, loss: 0 });

      const equal = await train({ features: takeRows(features, new Array(10).fill(3)), labels, ...options });
      expect(equal.converged).toBe(true);
      expectClose(row(predictProbabilities(equal, features), 3), [0.2, 0.2, 0.2, 0.2, 0.2], 6);
    });
  });

  it('stops between two iterations when cancelled', async () => {
    const controller = new AbortController();
    const { features, labels } = gaussianClasses(200, 20, 5);
    let reports = 0;
    const job = {
      signal: controller.signal,
      report: () => {
        if (++reports === 2) controller.abort();
      },
    };
    const fitting = fitLogisticRegression({ features, labels, classCount: 5, l2: 0, tolerance: 0 }, job);
    await expect(fitting).rejects.toMatchObject({ code: 'cancelled' });
    expect(reports).toBe(2);
  });

  it('refuses what it cannot learn from', async () => {
    const features = fromRows([[1], [2]]);
    const good = { features, labels: [0, 1], classCount: 2, l2: 0.1 };
    await expect(train({ ...good, features: matrix(0, 1, new Float64Array(0)), labels: [] })).rejects.toThrow(
      UserError,
    );
    await expect(train({ ...good, features: fromRows([[1], [Number.NaN]]) })).rejects.toThrow(/not finite/);
    await expect(train({ ...good, labels: [0] })).rejects.toThrow(RangeError);
    await expect(train({ ...good, labels: [0, 2] })).rejects.toThrow(/Label 1/);
    await expect(train({ ...good, labels: [-1, 0] })).rejects.toThrow(/Label 0/);
    await expect(train({ ...good, l2: -1 })).rejects.toThrow(/l2/);
  });
});

describe('defaultL2', () => {
  it('is d / n, at most 0.3', () => {
    expect(defaultL2(1000, 250)).toBe(0.25);
    expect(defaultL2(20, 250)).toBe(0.3);
  });
});

describe('logits and softmax', () => {
  it('are weights · x + bias and its softmax', () => {
    const head = {
      weights: fromRows([
        [1, 0],
        [0, 2],
        [-1, 1],
      ]),
      bias: Float32Array.of(0, 1, 2),
    };
    const scores = logits(head, matrix(2, 2, Float32Array.of(1, 2, 0, 0)));
    expect([...scores.data]).toEqual([1, 5, 3, 0, 1, 2]);
    const e = Math.E;
    expectClose(row(softmax(scores), 1), [1 / (1 + e + e * e), e / (1 + e + e * e), (e * e) / (1 + e + e * e)], 12);
    expectClose(
      softmax(scores, 2).data,
      softmax(
        fromRows([
          [0.5, 2.5, 1.5],
          [0, 0.5, 1],
        ]),
      ).data,
      12,
    );
    expect(() => logits(head, fromRows([[1, 2, 3]]))).toThrow(RangeError);
  });

  it('survive logits of any size', () => {
    expect([
      ...softmax(
        fromRows([
          [1e308, -1e308],
          [1000, 1000],
        ]),
      ).data,
    ]).toEqual([1, 0, 0.5, 0.5]);
  });
});
