import { describe, expect, it } from 'vitest';
import { silentJob } from '../../../src/engine/job';
import { suspicions } from '../../../src/engine/learner/suspicion';
import { type Matrix, matrix, row } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';

const CLASSES = 3;
const WIDTH = 12;

/** Images of three classes that hardly overlap, in turn. */
function images(n: number): { rows: Matrix<Float32Array>; labels: Int32Array } {
  const random = Random.stream(1, 'suspicion');
  const labels = Int32Array.from({ length: n }, (_, i) => i % CLASSES);
  const data = Float32Array.from({ length: n * WIDTH }, (_, at) => {
    const own = (at % WIDTH) % CLASSES === labels[Math.floor(at / WIDTH)];
    return (own ? 1.5 : 0) + random.normal();
  });
  return { rows: matrix(n, WIDTH, data), labels };
}

const cosine = (a: Float32Array, b: Float32Array): number => {
  const product = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, j) => sum + value * y[j]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
};

describe('suspicions', () => {
  it('asks the ten nearest labelled images by cosine', async () => {
    const { rows, labels } = images(40);
    const judged = await suspicions({ rows, frozen: false }, labels, CLASSES, silentJob);
    for (const [i, { neighbours, asked }] of judged.entries()) {
      const others = Array.from(labels.keys()).filter((j) => j !== i);
      others.sort((a, b) => cosine(row(rows, i), row(rows, b)) - cosine(row(rows, i), row(rows, a)));
      expect(asked).toBe(10);
      expect(neighbours).toBe(others.slice(0, 10).filter((j) => labels[j] === labels[i]).length);
    }
  });

  it('finds the labels that were changed, and which class they had', async () => {
    const { rows, labels } = images(120);
    const told = labels.map((label, i) => (i % 20 === 7 ? (label + 1) % CLASSES : label));
    const judged = await suspicions({ rows, frozen: false }, told, CLASSES, silentJob);
    const order = [...judged.keys()].sort((a, b) => judged[b]!.suspicion - judged[a]!.suspicion);
    const first = order.slice(0, 6);
    expect(first.filter((i) => told[i] !== labels[i]).length).toBeGreaterThanOrEqual(5);
    for (const i of first.filter((at) => told[at] !== labels[at])) expect(judged[i]!.expected).toBe(labels[i]);
    for (const { suspicion, probability, ofLabel } of judged) {
      expect(suspicion).toBeGreaterThanOrEqual(0);
      expect(suspicion).toBeLessThan(1);
      expect(probability).toBeGreaterThanOrEqual(ofLabel);
    }
  });

  it('asks all others where there are fewer than ten', async () => {
    const { rows, labels } = images(5);
    const judged = await suspicions({ rows, frozen: true }, labels, CLASSES, silentJob);
    expect(judged.map(({ asked }) => asked)).toEqual([4, 4, 4, 4, 4]);
  });

  it('sees nothing against labels whose images are all alike, and are all of one class but one', async () => {
    const n = 12;
    const rows = matrix(n, WIDTH, new Float32Array(n * WIDTH).fill(1));
    const labels = Int32Array.from({ length: n }, (_, i) => Number(i === 0));
    const judged = await suspicions({ rows, frozen: false }, labels, 2, silentJob);
    expect(judged[0]!.suspicion).toBe(Math.max(...judged.map(({ suspicion }) => suspicion)));
    for (const { suspicion } of judged) expect(Number.isFinite(suspicion)).toBe(true);
  });
});
