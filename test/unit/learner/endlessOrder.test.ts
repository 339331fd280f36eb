import { expect, it } from 'vitest';
import { EndlessOrder } from '../../../src/engine/learner/endlessOrder';

it('every position comes once before any comes again, in another order, and the same wherever one begins', () => {
  const order = new EndlessOrder(10, 3, 'shuffle');
  const row = order.from(0, 30);
  const passes = [0, 10, 20].map((from) => [...row.subarray(from, from + 10)]);
  for (const pass of passes) expect(pass.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(passes[0]).not.toEqual(passes[1]);
  const later = new EndlessOrder(10, 3, 'shuffle');
  expect([...later.from(17, 8), ...later.from(4, 3)]).toEqual([...row.subarray(17, 25), ...row.subarray(4, 7)]);
  expect([...new EndlessOrder(10, 4, 'shuffle').from(0, 10)]).not.toEqual(passes[0]);
});
