import { describe, expect, it } from 'vitest';
import { silentJob } from '../../../src/engine/job';
import { curveOfShares } from '../../../src/engine/learner/shareCurve';
import { matrix } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';

/** Rows of three classes around a point each, so far apart that accuracy grows with the labels; or labels that the rows tell nothing of. */
function example(n: number, distance: number) {
  const random = Random.stream(3, 'rows');
  const columns = 20;
  const labels = Int32Array.from({ length: n }, () => random.integer(3));
  const data = Float32Array.from({ length: n * columns }, (_, i) => {
    const [image, column] = [Math.floor(i / columns), i % columns];
    return random.normal() + (column === labels[image] ? distance : 0);
  });
  return { rows: { rows: matrix(n, columns, data), frozen: false }, labels };
}

const curveOf = ({ rows, labels }: ReturnType<typeof example>) => curveOfShares(rows, labels, 3, silentJob);

describe('the curve of shares of labels', () => {
  it('rises where labels tell something, is the same each time, and counts the labels that were learnt from', async () => {
    const told = example(200, 2);
    const curve = await curveOf(told);
    expect(curve.map(({ labels }) => labels)).toEqual([40, 80, 120, 160]);
    const [first, , , last] = curve.map(({ accuracy }) => accuracy);
    expect(last).toBeGreaterThan(first! + 0.03);
    expect(last).toBeGreaterThan(0.6);
    expect(await curveOf(told)).toEqual(curve);
  });

  it('does not look at the labels that it measures on', async () => {
    for (const { accuracy } of await curveOf(example(300, 0))) expect(accuracy).toBeLessThan(0.45);
  });

  it('stays a share with a class of one label', async () => {
    const few = example(12, 2);
    const labels = Int32Array.from(few.labels, (_, i) => (i === 0 ? 2 : i % 2));
    for (const { accuracy } of await curveOfShares(few.rows, labels, 3, silentJob)) {
      expect(accuracy).toBeGreaterThanOrEqual(0);
      expect(accuracy).toBeLessThanOrEqual(1);
    }
  });
});
