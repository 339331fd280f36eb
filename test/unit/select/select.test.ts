import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/engine/errors';
import { silentJob } from '../../../src/engine/job';
import { selectFromInput } from '../../../src/engine/select/select';
import { writeNpy } from '../../../src/engine/store/npy';
import { strategies } from '../../../src/engine/strategies/registry';
import { vectorFile } from '../../support/contexts';
import type { GlisterVectors, KCentreVectors } from '../../support/vectorTypes';

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
      reasons: ['it hesitates between cat and dog', 'it hesitates between dog and cat'],
    });
  });

  it('gives the picks of the k-center vectors', async () => {
    const [c] = vectorFile<KCentreVectors>('c_kcenter.json').cases;
    const input = { strategy: 'coreset', k: c.budget, features: c.unlabelled, labelledFeatures: c.labelled };
    expect((await select(input)).selected).toEqual(c.selected);
    const labelledLabels = c.labelled.map((_, i) => i);
    expect((await select({ ...input, labelledLabels })).selected).toEqual(c.selected);
  });

  it('gives the picks and gains of the GLISTER vectors', async () => {
    const v = vectorFile<GlisterVectors>('e_glister.json');
    const paper = v.cases.find((c) => c.typeOf === 'Diversity' && !c.use_validation)!;
    const input = {
      strategy: 'glister',
      k: paper.budget,
      features: v.pool_features,
      labelledFeatures: v.labelled_features,
      labelledLabels: v.labelled_y,
      head: { weights: v.weights, bias: v.bias },
    };
    expect(paper.lr).toBe(0.01); // the defaults are the paper's setting
    expect((await select(input)).selected).toEqual(paper.selected);
  });

  it('takes a hybrid as an object, as JSON or by its name, and its options', async () => {
    const labelled = { labelledFeatures: [[0, 1]], labelledLabels: [1] };
    const base = { k: 2, features, probabilities, ...labelled };
    const described = (until: number, use: string, then: string) => ({ until, use, then });
    for (const [until, part] of [
      [2, 'coreset'],
      [1, 'margin'],
    ] as const) {
      const expected = await select({ ...base, strategy: part });
      const hybrid = described(until, 'coreset', 'margin');
      const name = `coreset-until-${until}-then-margin`;
      for (const strategy of [hybrid, JSON.stringify(hybrid), name])
        expect(await select({ ...base, strategy })).toEqual({ ...expected, strategy: name });
    }
    const options = { use: { sigma: 0.1 } };
    const strategy = described(9, 'maxHerding', 'margin');
    expect((await select({ ...base, strategy, options })).scores).toEqual(
      (await select({ ...base, strategy: 'maxHerding', options: { sigma: 0.1 } })).scores,
    );
  });

  it('names the image of a value that is none where the input names its images', async () => {
    const input = { k: 1, features: [[0], [Number.NaN]], imageNames: ['a.png', 'b.png'] };
    expect((await refusal(input)).message).toBe(
      '"features" of the image b.png contains NaN; every value must be a finite number.',
    );
    expect((await refusal({ ...input, imageNames: ['a.png'] })).message).toBe(
      '"imageNames" has 1 names for 2 images; it needs one for each.',
    );
  });

  it('reads .npy files beside the input, whatever their type', async () => {
    const path = (name: string): string => join(folder, name);
    await writeNpy(path('p.npy'), { shape: [3, 2], data: Float32Array.from(probabilities.flat()) });
    await writeNpy(path('f.npy'), { shape: [3, 2], data: Int32Array.from(features.flat()) });
    await writeNpy(path('l.npy'), { shape: [1, 2], data: Float64Array.of(0, 1) });
    await writeNpy(path('y.npy'), { shape: [1], data: BigInt64Array.of(1n) });
    const arrays = { probabilities, features, labelledFeatures: [[0, 1]], labelledLabels: [1] };
    const files = { probabilities: 'p.npy', features: 'f.npy', labelledFeatures: 'l.npy', labelledLabels: 'y.npy' };
    for (const strategy of ['coreset', 'maxHerding', 'entropy', 'badge', 'uncertaintyHerding', 'classBalancedRandom']) {
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
      `There is no strategy "oracle"; known are ${[...strategies.keys()].join(', ')}.`,
    ],
    [
      'a strategy that is no name',
      { ...ok, strategy: 3 },
      'usage',
      '"strategy" of the select input must be the name of a strategy or a hybrid.',
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
