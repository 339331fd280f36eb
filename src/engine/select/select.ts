import { inputError, usageError } from '../errors';
import type { Job } from '../job';
import { checkFinite, checkLabels } from '../numeric/checks';
import { type LinearHead, predictProbabilities } from '../numeric/linearHead';
import type { Matrix } from '../numeric/matrix';
import { Random } from '../numeric/random';
import type { SelectionContext } from '../strategies/context';
import { strategyNamed } from '../strategies/registry';
import { runStrategy } from '../strategies/run';
import { readSelectInput, type SelectArrays } from './input';

export interface SelectPlace {
  /** The folder that paths of .npy files are relative to. */
  readonly baseDirectory: string;
  /** Taken instead of the input's strategy, number of images and seed. */
  readonly strategy?: string;
  readonly k?: number;
  readonly seed?: number;
}

export interface SelectOutput {
  readonly strategy: string;
  /** Pool indices in pick order. */
  readonly selected: readonly number[];
  /** Their names, where the input has names. */
  readonly images?: readonly string[];
  readonly scores: readonly number[];
  readonly reasons: readonly string[];
  /** Something worth knowing about this result. */
  readonly note?: string;
}

/** Taken where none is named: it looks at nothing but features. */
const FEATURES_ONLY = 'maxHerding';

/**
 * Runs a strategy on arrays of the user's own: `input` is the parsed JSON that the command `select` takes. Parts that
 * are absent are derived where that is possible: probabilities from a head and features, or as the mean of dropout passes.
 */
export async function selectFromInput(input: unknown, place: SelectPlace, job: Job): Promise<SelectOutput> {
  const given = await readSelectInput(input, place.baseDirectory);
  const rule = strategyNamed(place.strategy ?? given.strategy ?? FEATURES_ONLY).withOptions(given.options);
  const k = place.k ?? given.k;
  if (k === undefined) throw usageError('The select input has no "k", the number of images to pick.');
  checkRange(given.arrays);
  const context = contextOf(given.arrays);
  const random = Random.stream(place.seed ?? given.seed, 'select');
  const picks = await runStrategy(rule, context, k, random, job);
  const { imageNames } = context;
  const note = `All ${context.poolSize} images of the pool were picked, fewer than the ${k} asked for.`;
  return {
    strategy: rule.name,
    selected: picks.map((pick) => pick.index),
    ...(imageNames && { images: picks.map((pick) => imageNames[pick.index]) }),
    scores: picks.map((pick) => pick.score),
    reasons: picks.map((pick) => pick.reason),
    ...(picks.length < k ? { note } : {}),
  };
}

function contextOf(arrays: SelectArrays): SelectionContext {
  const { head, features, classNames } = arrays;
  let { probabilities } = arrays;
  if (probabilities === undefined && arrays.dropoutProbabilities !== undefined)
    probabilities = meanOf(arrays.dropoutProbabilities);
  if (probabilities === undefined && head !== undefined && features !== undefined) {
    checkHead(head, features, arrays.imageNames);
    probabilities = predictProbabilities(head, features);
  }
  const pool = probabilities ?? features ?? arrays.representation;
  if (pool === undefined)
    throw usageError(
      'The select input describes no images; give "probabilities", "features" or "representation", one row for each image.',
    );
  if (pool.rows === 0) throw usageError('The select input has an empty pool; there is nothing to pick from.');
  const labelledLabels = arrays.labelledLabels ?? [];
  return {
    ...arrays,
    poolSize: pool.rows,
    classCount: probabilities?.columns ?? head?.weights.rows ?? classNames?.length ?? classesIn(labelledLabels),
    labelledLabels,
    ...(probabilities === undefined ? {} : { probabilities }),
  };
}

/** Strategies add up squares of values, which has to stay a number; nothing that is measured comes near. */
const MOST = 1e15;
const compared = [
  'features',
  'representation',
  'labelledFeatures',
  'labelledRepresentation',
  'validationFeatures',
] as const;

function checkRange(arrays: SelectArrays): void {
  const all = [
    ...compared.map((name) => [name, arrays[name]] as const),
    ['head.weights', arrays.head?.weights] as const,
  ];
  for (const [name, values] of all) {
    const bad = values?.data.findIndex((value) => Math.abs(value) > MOST) ?? -1;
    if (!values || bad < 0) continue;
    throw inputError(
      `Row ${Math.floor(bad / values.columns)} of "${name}" (counted from 0) contains ${values.data[bad]}; values up to ${MOST} can be compared, so scale them down.`,
    );
  }
}

function checkHead(head: LinearHead, features: Matrix, images?: readonly string[]): void {
  checkFinite('features', features, images);
  checkFinite('head.weights', head.weights);
  if (head.weights.columns !== features.columns)
    throw usageError(
      `The head's weights have ${head.weights.columns} columns, but "features" has ${features.columns}; they must agree.`,
    );
  if (head.weights.rows !== head.bias.length)
    throw usageError(
      `The head has ${head.weights.rows} rows of weights, but ${head.bias.length} biases; each class needs both.`,
    );
}

/** The predictive distribution under dropout: the mean over the passes. */
function meanOf(passes: readonly Matrix[]): Matrix<Float64Array> {
  const { rows, columns } = passes[0];
  const data = new Float64Array(rows * columns);
  for (const pass of passes) for (let i = 0; i < data.length; i++) data[i] += pass.data[i] / passes.length;
  return { rows, columns, data };
}

/** Where nothing else says how many classes there are. */
const MOST_CLASSES = 65_536;

function classesIn(labels: ArrayLike<number>): number {
  let most = 0;
  checkLabels('labelledLabels', labels, MOST_CLASSES);
  for (let i = 0; i < labels.length; i++) most = Math.max(most, labels[i]);
  return most + 1;
}
