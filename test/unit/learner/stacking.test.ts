import { describe, expect, it } from 'vitest';
import { logLoss, stackingWeights } from '../../../src/engine/learner/stacking';
import { type Matrix, matrix } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';

const CLASSES = 3;

/** Logits that are right by `skill` and wrong by `noise`. */
function model(labels: ArrayLike<number>, skill: number, noise: number, random: Random): Matrix {
  const data = new Float64Array(labels.length * CLASSES);
  for (let i = 0; i < labels.length; i++)
    for (let c = 0; c < CLASSES; c++) data[i * CLASSES + c] = (labels[i] === c ? skill : 0) + noise * random.normal();
  return matrix(labels.length, CLASSES, data);
}

describe('the weights of models by what held-out labels say', () => {
  const random = Random.stream(3, 'stacking');
  const labels = Int32Array.from({ length: 120 }, () => random.integer(CLASSES));
  const good = model(labels, 2, 1, random);
  const other = model(labels, 1.5, 1.5, random);
  const useless = model(labels, 0, 2, random);

  it('are the best of all on a fine grid', () => {
    const logits = [good, other];
    const found = logLoss(logits, stackingWeights(logits, labels), labels);
    let best = Number.POSITIVE_INFINITY;
    for (let a = 0; a <= 4; a += 0.05)
      for (let b = 0; b <= 4; b += 0.05) best = Math.min(best, logLoss(logits, [a, b], labels));
    expect(found).toBeLessThanOrEqual(best + 1e-9);
    expect(best - found).toBeLessThan(1e-3);
  });

  it('leave out what says nothing, and never turn it round', () => {
    const against = model(labels, -1, 1, random);
    const weights = stackingWeights([good, useless, against], labels);
    expect(weights[0]).toBeGreaterThan(0.5);
    expect(weights[1]).toBeLessThan(0.1 * weights[0]);
    expect(weights[2]).toBe(0);
  });

  it('stay finite where every image is right', () => {
    const certain = model(labels, 50, 0, random);
    for (const weight of stackingWeights([certain, good], labels)) {
      expect(weight).toBeGreaterThanOrEqual(0);
      expect(weight).toBeLessThanOrEqual(4);
    }
  });

  it('are all 0 where knowing nothing is better than every model', () => {
    const turned = matrix(
      good.rows,
      CLASSES,
      good.data.map((value) => -value),
    );
    expect([...stackingWeights([turned], labels)]).toEqual([0]);
  });
});

describe('the log-loss of a pool', () => {
  it('is that of the product of probabilities', () => {
    const a = matrix(1, 2, Float64Array.from([Math.log(0.8), Math.log(0.2)]));
    const b = matrix(1, 2, Float64Array.from([Math.log(0.5), Math.log(0.5)]));
    expect(logLoss([a, b], [1, 1], [0])).toBeCloseTo(-Math.log(0.8), 12);
    expect(logLoss([a, b], [2, 0], [1])).toBeCloseTo(-Math.log(0.04 / (0.04 + 0.64)), 12);
  });

  it('takes logits that no exponential could', () => {
    expect(logLoss([matrix(1, 2, Float64Array.from([1e4, -1e4]))], [1], [0])).toBe(0);
  });
});
