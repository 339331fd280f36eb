import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DifferentiableClassifier,
  deepFool,
  linearPerturbations,
  type Perturbations,
} from '../../../src/engine/geometry/deepFool';
import { silentJob } from '../../../src/engine/job';
import type { LinearHead } from '../../../src/engine/numeric/linearHead';
import { type Matrix, row } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { adversarialDeepFool } from '../../../src/engine/strategies/adversarialDeepFool';
import { type Given, randomContext, rowsOf, runWith, vectorFile } from '../../support/contexts';

interface Vectors {
  readonly linear: {
    readonly W: number[][];
    readonly b: number[];
    readonly x: number[][];
    readonly per_sample: {
      readonly label: number;
      readonly distil_score: number;
      readonly iterations: number;
      readonly final_class: number;
    }[];
    readonly order_by_distil_score: number[];
  };
  readonly mlp: {
    readonly A: number[][];
    readonly a: number[];
    readonly B: number[][];
    readonly b: number[];
    readonly x: number[][];
    readonly cases: {
      readonly max_iter: number;
      readonly score: number[];
      readonly iterations: number[];
      readonly label: number[];
      readonly final_class: number[];
      readonly order: number[];
    }[];
  };
}
const { linear: affineVectors, mlp } = vectorFile<Vectors>('f_deepfool.json');

/** A function from one input to its logits and their Jacobian [c × d]. */
type Differentiated = (x: Float64Array) => { readonly f: number[]; readonly jacobian: number[][] };

const times = (m: readonly (readonly number[])[], x: ArrayLike<number>, bias: readonly number[]): number[] =>
  m.map((r, i) => r.reduce((sum, w, j) => sum + w * x[j]!, bias[i]!));

const affine =
  (W: number[][], b: number[]): Differentiated =>
  (x) => ({ f: times(W, x, b), jacobian: W });

/** B tanh(A x + a) + b */
const tanhNetwork =
  ({ A, a, B, b }: Pick<Vectors['mlp'], 'A' | 'a' | 'B' | 'b'>): Differentiated =>
  (x) => {
    const h = times(A, x, a).map(Math.tanh);
    const jacobian = B.map((r) =>
      A[0]!.map((_, j) => r.reduce((sum, w, i) => sum + w * (1 - h[i]! ** 2) * A[i]![j]!, 0)),
    );
    return { f: times(B, h, b), jacobian };
  };

/** The function as the batched algorithm sees it; `asked` counts how often each first class's gradients were wanted. */
function classifierOf(of: Differentiated, classCount: number, size: number, batch: number) {
  const asked: number[] = [];
  const classifier: DifferentiableClassifier = {
    classCount,
    size,
    batch,
    logits: async (inputs, n) =>
      Float64Array.from(upTo(n).flatMap((i) => of(inputs.subarray(i * size, (i + 1) * size)).f)),
    async gradients(inputs, n, labels) {
      asked.push(n);
      const rows = upTo(n).flatMap((i) => {
        const { jacobian } = of(inputs.subarray(i * size, (i + 1) * size));
        const own = jacobian[labels[i]!]!;
        return jacobian.filter((_, k) => k !== labels[i]).flatMap((r) => r.map((v, j) => v - own[j]!));
      });
      return Float64Array.from(rows);
    },
  };
  return { classifier, asked };
}
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

async function attack(
  of: Differentiated,
  classCount: number,
  inputs: Matrix,
  { batch = 3, maxIterations = 50, overshoot = 0.02 } = {},
): Promise<Perturbations & { readonly asked: readonly number[] }> {
  const { classifier, asked } = classifierOf(of, classCount, inputs.columns, batch);
  const found = await deepFool({
    classifier,
    maxIterations,
    overshoot,
    count: inputs.rows,
    read: (i, target) => target.set(row(inputs, i)),
    step: async () => {},
  });
  return { ...found, asked };
}

/** The definition, one input at a time: squared norm, class before and after. */
function plainDeepFool(of: Differentiated, x0: Float64Array, maxIterations: number, overshoot: number) {
  const best = (f: number[]) => f.indexOf(Math.max(...f));
  const label = best(of(x0).f);
  let r = x0.map(() => 0);
  let x = x0;
  let iterations = 0;
  for (; iterations < maxIterations && best(of(x).f) === label; iterations++) {
    const { f, jacobian } = of(x);
    let nearest = { distance: Number.POSITIVE_INFINITY, w: x0, norm: 0 };
    for (const k of f.keys()) {
      const w = x0.map((_, j) => jacobian[k]![j]! - jacobian[label]![j]!);
      const norm = Math.hypot(...w);
      const distance = Math.abs(f[k]! - f[label]!) / norm;
      if (k !== label && distance < nearest.distance) nearest = { distance, w, norm };
    }
    const { distance, w, norm } = nearest;
    r = r.map((v, j) => v + ((distance + 1e-4) * w[j]!) / norm);
    x = x0.map((v, j) => v + (1 + overshoot) * r[j]!);
  }
  const squaredNorm = r.reduce((sum, v) => sum + ((1 + overshoot) * v) ** 2, 0);
  return { squaredNorm, before: label, after: best(of(x).f), iterations };
}

const expectRelative = (got: ArrayLike<number>, expected: readonly number[], tolerance: number): void => {
  for (const [i, value] of expected.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(tolerance * value);
};

function linearContext(): Given {
  const head = { weights: rowsOf(affineVectors.W), bias: Float64Array.from(affineVectors.b) };
  return { poolSize: 8, classCount: 5, features: rowsOf(affineVectors.x), head, labelledLabels: [], options: {} };
}
const linear = (head: LinearHead, features: Matrix, overshoot = 0.02) =>
  linearPerturbations(head, features, overshoot, async () => {});
const pick = (context: Given, k: number) =>
  runWith(adversarialDeepFool, context, k, Random.stream(1, 'select'), silentJob);

describe('DeepFool on the linear classifier of the vectors', () => {
  const scores = affineVectors.per_sample.map((one) => one.distil_score);

  it('is picked by in closed form', async () => {
    const picks = await pick(linearContext(), 8);
    const order = picks.map(({ index }) => index);
    expect(order).toEqual(affineVectors.order_by_distil_score);
    expectRelative(
      picks.map(({ score }) => score),
      order.map((i) => scores[i]!),
      1e-10,
    );
    const [nearest] = picks;
    const { label, final_class } = affineVectors.per_sample[nearest!.index]!;
    const length = Math.sqrt(scores[nearest!.index]!).toPrecision(2);
    expect(nearest!.reason).toBe(`a change of length ${length} turns class ${label} into class ${final_class}`);
  });

  it('and step by step, in one step', async () => {
    const found = await attack(affine(affineVectors.W, affineVectors.b), 5, rowsOf(affineVectors.x));
    expectRelative(found.squaredNorms, scores, 1e-10);
    expect(Array.from(found.before)).toEqual(affineVectors.per_sample.map(({ label }) => label));
    expect(Array.from(found.after)).toEqual(affineVectors.per_sample.map((one) => one.final_class));
    expect(found.asked).toEqual([3, 3, 2]);
  });
});

describe('DeepFool on the tanh network of the vectors', () => {
  it.each(mlp.cases.map((one) => [one.max_iter, one] as const))('with at most %i steps', async (maxIterations, one) => {
    const of = tanhNetwork(mlp);
    const found = await attack(of, 5, rowsOf(mlp.x), { maxIterations });
    expectRelative(found.squaredNorms, one.score, 1e-10);
    expect(Array.from(found.before)).toEqual(one.label);
    expect(Array.from(found.after)).toEqual(one.final_class);
    for (const [i, x] of mlp.x.entries()) {
      const alone = await attack(of, 5, rowsOf([x]), { maxIterations });
      expect(alone.asked).toHaveLength(one.iterations[i]!);
      expect(alone.squaredNorms[0]).toBe(found.squaredNorms[i]);
    }
    const { squaredNorms, before, after } = found;
    const context = { ...linearContext(), perturbations: { squaredNorms, before, after } };
    expect((await pick(context, 8)).map(({ index }) => index)).toEqual(one.order);
  });
});

describe('DeepFool', () => {
  /** A tanh network and inputs from a continuous distribution: no two classes are equally near. */
  function randomNetwork(seed: number, d: number, c: number, n: number) {
    const random = Random.stream(seed, 'network');
    const normal = (rows: number, columns: number) =>
      Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()));
    return {
      of: tanhNetwork({ A: normal(3, d), a: normal(1, 3)[0]!, B: normal(c, 3), b: normal(1, c)[0]! }),
      x: normal(n, d),
    };
  }
  const small = (min: number, max: number) => fc.integer({ min, max });

  it('of many inputs in batches is DeepFool of each', async () => {
    await fc.assert(
      fc.asyncProperty(
        ...[fc.integer(), small(1, 4), small(2, 4), small(1, 9), small(1, 6)],
        async (seed, d, c, n, maxIterations) => {
          const { of, x } = randomNetwork(seed, d, c, n);
          const found = await attack(of, c, rowsOf(x), { batch: 2, maxIterations });
          for (const [i, input] of x.entries()) {
            const one = plainDeepFool(of, Float64Array.from(input), maxIterations, 0.02);
            // far out tanh is flat and rounding decides where the steps go
            if (!(one.squaredNorm < 100)) continue;
            expect(found.before[i]).toBe(one.before);
            expect(found.after[i]).toBe(one.after);
            expect(Math.abs(found.squaredNorms[i]! - one.squaredNorm)).toBeLessThan(1e-6 * one.squaredNorm);
          }
        },
      ),
    );
  });

  it('does not depend on how many inputs there are, in which order or in which batches', async () => {
    const random = Random.stream(3, 'inputs');
    const inputs = rowsOf(Array.from({ length: 150 }, () => mlp.x[0]!.map(() => 2 * random.normal())));
    const of = tanhNetwork(mlp);
    const all = await attack(of, 5, inputs, { batch: 10 });
    const order = random.permutation(150).subarray(0, 90);
    const shuffled = { ...inputs, rows: 90, data: Float64Array.from([...order].flatMap((i) => [...row(inputs, i)])) };
    const some = await attack(of, 5, shuffled, { batch: 64 });
    expect(some.squaredNorms).toEqual(Float64Array.from(order, (i) => all.squaredNorms[i]!));
    expect(all.after.filter((c, i) => c !== all.before[i]).length).toBeGreaterThan(100);
  });

  it('on a linear head in closed form is DeepFool step by step', async () => {
    const { head, features } = randomContext({ pool: 100, classes: 6, dimensions: 8 });
    const W = upTo(6).map((c) => [...row(head!.weights, c)]);
    for (const overshoot of [0, 0.02, 0.5]) {
      const closed = await linear(head!, features!, overshoot);
      const stepped = await attack(affine(W, [...head!.bias]), 6, features!, { overshoot });
      expectRelative(closed.squaredNorms, [...stepped.squaredNorms], 1e-9);
      expect(closed.before).toEqual(stepped.before);
      expect(closed.after).toEqual(stepped.after);
    }
  });

  it('is the same after adding a number to all logits or scaling them', async () => {
    const { head, features } = randomContext({ pool: 50, classes: 4 });
    const norms = [...(await linear(head!, features!)).squaredNorms];
    const { weights } = head!;
    const moved = { weights, bias: Float64Array.from(head!.bias, (b) => b + 7) };
    expectRelative((await linear(moved, features!)).squaredNorms, norms, 1e-9);
    const scaled = { weights: { ...weights, data: Float64Array.from(weights.data, (w) => 3 * w) }, bias: head!.bias };
    expectRelative((await linear(scaled, features!)).squaredNorms, norms, 1e-9);
  });

  it('moves an input that stands on a boundary', async () => {
    const found = await attack(affine([[1], [-1]], [0, 0]), 2, rowsOf([[0]]));
    expect(found.squaredNorms[0]).toBeCloseTo((1.02 * 1e-4) ** 2, 15);
    expect([found.before[0], found.after[0]]).toEqual([0, 1]);
  });

  it('puts inputs that nothing moves last', async () => {
    const flat = await attack(() => ({ f: [1, 0], jacobian: [[0], [0]] }), 2, rowsOf([[1], [2]]));
    expect([...flat.squaredNorms]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    const squaredNorms = Float64Array.of(Number.POSITIVE_INFINITY, 4, Number.POSITIVE_INFINITY, 1);
    const perturbations = { squaredNorms, before: new Int32Array(4), after: Int32Array.of(0, 1, 0, 1) };
    const picks = await pick({ ...randomContext({ pool: 4 }), perturbations }, 4);
    expect(picks.map(({ index }) => index)).toEqual([3, 1, 0, 2]);
    expect(picks[2]).toMatchObject({
      score: Number.MAX_VALUE,
      reason: 'no change was found that turns class 0 into another class',
    });
  });

  it('gives a step count its due: what was changed until then is the score', async () => {
    const of = tanhNetwork(mlp);
    const [few, many] = [1, 50].map((maxIterations) => attack(of, 5, rowsOf(mlp.x), { maxIterations }));
    const unmoved = (await few!).after.filter((c, i) => c === mlp.cases[0]!.label[i]);
    expect(unmoved.length).toBeGreaterThan(0);
    expect((await few!).squaredNorms).not.toEqual((await many!).squaredNorms);
  });
});

describe('perturbations are refused when', () => {
  const context = randomContext({ pool: 3 });
  it.each([
    [
      'a norm is not a number',
      [1, Number.NaN, 2],
      'Row 1 of "perturbations" (counted from 0) contains NaN; a squared norm is 0 or more.',
    ],
    [
      'a norm is negative',
      [1, 2, -2],
      'Row 2 of "perturbations" (counted from 0) contains -2; a squared norm is 0 or more.',
    ],
    ['there are too few', [1, 2], '"perturbations" has 2 values for 3 images; it needs one for each.'],
  ])('%s', async (_, norms, message) => {
    const classes = new Int32Array(3);
    const perturbations = { squaredNorms: Float64Array.from(norms), before: classes, after: classes };
    await expect(pick({ ...context, perturbations }, 2)).rejects.toMatchObject({ code: 'input', message });
  });
});
