import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentJob } from '../../../src/engine/job';
import { Random } from '../../../src/engine/numeric/random';
import type { Pick } from '../../../src/engine/strategies/define';
import { strategyNamed } from '../../../src/engine/strategies/registry';
import { rowsOf, runWith, smallProbabilities, vectorFile } from '../../support/contexts';

const names = { leastConfidence: 'least_confidence', margin: 'margin', entropy: 'entropy' } as const;
type Name = keyof typeof names;

interface Case {
  name: string;
  probs: number[][];
  least_confidence: { score: number[]; order: number[] };
  margin: { score: number[]; order: number[] };
  entropy: { score: number[]; order: number[] };
}
const { cases } = vectorFile<{ cases: Case[] }>('a_uncertainty.json');

const pick = (name: Name, rows: number[][], k = rows.length, classNames?: string[]): Promise<Pick[]> =>
  runWith(
    strategyNamed(name),
    {
      poolSize: rows.length,
      classCount: rows[0].length,
      probabilities: rowsOf(rows),
      labelledLabels: [],
      options: {},
      ...(classNames === undefined ? {} : { classNames }),
    },
    k,
    Random.stream(1, 'select'),
    silentJob,
  );

const scores: Record<Name, (p: number[]) => number> = {
  leastConfidence: (p) => -Math.max(...p),
  margin: (p) => {
    const sorted = p.toSorted((a, b) => b - a);
    return sorted[1] - sorted[0];
  },
  entropy: (p) => p.map((v) => (v === 0 ? 0 : -v * Math.log(v))).reduce((a, b) => a + b, 0),
};

describe.each(Object.keys(names) as Name[])('%s', (name) => {
  it.each(cases.map((c) => [c.name, c] as const))('gives the scores and the order of %s', async (_, c) => {
    const expected = c[names[name]];
    const picks = await pick(name, c.probs);
    expect(picks.map((p) => p.index)).toEqual(expected.order);
    for (const { index, score } of picks) expect(Math.abs(score - expected.score[index])).toBeLessThan(1e-14);
  });

  it('agrees with sorting everything', async () => {
    const rows = fc.integer({ min: 1, max: 12 }).chain((n) => smallProbabilities(3, n));
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 12 }), async (p, k) => {
        const reference = p.map(scores[name]);
        const order = [...p.keys()].sort((i, j) => reference[j] - reference[i] || i - j);
        const picks = await pick(name, p, k);
        expect(picks.map(({ index }) => index)).toEqual(order.slice(0, k));
        for (const { index, score } of picks) expect(score).toBeCloseTo(reference[index], 14);
      }),
      { seed: 1 },
    );
  });
});

describe('reasons', () => {
  const rows = [[0.1, 0.5, 0.4]];

  it('name the classes', async () => {
    const classes = ['angry', 'happy', 'sad'];
    expect((await pick('margin', rows, 1, classes))[0].reason).toBe('it hesitates between happy and sad');
    expect((await pick('leastConfidence', rows, 1, classes))[0].reason).toBe('only 50 % sure that it is happy');
    expect((await pick('entropy', rows, 1, classes))[0].reason).toBe(
      'entropy 0.94 of at most 1.10; likeliest happy (50 %)',
    );
  });

  it('number them when they have no names', async () => {
    expect((await pick('margin', rows))[0].reason).toBe('it hesitates between class 1 and class 2');
    expect((await pick('margin', [[1]]))[0].reason).toBe('there is only one class');
  });
});
