import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentJob } from '../../../src/engine/job';
import { Random } from '../../../src/engine/numeric/random';
import { coreset } from '../../../src/engine/strategies/coreset';
import type { Pick } from '../../../src/engine/strategies/define';
import { randomContext, rowsOf, runWith, smallRows, vectorFile } from '../../support/contexts';
import type { KCentreVectors } from '../../support/vectorTypes';

const { cases } = vectorFile<KCentreVectors>('c_kcenter.json');

const pick = (pool: number[][], labelled: number[][], k: number): Promise<Pick[]> =>
  runWith(
    coreset,
    {
      poolSize: pool.length,
      classCount: 2,
      features: rowsOf(pool),
      labelledFeatures: rowsOf(labelled),
      labelledLabels: labelled.map(() => 0),
      options: {},
    },
    k,
    Random.stream(1, 'select'),
    silentJob,
  );

const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2;
  return Math.sqrt(sum);
};

function bruteForce(pool: number[][], labelled: number[][], k: number): number[] {
  const centres = [...labelled];
  const picks: number[] = [];
  if (centres.length === 0) {
    const mean = pool[0].map((_, j) => pool.reduce((sum, p) => sum + p[j], 0) / pool.length);
    const distances = pool.map((p) => distance(p, mean));
    picks.push(distances.indexOf(Math.min(...distances)));
    centres.push(pool[picks[0]]);
  }
  while (picks.length < Math.min(k, pool.length)) {
    const nearest = pool.map((p, i) => (picks.includes(i) ? -1 : Math.min(...centres.map((c) => distance(p, c)))));
    picks.push(nearest.indexOf(Math.max(...nearest)));
    centres.push(pool[picks.at(-1)!]);
  }
  return picks;
}

describe('core-set', () => {
  it.each(cases.map((c) => [c.name, c] as const))('gives the picks and radii of %s', async (_, c) => {
    const picks = await pick(c.unlabelled, c.labelled, c.budget);
    expect(picks.map((p) => p.index)).toEqual(c.selected ?? c.selected_no_repeat);
    for (const [i, { score }] of picks.entries()) expect(Math.abs(score - c.radius_at_pick[i])).toBeLessThan(1e-14);
  });

  it('agrees with brute force', async () => {
    await fc.assert(
      fc.asyncProperty(smallRows(2), smallRows(2, { min: 0, max: 4 }), async (pool, labelled) => {
        const picks = await pick(pool, labelled, pool.length);
        expect(picks.map((p) => p.index)).toEqual(bruteForce(pool, labelled, pool.length));
      }),
      { seed: 1 },
    );
  });

  it('starts at the centre when nothing is labelled', async () => {
    const picks = await pick([[0], [10], [4], [100], [5]], [], 3);
    expect(picks.map((p) => p.index)).toEqual([1, 3, 0]);
    expect(picks[0]).toMatchObject({ score: 0, reason: 'at the centre of all images' });
    expect(picks[1]).toMatchObject({ score: 90, reason: 'far from all chosen so far (90.0)' });
  });

  it('has radii that never grow', async () => {
    const context = randomContext({ pool: 200, labelled: 5 });
    const radii = (await runWith(coreset, context, 200, Random.stream(1, 'select'), silentJob)).map((p) => p.score);
    for (let i = 1; i < radii.length; i++) expect(radii[i]).toBeLessThanOrEqual(radii[i - 1]);
  });

  it('measures large problems exactly too: a copy of a labelled image is at distance 0', async () => {
    const context = randomContext({ pool: 1500, labelled: 600, dimensions: 64, seed: 3 });
    const features = context.features!;
    const labelled = context.labelledFeatures!;
    for (let l = 0; l < 600; l++) features.data.set(labelled.data.subarray(l * 64, (l + 1) * 64), 2 * l * 64);
    const picks = await runWith(coreset, context, 1500, Random.stream(1, 'select'), silentJob);
    const zero = picks.filter((p) => p.score === 0).map((p) => p.index);
    expect(zero).toEqual(Array.from({ length: 600 }, (_, l) => 2 * l));
    let farthest = 0;
    for (let i = 0; i < 1500; i++) {
      let nearest = Number.POSITIVE_INFINITY;
      const x = features.data.subarray(i * 64, (i + 1) * 64);
      for (let l = 0; l < 600; l++)
        nearest = Math.min(nearest, distance(x, labelled.data.subarray(l * 64, (l + 1) * 64)));
      farthest = Math.max(farthest, nearest);
    }
    expect(picks[0].score).toBeCloseTo(farthest, 12);
  });
});
