import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { Job } from '../../src/engine/job';
import { type Matrix, stackedUnitRows } from '../../src/engine/numeric/matrix';
import { Random } from '../../src/engine/numeric/random';
import type { SelectionContext } from '../../src/engine/strategies/context';
import type { Pick, Strategy } from '../../src/engine/strategies/define';
import { runStrategy } from '../../src/engine/strategies/run';

/** A matrix of doubles from its rows. */
export function rowsOf(rows: readonly (readonly number[])[]): Matrix<Float64Array> {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, data: Float64Array.from(rows.flat()) };
}

export function vectorFile<T>(name: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/vectors', name), 'utf8')) as T;
}

/** A context, and the options of the strategy that looks at it. */
export type Given = SelectionContext & { readonly options?: unknown };

/** Runs a strategy on a context, with the options that come with it. */
export function runWith(strategy: Strategy, given: Given, k: number, random: Random, job: Job): Promise<Pick[]> {
  const { options, ...context } = given;
  return runStrategy(strategy.withOptions(options), context, k, random, job);
}

/** Vectors of length 1 in which coverage is measured: those of the pool's images and, below them, of the labelled ones. */
export function unitVectors(context: SelectionContext): Matrix<Float32Array> {
  const { representation, labelledRepresentation, features, labelledFeatures } = context;
  const [pool, labelled] =
    representation === undefined ? [features, labelledFeatures] : [representation, labelledRepresentation];
  return stackedUnitRows(pool!, labelled ?? { ...pool!, rows: 0, data: new Float32Array(0) });
}

export interface ContextSize {
  readonly pool: number;
  readonly labelled?: number;
  readonly classes?: number;
  readonly dimensions?: number;
  readonly seed?: number;
}

/** A context that serves every strategy, with random features and probabilities. */
export function randomContext({
  pool,
  labelled = 0,
  classes = 3,
  dimensions = 5,
  seed = 1,
}: ContextSize): SelectionContext {
  const random = Random.stream(seed, 'context');
  const normal = (rows: number, columns: number): Matrix<Float32Array> => ({
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, () => random.normal()),
  });
  const passes = Array.from({ length: 3 }, () => softmaxRows(normal(pool, classes)));
  return {
    poolSize: pool,
    classCount: classes,
    features: normal(pool, dimensions),
    representation: normal(pool, dimensions),
    probabilities: softmaxRows(normal(pool, classes)),
    dropoutProbabilities: passes,
    labelledFeatures: normal(labelled, dimensions),
    labelledRepresentation: normal(labelled, dimensions),
    labelledLabels: Int32Array.from({ length: labelled }, () => random.integer(classes)),
    validationFeatures: normal(4, dimensions),
    validationLabels: Int32Array.from({ length: 4 }, () => random.integer(classes)),
    head: { weights: normal(classes, dimensions), bias: new Float32Array(classes) },
  };
}

/** A context like the given one whose images are all the same. */
export function identicalImages(context: SelectionContext): SelectionContext {
  const same = (m: Matrix): Matrix => {
    const first = Float64Array.from(m.data.subarray(0, m.columns));
    return { ...m, data: Float64Array.from(m.data, (_, i) => first[i % m.columns]) };
  };
  return {
    ...context,
    features: same(context.features!),
    representation: same(context.representation!),
    probabilities: same(context.probabilities!),
    dropoutProbabilities: context.dropoutProbabilities!.map(same),
  };
}

function softmaxRows(m: Matrix): Matrix<Float64Array> {
  const data = Float64Array.from(m.data, Math.exp);
  for (let i = 0; i < m.rows; i++) {
    const r = data.subarray(i * m.columns, (i + 1) * m.columns);
    const sum = r.reduce((a, b) => a + b, 0);
    for (let j = 0; j < r.length; j++) r[j] /= sum;
  }
  return { rows: m.rows, columns: m.columns, data };
}

/** Small matrices of the given number of columns; whole numbers in part, so that ties and duplicates turn up. */
export function smallRows(columns: number, { min = 1, max = 12 } = {}): fc.Arbitrary<number[][]> {
  const value = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ min: -3, max: 3, noNaN: true }));
  return fc.array(fc.array(value, { minLength: columns, maxLength: columns }), { minLength: min, maxLength: max });
}

/** Rows of probabilities, some of them exactly 0. */
export function smallProbabilities(classes: number, rows: number): fc.Arbitrary<number[][]> {
  const weight = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ min: 0, max: 1, noNaN: true }));
  return fc.array(
    fc.array(weight, { minLength: classes, maxLength: classes }).map((weights) => {
      const sum = weights.reduce((a, b) => a + b, 0);
      return sum < 1e-6 ? weights.map(() => 1 / classes) : weights.map((w) => w / sum);
    }),
    { minLength: rows, maxLength: rows },
  );
}
