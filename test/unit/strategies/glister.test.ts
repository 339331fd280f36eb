import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlainMatching } from '../../../src/engine/geometry/gradientMatching';
import type { MatchingProblem } from '../../../src/engine/geometry/matchingProblem';
import { NativeMatching } from '../../../src/engine/geometry/nativeMatching';
import { silentJob } from '../../../src/engine/job';
import { logits } from '../../../src/engine/numeric/linearHead';
import { Random } from '../../../src/engine/numeric/random';
import type { Pick } from '../../../src/engine/strategies/define';
import { glister } from '../../../src/engine/strategies/glister';
import { type Given, randomContext, rowsOf, runWith, smallRows, vectorFile } from '../../support/contexts';
import type { GlisterVectors } from '../../support/vectorTypes';

type VectorCase = GlisterVectors['cases'][number];
const vectors = vectorFile<GlisterVectors>('e_glister.json');
const kinds = { none: 'none', Diversity: 'diversity', FacLoc: 'facilityLocation' } as const;

const select = (context: Given, k: number): Promise<Pick[]> =>
  runWith(glister, context, k, Random.stream(1, 'select'), silentJob);

interface Input {
  readonly weights: number[][];
  readonly bias: number[];
  readonly pool: number[][];
  readonly labelled: number[][];
  readonly labels: number[];
  readonly validation?: { readonly features: number[][]; readonly labels: number[] };
  readonly options: Record<string, unknown>;
}

const contextOf = ({ weights, bias, pool, labelled, labels, validation, options }: Input): Given => ({
  poolSize: pool.length,
  classCount: bias.length,
  features: rowsOf(pool),
  labelledFeatures: rowsOf(labelled),
  labelledLabels: labels,
  head: { weights: rowsOf(weights), bias: Float64Array.from(bias) },
  options,
  ...(validation && { validationFeatures: rowsOf(validation.features), validationLabels: validation.labels }),
});

const inputOf = (c: VectorCase, distil: boolean): Input => ({
  weights: vectors.weights,
  bias: vectors.bias,
  pool: vectors.pool_features,
  labelled: vectors.labelled_features,
  labels: vectors.labelled_y,
  ...(c.use_validation && { validation: { features: vectors.val_features, labels: vectors.val_y } }),
  options: { learningRate: c.lr, regulariser: kinds[c.typeOf], weight: c.lam ?? 0, distil },
});

describe.each(vectors.cases.map((c) => [c.name, c] as const))('GLISTER on the vectors: %s', (_, c) => {
  it('picks in the same order with the same gains', async () => {
    const picks = await select(contextOf(inputOf(c, true)), c.budget);
    expect(picks.map((pick) => pick.index)).toEqual(c.selected);
    for (const [t, { index, score }] of picks.entries()) {
      const { remaining, gains } = c.trace[t];
      expect(Math.abs(score - gains[remaining.indexOf(index)])).toBeLessThan(1e-12);
    }
  });

  it("picks the same where the first gradient is a mean, not DISTIL's sum divided by |U|", async () => {
    const picks = await select(contextOf(inputOf(c, false)), c.budget);
    expect(picks.map((pick) => pick.index)).toEqual(c.selected);
  });
});

const softmaxOf = (z: readonly number[]): number[] => {
  const powers = z.map((v) => Math.exp(v - Math.max(...z)));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((v) => v / sum);
};
const inner = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, v, i) => sum + v * b[i], 0);
const squared = (a: readonly number[], b: readonly number[]): number => inner(a, a) + inner(b, b) - 2 * inner(a, b);

/** Follows the picks and returns, for each, its gain and the best one by the definition, with every gradient written out. */
function replay(input: Input, picks: readonly number[]): { gain: number; best: number }[] {
  const { pool, labelled, labels, validation, options } = input;
  const theta = input.weights.map((w, c) => [input.bias[c], ...w]);
  const probabilities = (h: number[]) => softmaxOf(theta.map((w) => inner(w, [1, ...h])));
  const gradient = (h: number[], label: number) =>
    probabilities(h).flatMap((p, c) => [1, ...h].map((x) => (p - (c === label ? 1 : 0)) * x));
  const mean = (gradients: number[][]) =>
    gradients[0].map((_, j) => gradients.reduce((sum, g) => sum + g[j], 0) / gradients.length);
  const predicted = pool.map((h) => {
    const p = probabilities(h);
    return p.indexOf(Math.max(...p));
  });
  const g = pool.map((h, i) => gradient(h, predicted[i]));
  const move = (by: readonly number[]) => {
    const d = theta[0].length;
    for (const [c, w] of theta.entries())
      for (let j = 0; j < d; j++) w[j] -= (options.learningRate as number) * by[c * d + j];
  };
  const ofLabelled = labelled.map((h, l) => gradient(h, labels[l]));
  for (const by of ofLabelled) move(by);
  const watched = validation ?? { features: [...pool, ...labelled], labels: [...predicted, ...labels] };
  const distances = g.map((a) => g.map((b) => Math.max(0, squared(a, b))));
  const largest = Math.max(...distances.flat());
  const taken: number[] = [];
  return picks.map((pick) => {
    const total = mean(watched.features.map((h, v) => gradient(h, watched.labels[v])));
    const gains = g.map((own, i) => {
      const penalty = taken.reduce((sum, j) => sum + Math.exp(-distances[i][j] / 2), 0);
      const facility = g.reduce((sum, _, n) => {
        const nearest = Math.min(largest, ...taken.map((j) => distances[n][j]));
        return sum + Math.max(0, nearest - distances[i][n]);
      }, 0);
      const extra = { none: 0, diversity: -penalty, facilityLocation: facility }[options.regulariser as 'none'];
      return inner(own, total) + (options.weight as number) * extra;
    });
    const best = Math.max(...gains.filter((_, i) => !taken.includes(i)));
    taken.push(pick);
    move(g[pick]);
    return { gain: gains[pick], best };
  });
}

describe('GLISTER', () => {
  it('agrees with brute force', async () => {
    const rows = (n: number) => smallRows(2, { min: n, max: n });
    const label = fc.integer({ min: 0, max: 2 });
    const input: fc.Arbitrary<Input> = fc
      .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
      .chain(([n, m, v]) => {
        const labelsOf = (count: number) => fc.array(label, { minLength: count, maxLength: count });
        return fc.record({
          weights: rows(3),
          bias: rows(3).map((r) => r.map(([b]) => b)),
          pool: rows(n),
          labelled: rows(m),
          labels: labelsOf(m),
          ...(v > 0 && { validation: fc.record({ features: rows(v), labels: labelsOf(v) }) }),
          options: fc.record({
            learningRate: fc.constantFrom(0, 0.01, 0.3),
            regulariser: fc.constantFrom('none', 'diversity', 'facilityLocation'),
            weight: fc.constantFrom(0, 0.1, 10),
          }),
        });
      });
    await fc.assert(
      fc.asyncProperty(input, async (given) => {
        const picks = await select(contextOf(given), given.pool.length);
        const expected = replay(
          given,
          picks.map((pick) => pick.index),
        );
        for (const [t, { score }] of picks.entries()) {
          const close = 1e-9 * Math.max(1, Math.abs(expected[t].best));
          expect(Math.abs(score - expected[t].gain)).toBeLessThan(close);
          expect(expected[t].best - expected[t].gain).toBeLessThan(close);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('is a ranking by fixed gradients when the learning rate is 0 and nothing regularises', async () => {
    const context = { ...randomContext({ pool: 30, labelled: 6 }), options: { learningRate: 0, regulariser: 'none' } };
    const scores = (await select(context, 30)).map((pick) => pick.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it('costs the exact copy of a pick the whole weight of the diversity', async () => {
    const context = randomContext({ pool: 2, labelled: 3 });
    const { columns, data } = context.features!;
    data.copyWithin(columns, 0, columns);
    const [first, second] = await select({ ...context, options: { learningRate: 0, weight: 3 } }, 2);
    expect(first.score - second.score).toBeCloseTo(3, 12);
  });

  it('divides the first gradient as DISTIL does only when asked', async () => {
    const context = { ...randomContext({ pool: 10, labelled: 5 }), validationFeatures: undefined as never };
    const { validationFeatures: _, validationLabels: __, ...without } = context;
    const [ours] = await select({ ...without, options: { regulariser: 'none' } }, 1);
    const [theirs] = await select({ ...without, options: { regulariser: 'none', distil: true } }, 1);
    expect(theirs.score / ours.score).toBeCloseTo(15 / 10, 12);
  });

  it('wants the validation set whole, and the labels of what is labelled', async () => {
    const { validationLabels: _, ...context } = randomContext({ pool: 5, labelled: 2 });
    await expect(select(context, 1)).rejects.toMatchObject({
      code: 'input',
      message:
        'The strategy glister needs "validationFeatures" and "validationLabels" together; one of them is missing.',
    });
    const unknown = { ...randomContext({ pool: 5, labelled: 2 }), labelledLabels: [] };
    await expect(select(unknown, 1)).rejects.toMatchObject({
      message: 'The strategy glister needs "labelledLabels", the class index of each of the 2 labelled images.',
    });
  });

  it('refuses a wrong option in one sentence', () => {
    expect(() => glister.withOptions({ regulariser: 'entropy' })).toThrow(
      /^The option "regulariser" of the strategy glister can't be used: .*\.$/,
    );
    expect(() => glister.withOptions({ weight: -1 })).toThrow('The option "weight"');
  });
});

describe('gradient matching in native code', () => {
  it.each([true, false])('agrees with plain code, with the pool watched: %s', async (poolWatched) => {
    const { features, head } = randomContext({ pool: 320, dimensions: 40, classes: 5 });
    const [n, r] = [300, 320];
    const z = logits(head!, features!);
    const random = Random.stream(2, 'test');
    const targets = Int32Array.from({ length: r }, () => random.integer(5));
    const { probabilities } = randomContext({ pool: n, classes: 5, seed: 4 });
    const errors = { ...probabilities!, data: Float64Array.from(probabilities!.data) };
    for (let i = 0; i < n; i++) errors.data[i * 5 + targets[i]] -= 1;
    const weights = new Float64Array(r).fill(poolWatched ? 1 / r : 1 / (r - n));
    if (!poolWatched) weights.fill(0, 0, n);
    const problem: MatchingProblem = { features: features!, logits: z, targets, weights, errors, learningRate: 0.02 };
    const [plain, native] = [new PlainMatching(problem), await NativeMatching.create(problem)];
    for (const taken of [null, 0, 17, 299, 17]) {
      const [a, b] = [await plain.step(taken), await native.step(taken)];
      const largest = Math.max(...Array.from(a.gains, Math.abs));
      expect(largest).toBeGreaterThan(0);
      for (let i = 0; i < n; i++) {
        expect(Math.abs(a.gains[i] - b.gains[i])).toBeLessThan(2e-6 * largest);
        expect(Math.abs(a.products[i] - b.products[i])).toBeLessThan(1e-4);
      }
    }
  });
});
