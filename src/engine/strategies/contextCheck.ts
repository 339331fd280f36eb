import { inputError } from '../errors';
import type { Perturbations } from '../geometry/deepFool';
import type { Matrix } from '../numeric/matrix';
import type { Need, SelectionContext, Strategy } from './strategy';

const SUM_TOLERANCE = 1e-3;

/**
 * Throws an input error unless the context holds everything the strategy needs, in matching shapes, and all finite;
 * what it merely uses is checked where it is there.
 */
export function checkContext(strategy: Strategy, context: SelectionContext): void {
  checkLabels('labelledLabels', context.labelledLabels, context.classCount, context.labelledNames);
  checkNames('imageNames', context.imageNames, context.poolSize);
  for (const need of strategy.needs) checks[need](context, strategy.name);
  for (const need of strategy.uses ?? []) if (isThere(need, context)) checks[need](context, strategy.name);
}

/** Throws an input error that names the first row, and the image where names are known, with a value that is not finite. */
export function checkFinite(name: string, values: Matrix, images?: readonly string[]): void {
  const bad = values.data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const where = Math.floor(bad / values.columns);
  throw inputError(`${place(where, name, images)} contains ${values.data[bad]}; every value must be a finite number.`);
}

/** How an error calls a row: by its image where that has a name. */
function place(row: number, name: string, images: readonly string[] | undefined): string {
  const image = images?.[row];
  return image === undefined ? `Row ${row} of "${name}" (counted from 0)` : `"${name}" of the image ${image}`;
}

function isThere(need: Need, context: SelectionContext): boolean {
  if (need === 'validation') return context.validationFeatures !== undefined || context.validationLabels !== undefined;
  if (need === 'representation') return (context.representation ?? context.features) !== undefined;
  if (need === 'labelledRepresentation') return isThere('representation', context);
  return context[need] !== undefined;
}

type Check = (context: SelectionContext, strategy: string) => void;

const checks: Readonly<Record<Need, Check>> = {
  features: (context, strategy) => checkPool('features', context.features, context, strategy),
  labelledFeatures: (context, strategy) =>
    checkLabelled('labelledFeatures', context.labelledFeatures, 'features', context.features, context, strategy),
  representation(context, strategy) {
    if (context.representation === undefined) checks.features(context, strategy);
    else checkPool('representation', context.representation, context, strategy);
  },
  labelledRepresentation(context, strategy) {
    const { representation, labelledRepresentation } = context;
    if (representation === undefined) checks.labelledFeatures(context, strategy);
    else {
      const name = 'labelledRepresentation';
      checkLabelled(name, labelledRepresentation, 'representation', representation, context, strategy);
    }
  },
  labelledLabels({ labelledFeatures, labelledRepresentation, labelledLabels }, strategy) {
    const count = Math.max(labelledFeatures?.rows ?? 0, labelledRepresentation?.rows ?? 0);
    if (labelledLabels.length === 0 && count > 0)
      throw inputError(
        `The strategy ${strategy} needs "labelledLabels", the class index of each of the ${count} labelled images.`,
      );
  },
  probabilities: (context, strategy) =>
    checkProbabilities('probabilities', present('probabilities', context.probabilities, strategy), context),
  dropoutProbabilities(context, strategy) {
    if (context.dropout !== undefined && context.dropoutProbabilities === undefined) return checkDropout(context);
    const passes = present('dropoutProbabilities', context.dropoutProbabilities, strategy);
    if (passes.length < 2)
      throw inputError(`The strategy ${strategy} needs at least 2 dropout passes, not ${passes.length}.`);
    for (const [t, pass] of passes.entries()) checkProbabilities(`dropoutProbabilities[${t}]`, pass, context);
  },
  perturbations(context, strategy) {
    const { perturbations } = context;
    if (perturbations === undefined) {
      checks.features(context, strategy);
      checks.head(context, strategy);
    } else checkPerturbations(perturbations, context);
  },
  head(context, strategy) {
    const { weights, bias } = present('head', context.head, strategy);
    checkFinite('head.weights', weights);
    checkFinite('head.bias', { rows: bias.length, columns: 1, data: bias });
    if (weights.rows !== context.classCount || bias.length !== context.classCount)
      throw inputError(
        `The head has ${weights.rows} rows of weights and ${bias.length} biases for ${context.classCount} classes.`,
      );
    if (context.features !== undefined && weights.columns !== context.features.columns)
      throw inputError(
        `The head's weights have ${weights.columns} columns, but "features" has ${context.features.columns}.`,
      );
  },
  validation({ validationFeatures, validationLabels, features, classCount }, strategy) {
    if (validationFeatures === undefined || validationLabels === undefined)
      throw inputError(
        `The strategy ${strategy} needs "validationFeatures" and "validationLabels" together; one of them is missing.`,
      );
    const { rows, columns } = validationFeatures;
    if (rows === 0) throw inputError('"validationFeatures" is empty; leave it out or give images with labels.');
    if (rows !== validationLabels.length)
      throw inputError(`"validationFeatures" has ${rows} rows for ${validationLabels.length} "validationLabels".`);
    if (features !== undefined && columns !== features.columns)
      throw inputError(`"validationFeatures" has ${columns} columns, but "features" has ${features.columns}.`);
    checkFinite('validationFeatures', validationFeatures);
    checkLabels('validationLabels', validationLabels, classCount, undefined);
  },
};

function present<T>(name: Need, part: T | undefined, strategy: string): T {
  if (part === undefined) throw inputError(`The strategy ${strategy} needs "${name}", which is missing.`);
  return part;
}

function checkPool(name: Need, part: Matrix | undefined, context: SelectionContext, strategy: string): void {
  const values = present(name, part, strategy);
  if (values.rows !== context.poolSize)
    throw inputError(`"${name}" has ${values.rows} rows for ${context.poolSize} images; it needs one for each.`);
  checkFinite(name, values, context.imageNames);
}

function checkLabelled(
  name: Need,
  part: Matrix | undefined,
  poolName: Need,
  pool: Matrix | undefined,
  context: SelectionContext,
  strategy: string,
): void {
  const count = context.labelledLabels.length;
  if (part === undefined && count === 0) return;
  const values = present(name, part, strategy);
  if (count > 0 && values.rows !== count)
    throw inputError(`"${name}" has ${values.rows} rows for ${count} labelled images; it needs one for each.`);
  if (values.rows > 0 && pool !== undefined && values.columns !== pool.columns)
    throw inputError(`"${name}" has ${values.columns} columns, but "${poolName}" has ${pool.columns}.`);
  checkNames('labelledNames', context.labelledNames, values.rows);
  checkFinite(name, values, context.labelledNames);
}

function checkProbabilities(name: string, values: Matrix, context: SelectionContext): void {
  const { poolSize, classCount, imageNames } = context;
  if (values.rows !== poolSize)
    throw inputError(`"${name}" has ${values.rows} rows for ${poolSize} images; it needs one for each.`);
  if (values.columns !== classCount)
    throw inputError(`"${name}" has ${values.columns} columns for ${classCount} classes; it needs one for each.`);
  checkFinite(name, values, imageNames);
  for (let i = 0; i < values.rows; i++) {
    let sum = 0;
    for (let c = 0; c < classCount; c++) {
      const p = values.data[i * classCount + c];
      if (p < 0) throw inputError(`${place(i, name, imageNames)} contains ${p}; no probability is below 0.`);
      sum += p;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE)
      throw inputError(
        `${place(i, name, imageNames)} sums to ${sum.toPrecision(6)}, not to 1; give softmax outputs, not logits.`,
      );
  }
}

function checkDropout(context: SelectionContext): void {
  const { mean, meanEntropy } = context.dropout!;
  checkProbabilities('dropout.mean', mean, context);
  const values = { rows: meanEntropy.length, columns: 1, data: meanEntropy };
  checkFinite('dropout.meanEntropy', values, context.imageNames);
}

function checkPerturbations({ squaredNorms, before, after }: Perturbations, context: SelectionContext): void {
  const { poolSize, imageNames } = context;
  for (const part of [squaredNorms, before, after])
    if (part.length !== poolSize)
      throw inputError(`"perturbations" has ${part.length} values for ${poolSize} images; it needs one for each.`);
  const bad = squaredNorms.findIndex((norm) => !(norm >= 0));
  if (bad >= 0)
    throw inputError(
      `${place(bad, 'perturbations', imageNames)} contains ${squaredNorms[bad]}; a squared norm is 0 or more.`,
    );
}

function checkLabels(
  name: string,
  labels: ArrayLike<number>,
  classCount: number,
  images: readonly string[] | undefined,
): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (Number.isInteger(label) && label >= 0 && label < classCount) continue;
    const whose = images?.[i] === undefined ? `Label ${i} of "${name}" (counted from 0)` : `The label of ${images[i]}`;
    throw inputError(
      `${whose} is ${label}; with ${classCount} classes it must be a whole number from 0 to ${classCount - 1}.`,
    );
  }
}

function checkNames(name: string, names: readonly string[] | undefined, count: number): void {
  if (names !== undefined && names.length !== count)
    throw inputError(`"${name}" has ${names.length} names for ${count} images; it needs one for each.`);
}
