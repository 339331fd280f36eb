import { inputError } from '../errors';
import { type DeepFoolOptions, linearPerturbations, type Perturbations } from '../geometry/deepFool';
import type { Job } from '../job';
import { checkCount, checkDistributions, checkFinite, checkLabels, placeOf } from '../numeric/checks';
import { type DropoutSummary, summarise } from '../numeric/dropoutSummary';
import type { LinearHead } from '../numeric/linearHead';
import type { Matrix } from '../numeric/matrix';
import { pacer } from '../pacer';

/** What there is to choose from, as a round or a user has it. Scores come from un-augmented images. */
export interface SelectionContext {
  /** Number of unlabelled images; picks are indices below it. */
  readonly poolSize: number;
  /** Number of classes. */
  readonly classCount: number;
  /** Their names, for the reasons given to people; without them a reason says "class 3". */
  readonly classNames?: readonly string[];
  /** Names of the pool's images, poolSize of them, for errors that people get to read. */
  readonly imageNames?: readonly string[];
  /** Names of the labelled images, m of them. */
  readonly labelledNames?: readonly string[];
  /** Features of the pool under the current model (what the head sees), [n × d]. */
  readonly features?: Matrix;
  /** Features of the pool for measuring coverage: the pre-trained encoder's where there is one, [n × e]. */
  readonly representation?: Matrix;
  /** Class probabilities of the pool, [n × c]. */
  readonly probabilities?: Matrix;
  /** Class probabilities under T dropout masks, T × [n × c]. */
  readonly dropoutProbabilities?: readonly Matrix[];
  /** What is left of them where keeping all T would take too much memory. */
  readonly dropout?: DropoutSummary;
  /** Smallest changes of the pool's images that the current model sees as another class. */
  readonly perturbations?: Perturbations;
  /** Features of the labelled images, [m × d]; m may be 0. */
  readonly labelledFeatures?: Matrix;
  /** The same for the labelled images, [m × e]. */
  readonly labelledRepresentation?: Matrix;
  /** Their class indices, m of them; empty when they are not known and the strategy does not use them. */
  readonly labelledLabels: ArrayLike<number>;
  /** Features of images kept aside for judging the model, [v × d], and their class indices. */
  readonly validationFeatures?: Matrix;
  readonly validationLabels?: ArrayLike<number>;
  /** The linear head on the features. */
  readonly head?: LinearHead;
}

/** The parts that a strategy can ask for, as it gets them: checked, all values finite. */
export interface Parts {
  /** [n × d] */
  readonly features: Matrix;
  /** [m × d]; no rows while nothing is labelled. */
  readonly labelledFeatures: Matrix;
  /** The vectors in which coverage is measured, [n × e]: the features where there is no representation. */
  readonly representation: Matrix;
  /** The same for the labelled images, [m × e]; no rows while nothing is labelled. */
  readonly labelledRepresentation: Matrix;
  /** That the labels of all labelled images are known. */
  readonly labelledLabels: ArrayLike<number>;
  /** [n × c], every row a distribution. */
  readonly probabilities: Matrix;
  /** Made from the passes where these were given. */
  readonly dropout: DropoutSummary;
  /** Changes of features under the linear head where the images' own are not known. */
  readonly perturbations: Perturbations;
  /** weights [c × d] */
  readonly head: LinearHead;
  /** At least one image. */
  readonly validation: { readonly features: Matrix; readonly labels: ArrayLike<number> };
}

export type Need = keyof Parts;

/** What the makers of parts beyond plain arrays have to be told; a strategy that needs such a part says it. */
export interface Orders {
  /** Dropout masks to draw. */
  readonly dropout: { readonly passes: number };
  readonly perturbations: DeepFoolOptions;
}

/** What a strategy sees of a context: what it needs, what it uses where that is there, and what every strategy gets. */
export type View<N extends Need, U extends Need> = { readonly [P in N]: Parts[P] } & {
  readonly [P in U]?: Parts[P];
} & {
  readonly poolSize: number;
  readonly classCount: number;
  /** As far as they are known. */
  readonly labelledLabels: ArrayLike<number>;
  /** How a reason calls a class. */
  className(c: number): string;
};

/** Who looks at a context. */
export interface Viewer<N extends Need = Need, U extends Need = Need> {
  readonly name: string;
  readonly needs: readonly N[];
  /** Parts that it takes where they are there (before the first training there is no model to give them). */
  readonly uses: readonly U[];
  readonly orders: Partial<Orders>;
}

/** How many images are labelled, also where only their features are known. */
export function labelledCount({ labelledLabels, labelledFeatures, labelledRepresentation }: SelectionContext): number {
  return Math.max(labelledLabels.length, labelledFeatures?.rows ?? 0, labelledRepresentation?.rows ?? 0);
}

/**
 * Opens a context for a strategy: puts one part in another's place where that is allowed, and throws an input error unless
 * everything that it needs is there, in matching shapes, and finite; what it merely uses is checked where it is there.
 */
export async function viewOf<N extends Need, U extends Need>(
  context: SelectionContext,
  viewer: Viewer<N, U>,
  job: Job,
): Promise<View<N, U>> {
  const { poolSize, classCount, classNames, labelledLabels } = context;
  checkLabels('labelledLabels', labelledLabels, classCount, context.labelledNames);
  if (context.imageNames !== undefined) checkCount('imageNames', 'names', context.imageNames.length, poolSize);
  const parts: { -readonly [P in Need]?: Parts[P] } = {};
  const open = async <P extends Need>(need: P): Promise<void> => {
    parts[need] = await doors[need](context, viewer, job);
  };
  for (const need of viewer.needs) await open(need);
  for (const need of viewer.uses) if (isThere(need, context)) await open(need);
  const className = (c: number): string => classNames?.[c] ?? `class ${c}`;
  return { poolSize, classCount, labelledLabels, className, ...parts } as View<N, U>;
}

function isThere(need: Need, context: SelectionContext): boolean {
  if (need === 'validation') return context.validationFeatures !== undefined || context.validationLabels !== undefined;
  if (need === 'representation' || need === 'labelledRepresentation')
    return (context.representation ?? context.features) !== undefined;
  if (need === 'dropout') return (context.dropout ?? context.dropoutProbabilities) !== undefined;
  return context[need] !== undefined;
}

type Door<P extends Need> = (context: SelectionContext, viewer: Viewer, job: Job) => Parts[P] | Promise<Parts[P]>;

/** How each part is found, what stands in for it, and what it has to be. */
const doors: { readonly [P in Need]: Door<P> } = {
  features: (context, viewer) => poolRows('features', context, viewer),
  labelledFeatures: (context, viewer) => labelledRows('labelledFeatures', 'features', context, viewer),
  representation: (context, viewer) =>
    poolRows(context.representation === undefined ? 'features' : 'representation', context, viewer),
  labelledRepresentation: (context, viewer) =>
    context.representation === undefined
      ? labelledRows('labelledFeatures', 'features', context, viewer)
      : labelledRows('labelledRepresentation', 'representation', context, viewer),
  labelledLabels({ labelledFeatures, labelledRepresentation, labelledLabels }, { name }) {
    const count = Math.max(labelledFeatures?.rows ?? 0, labelledRepresentation?.rows ?? 0);
    if (labelledLabels.length === 0 && count > 0)
      throw inputError(
        `The strategy ${name} needs "labelledLabels", the class index of each of the ${count} labelled images.`,
      );
    return labelledLabels;
  },
  probabilities: (context, viewer) =>
    distributions('probabilities', present('probabilities', context.probabilities, viewer), context),
  dropout(context, viewer) {
    const { dropout, dropoutProbabilities } = context;
    if (dropout !== undefined && dropoutProbabilities === undefined) return checkedDropout(dropout, context);
    const passes = present('dropoutProbabilities', dropoutProbabilities, viewer);
    if (passes.length < 2)
      throw inputError(`The strategy ${viewer.name} needs at least 2 dropout passes, not ${passes.length}.`);
    for (const [t, pass] of passes.entries()) distributions(`dropoutProbabilities[${t}]`, pass, context);
    if (dropout !== undefined) return dropout;
    refuseEqual(passes, viewer);
    return summarise(passes);
  },
  async perturbations(context, viewer, job) {
    const { perturbations, poolSize } = context;
    if (perturbations !== undefined) return checkedPerturbations(perturbations, context);
    const features = poolRows('features', context, viewer);
    const head = await doors.head(context, viewer, job);
    const { overshoot } = ordered('perturbations', viewer);
    return linearPerturbations(head, features, overshoot, pacer(job, 'Attacking images', poolSize, 'images'));
  },
  head({ head, features, classCount }, viewer) {
    const { weights, bias } = present('head', head, viewer);
    checkFinite('head.weights', weights);
    checkFinite('head.bias', { rows: bias.length, columns: 1, data: bias });
    if (weights.rows !== classCount || bias.length !== classCount)
      throw inputError(
        `The head has ${weights.rows} rows of weights and ${bias.length} biases for ${classCount} classes.`,
      );
    if (features !== undefined && weights.columns !== features.columns)
      throw inputError(`The head's weights have ${weights.columns} columns, but "features" has ${features.columns}.`);
    return { weights, bias };
  },
  validation({ validationFeatures, validationLabels, features, classCount }, { name }) {
    if (validationFeatures === undefined || validationLabels === undefined)
      throw inputError(
        `The strategy ${name} needs "validationFeatures" and "validationLabels" together; one of them is missing.`,
      );
    const { rows, columns } = validationFeatures;
    if (rows === 0) throw inputError('"validationFeatures" is empty; leave it out or give images with labels.');
    if (rows !== validationLabels.length)
      throw inputError(`"validationFeatures" has ${rows} rows for ${validationLabels.length} "validationLabels".`);
    if (features !== undefined && columns !== features.columns)
      throw inputError(`"validationFeatures" has ${columns} columns, but "features" has ${features.columns}.`);
    checkFinite('validationFeatures', validationFeatures);
    checkLabels('validationLabels', validationLabels, classCount);
    return { features: validationFeatures, labels: validationLabels };
  },
};

function present<T>(name: string, part: T | undefined, { name: strategy }: Viewer): T {
  if (part === undefined) throw inputError(`The strategy ${strategy} needs "${name}", which is missing.`);
  return part;
}

/** What the strategy has said of a part that it needs made; to leave that out is a defect, and its type forbids it. */
function ordered<P extends keyof Orders>(part: P, { name, orders }: Viewer): Orders[P] {
  const order = orders[part];
  if (order === undefined) throw new Error(`The strategy ${name} needs ${part} and does not say which.`);
  return order;
}

function poolRows(name: 'features' | 'representation', context: SelectionContext, viewer: Viewer): Matrix {
  const values = present(name, context[name], viewer);
  checkCount(name, 'rows', values.rows, context.poolSize);
  checkFinite(name, values, context.imageNames);
  return values;
}

function labelledRows(
  name: 'labelledFeatures' | 'labelledRepresentation',
  poolName: 'features' | 'representation',
  context: SelectionContext,
  viewer: Viewer,
): Matrix {
  const { [name]: part, [poolName]: pool, labelledLabels, labelledNames } = context;
  const count = labelledLabels.length;
  const none = { rows: 0, columns: pool?.columns ?? 0, data: new Float32Array(0) };
  if (part === undefined && count === 0) return none;
  const values = present(name, part, viewer);
  if (count > 0 && values.rows !== count)
    throw inputError(`"${name}" has ${values.rows} rows for ${count} labelled images; it needs one for each.`);
  if (values.rows > 0 && pool !== undefined && values.columns !== pool.columns)
    throw inputError(`"${name}" has ${values.columns} columns, but "${poolName}" has ${pool.columns}.`);
  if (labelledNames !== undefined) checkCount('labelledNames', 'names', labelledNames.length, values.rows);
  checkFinite(name, values, labelledNames);
  return values.rows === 0 ? none : values;
}

function distributions(name: string, values: Matrix, { poolSize, classCount, imageNames }: SelectionContext): Matrix {
  checkCount(name, 'rows', values.rows, poolSize);
  if (values.columns !== classCount)
    throw inputError(`"${name}" has ${values.columns} columns for ${classCount} classes; it needs one for each.`);
  checkDistributions(name, values, imageNames);
  return values;
}

function checkedDropout(dropout: DropoutSummary, context: SelectionContext): DropoutSummary {
  const { mean, meanEntropy } = dropout;
  distributions('dropout.mean', mean, context);
  const values = { rows: meanEntropy.length, columns: 1, data: meanEntropy };
  checkFinite('dropout.meanEntropy', values, context.imageNames);
  return dropout;
}

/** Equal passes come from a network without dropout, unless every probability is 0 or 1 to the last digit. */
function refuseEqual(passes: readonly Matrix[], { name }: Viewer): void {
  const [first, ...others] = passes;
  const certain = first.data.every((p) => p === 0 || p === 1);
  if (certain || !others.every(({ data }) => data.every((p, j) => p === first.data[j]))) return;
  throw inputError(
    `The ${passes.length} passes are all the same, so the network has no dropout and ${name} has nothing to compare; switch dropout on, or choose another strategy, such as entropy.`,
  );
}

function checkedPerturbations(perturbations: Perturbations, { poolSize, imageNames }: SelectionContext): Perturbations {
  const { squaredNorms, before, after } = perturbations;
  for (const part of [squaredNorms, before, after]) checkCount('perturbations', 'values', part.length, poolSize);
  const bad = squaredNorms.findIndex((norm) => !(norm >= 0));
  if (bad >= 0)
    throw inputError(
      `${placeOf(bad, 'perturbations', imageNames)} contains ${squaredNorms[bad]}; a squared norm is 0 or more.`,
    );
  return perturbations;
}
