import * as z from 'zod';
import { inputError, usageError } from '../errors';
import type { Matrix } from '../numeric/matrix';
import type { HybridDescription } from '../strategies/hybrid';
import { matricesFrom, matrixFrom, numbersFrom } from './arrays';

/** The arrays of a select input; the names are those of SelectionContext. */
export interface SelectArrays {
  probabilities?: Matrix;
  dropoutProbabilities?: readonly Matrix[];
  features?: Matrix;
  representation?: Matrix;
  labelledFeatures?: Matrix;
  labelledRepresentation?: Matrix;
  labelledLabels?: Float64Array;
  validationFeatures?: Matrix;
  validationLabels?: Float64Array;
  head?: { weights: Matrix; bias: Float64Array };
  classNames?: readonly string[];
  imageNames?: readonly string[];
}

export interface SelectInput {
  readonly strategy: string | HybridDescription | undefined;
  readonly k: number | undefined;
  readonly seed: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly arrays: SelectArrays;
}

const array = z.union([z.array(z.unknown()), z.string()], 'must be an array of numbers or the path of a .npy file');
const schema = z.strictObject({
  strategy: z
    .union([z.string(), z.record(z.string(), z.unknown())], 'must be the name of a strategy or a hybrid')
    .optional(),
  k: z.int('must be a whole number').min(1, 'must be a whole number from 1 on').optional(),
  seed: z.int('must be a whole number').default(0),
  options: z.record(z.string(), z.unknown(), "must be an object with the strategy's options").default({}),
  classNames: z.array(z.string(), 'must be an array of names').optional(),
  imageNames: z.array(z.string(), 'must be an array of names').optional(),
  probabilities: array.optional(),
  features: array.optional(),
  representation: array.optional(),
  labelledFeatures: array.optional(),
  labelledRepresentation: array.optional(),
  labelledLabels: array.optional(),
  validationFeatures: array.optional(),
  validationLabels: array.optional(),
  head: z.strictObject({ weights: array, bias: array }, 'must be an object with "weights" and "bias"').optional(),
});

/** Checks the JSON of `select` and reads its arrays; every error is one sentence that names the field. */
export async function readSelectInput(input: unknown, baseDirectory: string): Promise<SelectInput> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw usageError(describe(parsed.error.issues[0]!));
  const { strategy, k, seed, options, classNames, imageNames, head, ...values } = parsed.data;
  const arrays: SelectArrays = { ...(classNames && { classNames }), ...(imageNames && { imageNames }) };
  if (values.probabilities !== undefined) {
    // [n][c], or [t][n][c] with t dropout passes
    const passes = await matricesFrom('probabilities', values.probabilities, baseDirectory);
    if (passes.stacked) arrays.dropoutProbabilities = passes.matrices;
    else arrays.probabilities = passes.matrices[0];
  }
  for (const name of [
    'features',
    'representation',
    'labelledFeatures',
    'labelledRepresentation',
    'validationFeatures',
  ] as const) {
    const value = values[name];
    if (value !== undefined) arrays[name] = await matrixFrom(name, value, baseDirectory);
  }
  for (const name of ['labelledLabels', 'validationLabels'] as const) {
    const value = values[name];
    if (value !== undefined) arrays[name] = await numbersFrom(name, value, baseDirectory);
  }
  if (head !== undefined) {
    const weights = await matrixFrom('head.weights', head.weights, baseDirectory);
    arrays.head = { weights, bias: await numbersFrom('head.bias', head.bias, baseDirectory) };
  }
  for (const [featuresName, labelsName] of [
    ['labelledFeatures', 'labelledLabels'],
    ['labelledRepresentation', 'labelledLabels'],
    ['validationFeatures', 'validationLabels'],
  ] as const) {
    const rows = arrays[featuresName]?.rows;
    const labels = arrays[labelsName]?.length;
    if (rows !== undefined && labels !== undefined && rows !== labels)
      throw inputError(`"${featuresName}" has ${rows} rows, but "${labelsName}" has ${labels}; they must agree.`);
  }
  return { strategy, k, seed, options, arrays };
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const place = issue.path.length === 0 ? 'The select input' : `"${issue.path.join('.')}" of the select input`;
    const known = issue.path[0] === 'head' ? 'weights, bias' : Object.keys(schema.shape).join(', ');
    return `${place} has an unknown field "${issue.keys[0]}"; known are ${known}.`;
  }
  if (issue.path.length === 0) return 'The select input must be a JSON object.';
  return `"${issue.path.join('.')}" of the select input ${issue.message}.`;
}
