import type { Dataset } from '../data/dataset';
import { inputError } from '../errors';
import { breathe, type Job } from '../job';
import type { Encoder } from '../learner/learner';
import { HEAD_DROPOUT } from '../learner/learners';
import { predictProbabilities } from '../learner/logisticRegression';
import { type Matrix, takeRows } from '../matrix';
import { Random } from '../random';
import { strategies } from '../strategies/registry';
import { runStrategy } from '../strategies/run';
import type { Need, SelectionContext, Strategy } from '../strategies/strategy';
import { dropFeatures, type FittedModel, modelFeatures } from './model';
import { representationOf } from './representation';

export interface BatchRequest {
  readonly dataset: Dataset;
  readonly encoder: Encoder;
  /** Null before the first training. */
  readonly model: FittedModel | null;
  /** Image index → class index. */
  readonly labelled: ReadonlyMap<number, number>;
  /** Images that must not be asked for although they have no label: skipped, in conflict, or asked already. */
  readonly excluded?: ReadonlySet<number>;
  readonly strategy: Strategy;
  /** As the strategy's `parseOptions` gave them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly k: number;
  readonly seed: number;
  /** Number of this choice within the run; every round draws from a random stream of its own. */
  readonly round: number;
}

/** An image to label; `index` refers to `dataset.images`. */
export interface BatchPick {
  readonly index: number;
  readonly score: number;
  readonly reason: string;
}

/** Needs that only a trained model can serve. */
const modelNeeds: readonly Need[] = ['probabilities', 'dropoutProbabilities', 'head'];
export const needsModel = (strategy: Strategy): boolean => strategy.needs.some((need) => modelNeeds.includes(need));

/** Everything that the strategy looks at where it is there. */
const wants = ({ needs, uses = [] }: Strategy): ReadonlySet<Need> => new Set([...needs, ...uses]);

/**
 * Whether a trained model changes what the strategy sees. Coverage is measured on the pre-trained encoder; without one,
 * what training on the labels has learned is better than random weights.
 */
export const usesModel = (strategy: Strategy, { pretrained }: Pick<Encoder, 'pretrained'>): boolean => {
  const wanted = wants(strategy);
  return (
    modelNeeds.some((need) => wanted.has(need)) ||
    wanted.has('features') ||
    (!pretrained && wanted.has('representation'))
  );
};

const DROPOUT_MASKS = 20;

/** Training images that may be asked for: no label, not excluded; ascending. */
export function poolOf({ dataset, labelled, excluded }: Pick<BatchRequest, 'dataset' | 'labelled' | 'excluded'>) {
  return dataset.train.filter((i) => !labelled.has(i) && !excluded?.has(i)).sort();
}

/** The labelled images in ascending order, whatever the order of labelling was. */
export function labelledSet(labelled: ReadonlyMap<number, number>): { indices: Int32Array; labels: Int32Array } {
  const indices = Int32Array.from(labelled.keys()).sort();
  return { indices, labels: indices.map((i) => labelled.get(i)!) };
}

/** Lets a strategy choose at most k images of the pool, in pick order. */
export async function selectBatch(request: BatchRequest, job: Job): Promise<BatchPick[]> {
  const { strategy, model, k, seed, round } = request;
  if (needsModel(strategy) && !model) throw needsLabels(strategy);
  const pool = poolOf(request);
  if (pool.length === 0) return [];
  const random = Random.stream(seed, `select/${round}`);
  const context = await contextOf(request, pool, random, job);
  const picks = await runStrategy(strategy, context, Math.min(k, pool.length), random, job);
  return picks.map(({ index, score, reason }) => ({ index: pool[index], score, reason }));
}

function needsLabels(strategy: Strategy) {
  const others = [...strategies.values()].filter((other) => !needsModel(other)).map((other) => other.name);
  return inputError(
    `Strategy ${strategy.name} needs a model trained on labels and nothing is labelled yet; begin with ${others.join(', ')}.`,
  );
}

async function contextOf(request: BatchRequest, pool: Int32Array, random: Random, job: Job): Promise<SelectionContext> {
  const { dataset, encoder, model, strategy, options } = request;
  const { classes } = dataset.file;
  const labelled = labelledSet(request.labelled);
  const wanted = wants(strategy);
  const parts: { -readonly [K in keyof SelectionContext]?: SelectionContext[K] } = {};
  if (model && usesModel(strategy, encoder)) {
    const features = await modelFeatures(dataset, encoder, model, pool, job);
    parts.features = features;
    parts.labelledFeatures = await modelFeatures(dataset, encoder, model, labelled.indices, job);
    parts.head = model.head;
    if (wanted.has('probabilities')) parts.probabilities = predictProbabilities(model.head, features);
    if (wanted.has('dropoutProbabilities'))
      parts.dropoutProbabilities = await dropoutProbabilities(model, features, random, job);
  }
  const coverage = wanted.has('representation') && encoder.pretrained;
  if (coverage || (strategy.needs.length > 0 && !parts.features)) {
    const all = await representationOf(dataset, encoder, job);
    parts.representation = takeRows(all, pool);
    parts.labelledRepresentation = takeRows(all, labelled.indices);
    parts.features ??= parts.representation;
    parts.labelledFeatures ??= parts.labelledRepresentation;
  }
  const ids = (indices: Int32Array): string[] => Array.from(indices, (i) => dataset.images[i].id);
  return {
    ...{ poolSize: pool.length, classCount: classes.length, classNames: classes },
    ...{ imageNames: ids(pool), labelledNames: ids(labelled.indices), labelledLabels: labelled.labels },
    ...{ options, ...parts },
  };
}

/** Monte-Carlo dropout before the head (Gal & Ghahramani 2016): T × [n × c]. */
async function dropoutProbabilities(model: FittedModel, features: Matrix, random: Random, job: Job): Promise<Matrix[]> {
  const passes: Matrix[] = [];
  for (let t = 0; t < DROPOUT_MASKS; t++) {
    passes.push(predictProbabilities(model.head, dropFeatures(features, HEAD_DROPOUT, random)));
    await breathe(job);
  }
  return passes;
}
