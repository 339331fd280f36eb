import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { vectorFile } from '../support/contexts';
import { temporaryFolder } from '../support/temporaryFolder';
import type { GlisterVectors, KCentreVectors } from '../support/vectorTypes';

/** Files without a test here: BADGE's draws follow given random numbers, TypiClust's clusters are given; `select` takes neither. */

beforeAll(ensureBuilt);

interface Selected {
  readonly selected: number[];
  readonly scores: number[];
}

/** The command, as a person runs it. */
async function select(input: Record<string, unknown>): Promise<Selected> {
  const path = join(await temporaryFolder(), 'arrays.json');
  await writeFile(path, JSON.stringify(input));
  const { code, stderr, json } = await run(['--json', '--quiet', 'select', '--input', path]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return json<Selected>();
}

const close = (actual: number, expected: number) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));

interface Ranking {
  readonly score: number[];
  readonly order: number[];
}

/** All images in the vectors' order with the vectors' scores; theirs are larger for images to pick first, or smaller. */
function expectRanking({ selected, scores }: Selected, { order, score }: Ranking): void {
  expect(selected).toEqual(order);
  for (const [i, image] of order.entries()) close(scores[i], score[image]);
}

describe('select on the test vectors', () => {
  const uncertainty = vectorFile<{
    cases: (Record<'least_confidence' | 'margin' | 'entropy', Ranking> & { name: string; probs: number[][] })[];
  }>('a_uncertainty.json');
  it.each(uncertainty.cases.map((c) => [c.name, c] as const))('a_uncertainty: %s', async (_, c) => {
    for (const [strategy, name] of [
      ['leastConfidence', 'least_confidence'],
      ['margin', 'margin'],
      ['entropy', 'entropy'],
    ] as const)
      expectRanking(await select({ strategy, k: c.probs.length, probabilities: c.probs }), c[name]);
  });

  const bald = vectorFile<{ cases: (Partial<Ranking> & { name: string; probs_TNC: number[][][] })[] }>('b_bald.json');
  const ranked = (name: string) => bald.cases.find((c) => c.name === name)!;
  it.each(bald.cases.flatMap((c) => (c.score ? [[c.name, c.score] as const] : [])))(
    'b_bald: %s',
    async (name, score) => {
      const { probs_TNC, order = [0] } = ranked(name);
      expectRanking(await select({ strategy: 'bald', k: score.length, probabilities: probs_TNC }), { score, order });
    },
  );

  it('b_bald: no_dropout_constant_passes, which is refused', async () => {
    const input = { strategy: 'bald', k: 1, probabilities: ranked('no_dropout_constant_passes').probs_TNC };
    const path = join(await temporaryFolder(), 'arrays.json');
    await writeFile(path, JSON.stringify(input));
    const { code, stderr } = await run(['select', '--input', path]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The 3 passes are all the same, so the network has no dropout/);
  });

  const kCentre = vectorFile<KCentreVectors>('c_kcenter.json');
  it.each(kCentre.cases.map((c) => [c.name, c] as const))('c_kcenter: %s', async (_, c) => {
    const arrays = { features: c.unlabelled, labelledFeatures: c.labelled };
    const { selected, scores } = await select({ strategy: 'coreset', k: c.budget, ...arrays });
    expect(selected).toEqual(c.selected ?? c.selected_no_repeat);
    for (const [i, radius] of c.radius_at_pick.entries()) close(scores[i], radius);
  });

  const glister = vectorFile<GlisterVectors>('e_glister.json');
  it.each(glister.cases.map((c) => [c.name, c] as const))('e_glister: %s', async (_, c) => {
    const regulariser = { none: 'none', Diversity: 'diversity', FacLoc: 'facilityLocation' }[c.typeOf];
    const { selected, scores } = await select({
      strategy: 'glister',
      k: c.budget,
      features: glister.pool_features,
      labelledFeatures: glister.labelled_features,
      labelledLabels: glister.labelled_y,
      head: { weights: glister.weights, bias: glister.bias },
      ...(c.use_validation ? { validationFeatures: glister.val_features, validationLabels: glister.val_y } : {}),
      options: { learningRate: c.lr, regulariser, weight: c.lam ?? 0, distil: true },
    });
    expect(selected).toEqual(c.selected);
    for (const [t, { remaining, gains }] of c.trace.entries()) close(scores[t], gains[remaining.indexOf(selected[t])]);
  });

  it('f_deepfool: the linear classifier', async () => {
    const { linear } = vectorFile<{
      linear: {
        W: number[][];
        b: number[];
        x: number[][];
        per_sample: { distil_score: number }[];
        order_by_distil_score: number[];
      };
    }>('f_deepfool.json');
    const { selected, scores } = await select({
      strategy: 'adversarialDeepFool',
      k: linear.x.length,
      features: linear.x,
      head: { weights: linear.W, bias: linear.b },
    });
    expect(selected).toEqual(linear.order_by_distil_score);
    for (const [i, image] of selected.entries()) {
      const { distil_score: expected } = linear.per_sample[image];
      expect(Math.abs(scores[i] - expected) / expected).toBeLessThan(1e-10);
    }
  });
});
