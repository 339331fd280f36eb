import { describe, expect, it } from 'vitest';
import { silentJob } from '../../../src/engine/job';
import { packRows, softmaxObjective } from '../../../src/engine/learner/softmaxObjective';
import { row } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { gaussianClasses } from './data';

function problem(n: number, d: number, c: number) {
  const { features, labels } = gaussianClasses(n, d, c);
  const random = Random.stream(2, 'theta');
  const theta = Float64Array.from({ length: c * (d + 1) }, () => 0.3 * random.normal());
  const rows = packRows(d, c, labels, (i, target, offset) => target.set(row(features, i), offset));
  return { features, labels, theta, rows };
}

describe('softmaxObjective', () => {
  it.each([1, 4, 5, 6, 7])('is the mean cross-entropy plus the penalty for %i rows', async (n) => {
    const [d, c, l2] = [3, 4, 0.7];
    const { features, labels, theta, rows } = problem(n, d, c);
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const scores = Array.from({ length: c }, (_, k) =>
        row(features, i).reduce((sum, x, j) => sum + theta[k * d + j] * x, theta[c * d + k]),
      );
      loss += Math.log(scores.reduce((sum, s) => sum + Math.exp(s), 0)) - scores[labels[i]];
    }
    const penalty = (l2 / 2) * theta.subarray(0, c * d).reduce((sum, v) => sum + v * v, 0);
    const value = await softmaxObjective(rows, l2, silentJob)(theta, new Float64Array(theta.length));
    expect(value).toBeCloseTo(loss / n + penalty, 12);
  });

  it('has the gradient that finite differences give', async () => {
    const { theta, rows } = problem(13, 5, 3);
    const f = softmaxObjective(rows, 0.3, silentJob);
    const gradient = new Float64Array(theta.length);
    const scratch = new Float64Array(theta.length);
    await f(theta, gradient);
    const h = 1e-5;
    for (let k = 0; k < theta.length; k++) {
      const up = theta.slice();
      const down = theta.slice();
      up[k] += h;
      down[k] -= h;
      const difference = ((await f(up, scratch)) - (await f(down, scratch))) / (2 * h);
      expect(Math.abs(gradient[k] - difference)).toBeLessThan(1e-8);
    }
  });

  it('is the same however many pauses the size of the problem asks for', async () => {
    // 20,000 columns make every chunk a few rows long.
    const [n, d, c] = [26, 20_000, 2];
    const { features, labels, theta, rows } = problem(n, d, c);
    const whole = new Float64Array(theta.length);
    const value = await softmaxObjective(rows, 0, silentJob)(theta.fill(1e-6), whole);
    const halves = [0, 1].map((half) => {
      const picked = [...labels.keys()].filter((i) => (i % 3 === 0) === (half === 0));
      const weight = picked.length / n;
      const packed = packRows(
        d,
        c,
        picked.map((i) => labels[i]),
        (k, target, offset) => target.set(row(features, picked[k]), offset),
      );
      return { packed, weight };
    });
    let sum = 0;
    const gradient = new Float64Array(theta.length);
    for (const { packed, weight } of halves) {
      const part = new Float64Array(theta.length);
      sum += weight * (await softmaxObjective(packed, 0, silentJob)(theta, part));
      part.forEach((g, k) => {
        gradient[k] += weight * g;
      });
    }
    expect(sum).toBeCloseTo(value, 10);
    expect(gradient.every((g, k) => Math.abs(g - whole[k]) <= 1e-10 * Math.max(1, Math.abs(g)))).toBe(true);
  });

  it('stays finite at logits that would overflow', async () => {
    const { theta, rows } = problem(8, 3, 4);
    const gradient = new Float64Array(theta.length);
    const value = await softmaxObjective(
      rows,
      0,
      silentJob,
    )(
      theta.map((v) => 1e5 * v),
      gradient,
    );
    expect(Number.isFinite(value)).toBe(true);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});
