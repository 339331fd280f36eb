import { expect, it } from 'vitest';
import { labelShares, softTargets } from '../../../src/engine/learner/softTargets';
import { matrix } from '../../../src/engine/numeric/matrix';

const logitsOf = (rows: readonly (readonly number[])[]) =>
  matrix(rows.length, rows[0]!.length, Float64Array.from(rows.flat().map(Math.log)));

it('targets are aligned with what the labels say, and sharpened', () => {
  const logits = logitsOf([
    [0.9, 0.1],
    [0.6, 0.4],
    [0.6, 0.4],
  ]);
  // the classes have 2.1 and 0.9 of 3, and should have half of it: factors 1 / 4.2 and 1 / 1.8
  const aligned = [0.9, 0.6, 0.6].map((p) => p / 4.2 / (p / 4.2 + (1 - p) / 1.8));
  const plain = softTargets(logits, { shares: [0.5, 0.5], temperature: 1 });
  for (const [i, p] of aligned.entries()) {
    expect(plain.data[2 * i]).toBeCloseTo(p, 12);
    expect(plain.data[2 * i + 1]).toBeCloseTo(1 - p, 12);
  }
  const sharp = softTargets(logits, { shares: [0.5, 0.5], temperature: 0.5 });
  for (const [i, p] of aligned.entries()) expect(sharp.data[2 * i]).toBeCloseTo(p ** 2 / (p ** 2 + (1 - p) ** 2), 12);
});

it('targets where the shares are those that the model gives stay as they are', () => {
  const logits = logitsOf([
    [0.7, 0.2, 0.1],
    [0.1, 0.5, 0.4],
  ]);
  const { data } = softTargets(logits, { shares: [0.4, 0.35, 0.25], temperature: 1 });
  for (const [i, p] of [0.7, 0.2, 0.1, 0.1, 0.5, 0.4].entries()) expect(data[i]).toBeCloseTo(p, 12);
});

it('a class without labels gets no image, and an image that only such a class would get counts for nothing', () => {
  const logits = matrix(3, 3, Float64Array.of(0, 0, 9, 1, 0, 0, -2_000, -2_000, 0));
  const { data } = softTargets(logits, { shares: labelShares(Int32Array.of(0, 0, 1), 3), temperature: 0.5 });
  expect([data[2], data[5], data[8]]).toEqual([0, 0, 0]);
  expect(data[0]! + data[1]!).toBeCloseTo(1, 12);
  expect(data[3]!).toBeGreaterThan(data[4]!);
  expect([data[6], data[7]]).toEqual([0, 0]);
});

it('shares of labels are raised by one image a class, where it has any', () => {
  expect([...labelShares(Int32Array.of(0, 0, 0, 2), 3)]).toEqual([4 / 6, 0, 2 / 6]);
});
