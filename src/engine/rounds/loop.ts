import type { Dataset } from '../data/dataset/type';
import type { Encoder } from '../features/encoder';
import { type Job, throwIfCancelled } from '../job';
import type { LearnerName } from '../learner/learner';
import type { Metrics } from '../learner/metrics';
import { Random } from '../numeric/random';
import type { QueryRule } from '../strategies/define';
import { type FitAndEvaluateRequest, type FitOutcome, fitAndEvaluate } from './fit';
import type { FittedModel } from './model';
import { type BatchPick, needsModel, poolOf, selectBatch, usesModel } from './selectBatch';
import type { LabelSource } from './sources';

export interface ActiveLearningRequest {
  readonly dataset: Dataset;
  readonly encoder: Encoder;
  readonly rule: QueryRule;
  readonly learner: LearnerName | 'auto';
  /** Cumulative numbers of labels at which to train, ascending. */
  readonly budgets: readonly number[];
  /**
   * Who chooses the first batch: a random draw shared by all strategies of a seed, or the strategy. Also with the latter,
   * those that need a model, and those that need nothing and so draw at random, begin with that shared draw.
   */
  readonly first: 'random' | 'strategy';
  readonly seed: number;
  readonly source: LabelSource;
  /** Rounds of an interrupted run; they are not repeated. */
  readonly finished?: readonly FinishedRound[];
  /** How to train; the benchmark shares equal trainings between runs. */
  readonly learn?: (request: FitAndEvaluateRequest, job: Job) => Promise<FitOutcome>;
}

/** What has to be known of a round to go on after it. */
export interface FinishedRound {
  /** The batch in pick order and the answers that came. */
  readonly picks: readonly BatchPick[];
  readonly answers: ReadonlyMap<number, number>;
}

export interface RoundOutcome extends FinishedRound {
  /** 1 for the first batch. */
  readonly round: number;
  /** Labels after this round. */
  readonly labelled: number;
  readonly metrics: Metrics | null;
  readonly estimate: boolean;
  readonly model: FittedModel;
  readonly selectionSeconds: number;
  readonly trainingSeconds: number;
  /** Set when the round could not be as asked (the pool ran out, answers are missing). */
  readonly note?: string;
}

/**
 * The active-learning loop: choose, have it answered, train from the encoder and a fresh head, measure; once for every
 * budget. Seeds are paired: runs with the same seed share the initial batch (stream 'split') and every fit's head,
 * whatever their strategy. A budget beyond the pool takes what is there, says so in the round's note, and ends the run.
 */
export async function* activeLearning(request: ActiveLearningRequest, job: Job): AsyncGenerator<RoundOutcome> {
  const { dataset, encoder, budgets, learner, seed, source, finished = [], learn = fitAndEvaluate } = request;
  const labelled = new Map<number, number>();
  const unanswered = new Set<number>();
  const absorb = ({ picks, answers }: FinishedRound) => {
    for (const { index } of picks) {
      const answer = answers.get(index);
      if (answer === undefined) unanswered.add(index);
      else labelled.set(index, answer);
    }
  };
  for (const round of finished) absorb(round);
  const train = () => learn({ dataset, encoder, labelled: new Map(labelled), learner, seed }, job);

  let model: FittedModel | null = null;
  if (
    finished.length > 0 &&
    finished.length < budgets.length &&
    labelled.size > 0 &&
    usesModel(inForce(request, labelled.size), encoder)
  )
    ({ model } = await train());

  for (let round = finished.length + 1; round <= budgets.length; round++) {
    throwIfCancelled(job);
    const asked = budgets[round - 1] - labelled.size;
    const pool = poolOf({ dataset, labelled, excluded: unanswered });
    if (pool.length === 0) return;
    const start = performance.now();
    const picks = await choose(request, { round, k: asked, pool, labelled, unanswered, model }, job);
    const selectionSeconds = (performance.now() - start) / 1000;
    const answers = await source.answer(Int32Array.from(picks, (pick) => pick.index));
    absorb({ picks, answers });
    const outcome = await train();
    model = outcome.model;
    const note = noteOf(asked, picks.length, answers.size);
    yield {
      ...{ round, picks, answers, labelled: labelled.size, selectionSeconds },
      ...outcome,
      ...(note === undefined ? {} : { note }),
    };
  }
}

interface State {
  readonly round: number;
  readonly k: number;
  readonly pool: Int32Array;
  readonly labelled: ReadonlyMap<number, number>;
  readonly unanswered: ReadonlySet<number>;
  readonly model: FittedModel | null;
}

async function choose(request: ActiveLearningRequest, state: State, job: Job): Promise<BatchPick[]> {
  const { round, k, pool, labelled, unanswered, model } = state;
  if (k <= 0) return [];
  const start = inForce(request, 0);
  const drawn = request.first === 'random' || needsModel(start) || start.needs.length === 0;
  if (labelled.size === 0 && drawn) return initialBatch(pool, k, request.seed);
  const { dataset, encoder, rule, seed } = request;
  return selectBatch({ dataset, encoder, model, labelled, excluded: unanswered, rule, k, seed, round }, job);
}

const inForce = ({ dataset, rule }: ActiveLearningRequest, labelled: number): QueryRule =>
  rule.inForce(labelled, dataset.file.classes.length);

/** A uniformly random batch, the same for every run with this seed; a larger k extends a smaller one. */
export function initialBatch(pool: Int32Array, k: number, seed: number): BatchPick[] {
  const order = Random.stream(seed, 'split').permutation(pool.length);
  return Array.from(order.subarray(0, k), (p) => ({ index: pool[p], score: 0, reason: 'random initial image' }));
}

function noteOf(asked: number, picked: number, answered: number): string | undefined {
  if (picked < asked && asked > 0)
    return `The pool held only ${picked} of the ${asked} images asked for; all were taken.`;
  if (answered < picked) return `${picked - answered} of ${picked} images got no answer.`;
  return undefined;
}
