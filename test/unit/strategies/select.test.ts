import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/engine/errors';
import { silentJob } from '../../../src/engine/job';
import { writeNpy } from '../../../src/engine/store/npy';
import { selectFromInput } from '../../../src/engine/strategies/select';
import { vectorFile } from './contexts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'select-'));
});
afterAll(() => rm(folder, { recursive: true }));

const select = (input: unknown, overrides: { strategy?: string; k?: number; seed?: number } = {}) =>
  selectFromInput(input, { baseDirectory: folder, ...overrides }, silentJob);

const refusal = async (input: unknown): Promise<{ code: string; message: string }> => {
  const error: unknown = await select(input).then(
    () => 'nothing was refused',
    (error) => error,
  );
  expect(error).toBeInstanceOf(UserError);
  const { code, message } = error as UserError;
  expect(message).toMatch(/^["A-Z/][^\n]*\.$/);
  return { code, message };
};

const probabilities = [
  [0.9, 0.1],
  [0.4, 0.6],
  [0.5, 0.5],
];
const features = [
  [0, 0],
  [3, 4],
  [1, 0],
];

describe('select', () => {
  it('gives picks, scores and reasons', async () => {
    const output = await select({ strategy: 'margin', k: 2, probabilities, classNames: ['cat', 'dog'] });
    expect(output).toEqual({
      strategy: 'margin',
      selected: [2, 1],
      scores: [0, expect.closeTo(-0.2, 14)],
      reasons: ['margin 0.00 between cat and dog', 'margin 0.20 between dog and cat'],
    });
  });

  it('gives the picks of the k-center vectors', async () => {
    interface Case {
      unlabelled: number[][];
      labelled: number[][];
      budget: number;
      selected: number[];
    }
    const [c] = vectorFile<{ cases: Case[] }>('c_kcenter.json').cases;
    const input = { strategy: 'coreset', k: c.budget, features: c.unlabelled, labelledFeatures: c.labelled };
    expect((await select(input)).selected).toEqual(c.selected);
    const labelledLabels = c.labelled.map((_, i) => i);
    expect((await select({ ...input, labelledLabels })).selected).toEqual(c.selected);
  });

  it('reads .npy files beside the input, whatever their type', async () => {
    const path = (name: string): string => join(folder, name);
    await writeNpy(path('p.npy'), { shape: [3, 2], data: Float32Array.from(probabilities.flat()) });
    await writeNpy(path('f.npy'), { shape: [3, 2], data: Int32Array.from(features.flat()) });
    await writeNpy(path('l.npy'), { shape: [1, 2], data: Float64Array.of(0, 1) });
    await writeNpy(path('y.npy'), { shape: [1], data: BigInt64Array.of(1n) });
    const arrays = { probabilities, features, labelledFeatures: [[0, 1]], labelledLabels: [1] };
    const files = { probabilities: 'p.npy', features: 'f.npy', labelledFeatures: 'l.npy', labelledLabels: 'y.npy' };
    for (const strategy of ['coreset', 'maxHerding', 'entropy', 'badge']) {
      const [a, b] = [await select({ strategy, k: 3, ...arrays }), await select({ strategy, k: 3, ...files })];
      expect(b.selected).toEqual(a.selected);
      for (const [i, score] of b.scores.entries()) expect(score).toBeCloseTo(a.scores[i], 6);
    }
    expect((await select({ k: 1, probabilities: path('p.npy'), strategy: 'margin' })).selected).toEqual([2]);
  });

  it('computes probabilities from a head and features', async () => {
    const head = {
      weights: [
        [1, 0],
        [-1, 0],
      ],
      bias: [0.5, 0],
    };
    const output = await select({
      strategy: 'leastConfidence',
      k: 3,
      features: [
        [-1, 9],
        [-0.25, 2],
        [3, 0],
      ],
      head,
    });
    expect(output.selected).toEqual([1, 0, 2]);
    const sure = (x: number): number => 1 / (1 + Math.exp(-Math.abs(2 * x + 0.5)));
    for (const [i, x] of [-0.25, -1, 3].entries()) expect(output.scores[i]).toBeCloseTo(-sure(x), 14);
  });

  it('takes the mean of dropout passes for strategies that need probabilities', async () => {
    const passes = [
      [
        [1, 0],
        [0.5, 0.5],
      ],
      [
        [0, 1],
        [0.9, 0.1],
      ],
    ];
    expect((await select({ strategy: 'margin', k: 1, probabilities: passes })).selected).toEqual([0]);
    await writeNpy(join(folder, 'passes.npy'), { shape: [2, 2, 2], data: Float64Array.from(passes.flat(2)) });
    expect((await select({ strategy: 'margin', k: 1, probabilities: 'passes.npy' })).selected).toEqual([0]);
  });

  it('takes maxHerding when no strategy is named, and the same picks for the same seed', async () => {
    expect(await select({ k: 2, features })).toEqual(await select({ k: 2, features, strategy: 'maxHerding' }));
    const pool = Array.from({ length: 50 }, (_, i) => [i]);
    const input = { strategy: 'random', k: 10, features: pool };
    expect((await select({ ...input, seed: 4 })).selected).toEqual((await select(input, { seed: 4 })).selected);
    expect((await select({ ...input, seed: 4 })).selected).not.toEqual((await select({ ...input, seed: 5 })).selected);
  });

  it('lets the caller override strategy and k', async () => {
    const input = { strategy: 'random', k: 1, probabilities };
    expect(await select(input, { strategy: 'entropy', k: 2 })).toMatchObject({ strategy: 'entropy', selected: [2, 1] });
  });

  it('passes options on', async () => {
    const wide = await select({ k: 1, features, options: { sigma: 5 } });
    const narrow = await select({ k: 1, features, options: { sigma: 0.1 } });
    expect(wide.scores[0]).toBeGreaterThan(narrow.scores[0]);
  });

  it('says so when all of the pool was picked', async () => {
    const output = await select({ strategy: 'margin', k: 5, probabilities });
    expect(output.selected).toHaveLength(3);
    expect(output.note).toBe('All 3 images of the pool were picked, fewer than the 5 asked for.');
    expect(await select({ strategy: 'margin', k: 3, probabilities })).not.toHaveProperty('note');
  });

  it('gives -0 as 0 in JSON and keeps scores finite', async () => {
    const { scores } = await select({
      k: 3,
      features: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      strategy: 'coreset',
    });
    expect(scores).toEqual([0, 0, 0]);
  });
});

describe('select refuses in one sentence', () => {
  const ok = { strategy: 'margin', k: 1, probabilities };
  const cases: [string, unknown, 'usage' | 'input', string][] = [
    ['no object', [1], 'usage', 'The select input must be a JSON object.'],
    ['no k', { probabilities }, 'usage', 'The select input has no "k", the number of images to pick.'],
    ['half a k', { ...ok, k: 1.5 }, 'usage', '"k" of the select input must be a whole number.'],
    ['k as text', { ...ok, k: '3' }, 'usage', '"k" of the select input must be a whole number.'],
    ['k of 0', { ...ok, k: 0 }, 'usage', '"k" of the select input must be a whole number from 1 on.'],
    [
      'an unknown strategy',
      { ...ok, strategy: 'oracle' },
      'usage',
      'There is no strategy "oracle"; known are random, entropy, margin, leastConfidence, badge, coreset, typiclust, probcover, maxHerding, dropQuery, kMeans.',
    ],
    [
      'a strategy that is no name',
      { ...ok, strategy: 3 },
      'usage',
      '"strategy" of the select input must be the name of a strategy.',
    ],
    [
      'an array that is none',
      { ...ok, probabilities: 3 },
      'usage',
      '"probabilities" of the select input must be an array of numbers or the path of a .npy file.',
    ],
    [
      'no images',
      { strategy: 'random', k: 1 },
      'usage',
      'The select input describes no images; give "probabilities", "features" or "representation", one row for each image.',
    ],
    [
      'an empty pool',
      { ...ok, probabilities: [] },
      'usage',
      'The select input has an empty pool; there is nothing to pick from.',
    ],
    [
      'a missing array',
      { ...ok, strategy: 'coreset' },
      'input',
      'The strategy coreset needs "features", which is missing.',
    ],
    [
      'labels without their features',
      { k: 1, features, labelledLabels: [0] },
      'input',
      'The strategy maxHerding needs "labelledFeatures", which is missing.',
    ],
    [
      'ragged rows',
      { ...ok, probabilities: [[1, 0], [1]] },
      'input',
      '"probabilities" is ragged: row 1 (counted from 0) has 1 values and row 0 has 2.',
    ],
    [
      'a flat array',
      { ...ok, probabilities: [1, 0] },
      'input',
      '"probabilities" must be an array of rows, but its row 0 is not an array.',
    ],
    [
      'null among numbers',
      {
        ...ok,
        probabilities: [
          [1, 0],
          [null, 1],
        ],
      },
      'input',
      '"probabilities[1][0]" is null, not a number.',
    ],
    [
      'dropout passes of different shapes',
      {
        ...ok,
        probabilities: [
          [[1, 0]],
          [
            [1, 0],
            [1, 0],
          ],
        ],
      },
      'input',
      '"probabilities[1]" is 2 × 2, but "probabilities[0]" is 1 × 2; they must agree.',
    ],
    [
      'features of three dimensions',
      { k: 1, features: [[[1]]] },
      'input',
      '"features" has three dimensions; it must have two, a row for each image.',
    ],
    [
      'labels that do not fit',
      { k: 1, features, labelledFeatures: features, labelledLabels: [0] },
      'input',
      '"labelledFeatures" has 3 rows, but "labelledLabels" has 1; they must agree.',
    ],
    [
      'an unknown option',
      { ...ok, options: { x: 1 } },
      'usage',
      'The strategy margin has no option "x"; it takes none.',
    ],
    [
      'options that are none',
      { ...ok, options: 3 },
      'usage',
      '"options" of the select input must be an object with the strategy\'s options.',
    ],
    [
      'a head that does not fit',
      { k: 1, features, strategy: 'margin', head: { weights: [[1]], bias: [1] } },
      'usage',
      'The head\'s weights have 1 columns, but "features" has 2; they must agree.',
    ],
    [
      'a head without bias',
      { k: 1, features, head: { weights: [[1]] } },
      'usage',
      '"head.bias" of the select input must be an array of numbers or the path of a .npy file.',
    ],
  ];
  it.each(cases)('%s', async (_, input, code, message) => {
    expect(await refusal(input)).toEqual({ code, message });
  });

  it('an unknown field, and lists the known ones', async () => {
    expect((await refusal({ ...ok, featuers: [] })).message).toMatch(
      /^The select input has an unknown field "featuers"; known are strategy, k, seed, .*features.*\.$/,
    );
  });

  it('a .npy file that is not there, damaged or of the wrong shape', async () => {
    expect(await refusal({ k: 1, features: 'none.npy' })).toEqual({
      code: 'input',
      message: `${join(folder, 'none.npy')} does not exist; check the path.`,
    });
    await writeFile(join(folder, 'text.npy'), 'hello, I am a text');
    expect((await refusal({ k: 1, features: 'text.npy' })).code).toBe('damaged');
    await writeNpy(join(folder, 'flat.npy'), { shape: [3], data: Float32Array.of(1, 2, 3) });
    expect((await refusal({ k: 1, features: 'flat.npy' })).message).toContain('has the shape (3); it must have a row');
    await writeNpy(join(folder, 'nan.npy'), { shape: [2, 1], data: Float32Array.of(1, Number.NaN) });
    expect((await refusal({ k: 1, features: 'nan.npy' })).message).toBe(
      'Row 1 of "features" (counted from 0) contains NaN; every value must be a finite number.',
    );
  });
});
