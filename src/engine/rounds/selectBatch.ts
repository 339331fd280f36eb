import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import { coverageOf } from '../features/coverage';
import { type Encoder, isInformative, isNetwork, leadOf } from '../features/encoder';
import type { Job } from '../job';
import { predictProbabilities } from '../numeric/linearHead';
import { takeRows } from '../numeric/matrix';
import { Random } from '../numeric/random';
import type { Need, SelectionContext } from '../strategies/context';
import type { QueryRule } from '../strategies/define';
import { strategies } from '../strategies/registry';
import { runStrategy } from '../strategies/run';
import { attackImages } from './attack';
import { dropoutSummary } from './dropout';
import { type FittedModel, modelFeatures } from './model';

export interface BatchRequest {
  readonly dataset: Dataset;
  readonly encoder: Encoder;
  /** Null before the first training. */
  readonly model: FittedModel | null;
  /** Image index → class index. */
  readonly labelled: ReadonlyMap<number, number>;
  /** Images that must not be asked for although they have no label: skipped, in conflict, or asked already. */
  readonly excluded?: ReadonlySet<number>;
  readonly rule: QueryRule;
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
const modelNeeds: readonly Need[] = ['probabilities', 'dropout', 'perturbations', 'head'];
export const needsModel = ({ needs }: Pick<QueryRule, 'needs'>): boolean =>
  needs.some((need) => modelNeeds.includes(need));

/** What a strategy looks at. */
type Looking = Pick<QueryRule, 'needs' | 'uses'>;

/** Everything that it looks at where it is there. */
const wants = ({ needs, uses }: Looking): ReadonlySet<Need> => new Set([...needs, ...uses]);

/**
 * Whether a trained model changes what the strategy sees. Coverage is measured on pre-trained or fixed features; where the
 * weights are random, what training on the labels has learned is better.
 */
export const usesModel = (rule: Looking, encoder: Encoder): boolean => {
  const wanted = wants(rule);
  return (
    modelNeeds.some((need) => wanted.has(need)) ||
    wanted.has('features') ||
    (!isInformative(encoder) && wanted.has('representation'))
  );
};

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
  const { dataset, labelled, model, k, seed, round } = request;
  const rule = request.rule.inForce(labelled.size, dataset.file.classes.length);
  if (needsModel(rule) && !model) throw needsLabels(rule);
  const pool = poolOf(request);
  if (pool.length === 0) return [];
  const random = Random.stream(seed, `select/${round}`);
  const context = await contextOf({ ...request, rule }, pool, random, job);
  const picks = await runStrategy(rule, context, Math.min(k, pool.length), random, job);
  return picks.map(({ index, score, reason }) => ({ index: pool[index], score, reason }));
}

function needsLabels({ name }: QueryRule) {
  const others = [...strategies.values()].filter((other) => !needsModel(other)).map((other) => other.name);
  return inputError(
    `Strategy ${name} needs a model trained on labels and nothing is labelled yet; begin with ${others.join(', ')}.`,
  );
}

async function contextOf(request: BatchRequest, pool: Int32Array, random: Random, job: Job): Promise<SelectionContext> {
  const { dataset, encoder, model, rule } = request;
  const { classes } = dataset.file;
  const labelled = labelledSet(request.labelled);
  const wanted = new Set(wants(rule));
  const { dropout, perturbations } = rule.orders;
  const parts: { -readonly [P in keyof SelectionContext]?: SelectionContext[P] } = {};
  // features that no network makes are attacked themselves, as `select` does
  if (perturbations && model && isNetwork(model.encoder)) {
    wanted.delete('perturbations');
    const { pixels, normalisation } = dataset;
    const attacked = { head: model.head, encoder: model.encoder };
    parts.perturbations = await attackImages(
      { pixels, normalisation, model: attacked, indices: pool, ...perturbations },
      job,
    );
  }
  if (model && wanted.size > 0 && usesModel(rule, encoder)) {
    const features = await modelFeatures(dataset, encoder, model, pool, job);
    parts.features = features;
    parts.labelledFeatures = await modelFeatures(dataset, encoder, model, labelled.indices, job);
    parts.head = model.head;
    if (wanted.has('probabilities')) parts.probabilities = predictProbabilities(model.head, features);
    if (dropout) {
      const { head, dropout: rate } = model;
      parts.dropout = await dropoutSummary({ strategy: rule.name, head, features, rate, ...dropout }, random, job);
    }
  }
  const coverage = wanted.has('representation') && isInformative(encoder);
  if (coverage || (wanted.size > 0 && rule.needs.length > 0 && !parts.features)) {
    const all = await coverageOf(dataset, leadOf(encoder), job);
    parts.representation = takeRows(all, pool);
    parts.labelledRepresentation = takeRows(all, labelled.indices);
    parts.features ??= parts.representation;
    parts.labelledFeatures ??= parts.labelledRepresentation;
  }
  const ids = (indices: Int32Array): string[] => Array.from(indices, (i) => dataset.images[i].id);
  return {
    poolSize: pool.length,
    classCount: classes.length,
    classNames: classes,
    imageNames: ids(pool),
    labelledNames: ids(labelled.indices),
    labelledLabels: labelled.labels,
    ...parts,
  };
}
