import type { Policy } from '../../shared/schema/policy';
import type { Dataset } from '../data/dataset/type';
import type { Looks } from '../features/kinds';
import { type Job, throwIfCancelled } from '../job';
import type { FitOutcome } from './fit';
import { ask, asksModel, type Fit, type RoundState, shortPool, teach } from './round';
import { type BatchPick, poolOf } from './selectBatch';
import type { LabelSource } from './sources';

export interface ActiveLearningRequest {
  readonly dataset: Dataset;
  readonly policy: Policy;
  readonly looks: Looks;
  /** Cumulative numbers of labels at which to train, ascending. */
  readonly budgets: readonly number[];
  readonly seed: number;
  readonly source: LabelSource;
  /** Rounds of an interrupted run; they are not repeated. */
  readonly finished?: readonly FinishedRound[];
  /** How to train; the benchmark shares equal trainings between runs. */
  readonly learn?: Fit;
}

/** What has to be known of a round to go on after it. */
export interface FinishedRound {
  /** The batch in pick order and the answers that came. */
  readonly picks: readonly BatchPick[];
  readonly answers: ReadonlyMap<number, number>;
}

export interface RoundOutcome extends FinishedRound, FitOutcome {
  /** 1 for the first batch. */
  readonly round: number;
  /** Labels after this round. */
  readonly labelled: number;
  readonly selectionSeconds: number;
  /** Set when the round could not be as asked (the pool ran out, answers are missing). */
  readonly note?: string;
}

/**
 * Active learning to its end: ask, have it answered, teach; once for every budget. Seeds are paired: runs with the same seed
 * share the random first batch and every fit's head, whatever their policy. A budget beyond the pool takes what is
 * there, says so in the round's note, and ends the run. People's rounds are the same `ask` and `teach` with files between
 * them (`store.ts`).
 */
export async function* activeLearning(request: ActiveLearningRequest, job: Job): AsyncGenerator<RoundOutcome> {
  const { policy, dataset, looks, budgets, seed, source, finished = [], learn } = request;
  const labelled = new Map<number, number>();
  const excluded = new Set<number>();
  const state: RoundState = { dataset, looks, labelled, excluded, seed };
  const absorb = ({ picks, answers }: FinishedRound) => {
    for (const { index } of picks) {
      const answer = answers.get(index);
      if (answer === undefined) excluded.add(index);
      else labelled.set(index, answer);
    }
  };
  for (const round of finished) absorb(round);
  const resumed = finished.length > 0 && finished.length < budgets.length;
  let model = resumed && asksModel(policy, state) ? (await teach(policy, state, job, learn)).model : null;

  for (let round = finished.length + 1; round <= budgets.length; round++) {
    throwIfCancelled(job);
    if (poolOf(state).length === 0) return;
    const k = budgets[round - 1] - labelled.size;
    const start = performance.now();
    const picks = await ask(policy, state, { round, k, model }, job);
    const selectionSeconds = (performance.now() - start) / 1000;
    const answers = await source.answer(Int32Array.from(picks, (pick) => pick.index));
    absorb({ picks, answers });
    const outcome = await teach(policy, state, job, learn);
    model = outcome.model;
    const note = shortPool(k, picks.length) ?? unanswered(picks.length, answers.size);
    yield {
      round,
      picks,
      answers,
      labelled: labelled.size,
      selectionSeconds,
      ...outcome,
      ...(note === undefined ? {} : { note }),
    };
  }
}

const unanswered = (picked: number, answered: number): string | undefined =>
  answered < picked ? `${picked - answered} of ${picked} images got no answer.` : undefined;
