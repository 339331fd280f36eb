import type { Perturbations } from '../geometry/deepFool';
import type { Job } from '../job';
import type { DropoutSummary } from '../numeric/dropoutSummary';
import type { Matrix, Vector } from '../numeric/matrix';
import type { Random } from '../numeric/random';

/** What a strategy may look at. Scores come from un-augmented images; everything is finite and checked beforehand. */
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
  /** The linear head on the features: logits = features · weightsᵀ + bias; weights [c × d]. */
  readonly head?: { readonly weights: Matrix; readonly bias: Vector };
  /** Options of this strategy, as its schema parsed them. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * The parts of a SelectionContext that a strategy can ask for. The labelled parts may be absent only while nothing is
 * labelled; where there is no representation at all, the features stand in for it. `dropout` stands in for
 * dropoutProbabilities, and features with a head for perturbations.
 */
export type Need =
  | 'features'
  | 'labelledFeatures'
  | 'representation'
  | 'labelledRepresentation'
  | 'labelledLabels'
  | 'probabilities'
  | 'dropoutProbabilities'
  | 'perturbations'
  | 'head'
  | 'validation';

/** One image to label: which, how it scored when it was picked, and why in a few words for a person. */
export interface Pick {
  readonly index: number;
  readonly score: number;
  readonly reason: string;
}

/** A rule that picks the batch. Pure: same context, k and random stream, same picks. */
export interface Strategy {
  /** The name in files and on the command line. */
  readonly name: string;
  /** The name that people read. */
  readonly title: string;
  /** One sentence: what it looks for. */
  readonly summary: string;
  readonly needs: readonly Need[];
  /** Parts that it takes where they are there (before the first training there is no model to give them). */
  readonly uses?: readonly Need[];
  /** Parses the strategy's own options; throws a usage error that names the wrong one. */
  parseOptions(options: unknown): Record<string, unknown>;
  /**
   * For a hybrid: the strategy in force with so many labelled images, and its part of the hybrid's parsed options.
   * Everything that depends on needs looks at that one; `needs` and `uses` of a hybrid are those with nothing labelled.
   */
  stage?(labelled: number, classCount: number, options: Readonly<Record<string, unknown>>): Stage;
  /** At most k distinct pool indices in pick order (all of the pool when k ≥ poolSize); ties go to the lower index. */
  select(context: SelectionContext, k: number, random: Random, job: Job): Promise<Pick[]>;
}

export interface Stage {
  readonly strategy: Strategy;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The strategy that decides: itself, or the part of a hybrid that is in force. */
export function stageOf(
  strategy: Strategy,
  labelled: number,
  classCount: number,
  options: Readonly<Record<string, unknown>>,
): Stage {
  if (!strategy.stage) return { strategy, options };
  const stage = strategy.stage(labelled, classCount, options);
  return stageOf(stage.strategy, labelled, classCount, stage.options);
}

/** How many images are labelled, also where only their features are known. */
export function labelledCount({ labelledLabels, labelledFeatures, labelledRepresentation }: SelectionContext): number {
  return Math.max(labelledLabels.length, labelledFeatures?.rows ?? 0, labelledRepresentation?.rows ?? 0);
}
