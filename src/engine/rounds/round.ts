import type { Policy, TeachingPolicy } from '../../shared/schema/policy';
import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import type { Looks } from '../features/kinds';
import type { Job } from '../job';
import { Random } from '../numeric/random';
import type { QueryRule } from '../strategies/define';
import { strategyNamed } from '../strategies/registry';
import { plural } from '../text/plural';
import { type FitAndEvaluateRequest, type FitOutcome, fitAndEvaluate } from './fit';
import type { FittedModel } from './model';
import { startOf } from './policy';
import { type BatchPick, needsModel, poolOf, selectBatch, usesModel } from './selectBatch';

/** Where a run stands before a round: all that asking and teaching depend on besides the policy. */
export interface RoundState {
  readonly dataset: Dataset;
  /** As the policy's kind of features was opened. */
  readonly looks: Looks;
  /** Image index → class index. */
  readonly labelled: ReadonlyMap<number, number>;
  /** Of these the reviewed predictions: they teach, and nothing is measured on them. */
  readonly reviewed?: ReadonlySet<number>;
  /** What was drawn as a test set: image index → class index. Measured on, never taught. */
  readonly tested?: ReadonlyMap<number, number>;
  /** Images that are not asked for although they have no label: asked before, skipped, or in conflict. */
  readonly excluded: ReadonlySet<number>;
  readonly seed: number;
}

/** What is asked for. */
export interface Question {
  /** Number of the round within the run, from 1 on: each draws from a random stream of its own. */
  readonly round: number;
  /** Images wanted. */
  readonly k: number;
  /** What the last training gave; null where none is wanted (`asksModel`) or nothing is labelled. */
  readonly model: FittedModel | null;
}

/** How a model is trained and measured; benchmarks share equal trainings between cells. */
export type Fit = (request: FitAndEvaluateRequest, job: Job) => Promise<FitOutcome>;

/** Whether the next question depends on a model trained on the present labels. */
export function asksModel(policy: Policy, state: RoundState): boolean {
  const { labelled, looks } = state;
  return labelled.size > 0 && usesModel(ruleInForce(policy, state), looks.features);
}

/** Whether the strategy in force looks at images; one that draws at random does not. */
export const looksAtImages = (policy: Policy, state: RoundState): boolean => {
  const { needs, uses } = ruleInForce(policy, state);
  return needs.length + uses.length > 0;
};

/** Chooses the next images, at most `k`, in pick order. */
export async function ask(policy: Policy, state: RoundState, question: Question, job: Job): Promise<BatchPick[]> {
  if (question.k <= 0) return [];
  if (state.labelled.size === 0 && isDrawn(policy, state)) return randomDraw(poolOf(state), question.k, state.seed);
  const { looks, ...rest } = state;
  return selectBatch({ ...rest, ...question, encoder: looks.features, rule: ruleOf(policy) }, job);
}

/** Trains on the labelled images, from the policy's start and a fresh head, and measures. */
export async function teach(
  policy: TeachingPolicy,
  state: RoundState,
  job: Job,
  learn: Fit = fitAndEvaluate,
): Promise<FitOutcome> {
  const { dataset, looks, labelled, reviewed, tested, seed } = state;
  const { length } = dataset.file.classes;
  if (labelled.size === 0)
    throw inputError(`No image of dataset ${dataset.name} has a label yet; answer a round, then train.`);
  const start = startOf(policy, looks, labelled.size, length);
  const besides = { ...(reviewed ? { reviewed } : {}), ...(tested ? { tested } : {}) };
  return learn({ dataset, ...start, labelled: new Map(labelled), ...besides, seed }, job);
}

/** Whether the first images are the random draw that all runs of a seed share. */
function isDrawn(policy: Policy, state: RoundState): boolean {
  if (policy.first !== 'strategy') return policy.first === 'random';
  const rule = ruleInForce(policy, state);
  return needsModel(rule) || rule.needs.length === 0;
}

const ruleOf = ({ strategy, options }: Policy): QueryRule => strategyNamed(strategy).withOptions(options);

const ruleInForce = (policy: Policy, { dataset, labelled }: RoundState): QueryRule =>
  ruleOf(policy).inForce(labelled.size, dataset.file.classes.length);

/** A uniformly random batch, the same for every run with this seed; a larger k extends a smaller one. */
function randomDraw(pool: Int32Array, k: number, seed: number): BatchPick[] {
  const order = Random.stream(seed, 'split').permutation(pool.length);
  return Array.from(order.subarray(0, k), (p) => ({ index: pool[p], score: 0, reason: 'random initial image' }));
}

/** Said of a round for which the pool was too small. */
export function shortPool(asked: number, picked: number): string | undefined {
  if (picked >= asked) return undefined;
  return `The pool held only ${plural(picked, 'image')} of the ${asked} asked for; all were taken.`;
}
