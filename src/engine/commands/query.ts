import type { WaitingImages } from '../../shared/protocol/engine';
import type { RoundFile } from '../../shared/schema/round';
import type { Dataset } from '../data/dataset/type';
import { UserError, usageError } from '../errors';
import { encoderStampOf } from '../features/digest';
import type { Job } from '../job';
import type { LearnerName } from '../learner/learner';
import { type MergedLabels, readLabels } from '../rounds/labelFiles';
import type { FittedModel } from '../rounds/model';
import { addRound, roundPath } from '../rounds/roundFiles';
import { poolOf, selectBatch, usesModel } from '../rounds/selectBatch';
import type { QueryRule } from '../strategies/define';
import { strategyNamed } from '../strategies/registry';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import { trainOn } from './train';
import {
  type DatasetOptions,
  type Encoders,
  encodersOf,
  pendingImages,
  trainingLabels,
  withDataset,
} from './workspace';

export interface QueryOptions extends DatasetOptions {
  readonly strategy: string;
  readonly strategyOptions: Readonly<Record<string, unknown>>;
  /** Images to ask for. */
  readonly budget: number;
  readonly seed: number;
  readonly learner: LearnerName | 'auto';
  /** Ask for more although earlier rounds have images without an answer. */
  readonly again: boolean;
}

export interface QueryReport {
  readonly round: RoundFile;
  readonly path: string;
  /** Set when the round could not be as asked. */
  readonly note?: string;
}

/** There is nothing left to ask for: no mistake, but the end of the work. */
export class PoolEmpty extends UserError {
  constructor(dataset: string) {
    super('input', `Every training image of ${dataset} has been asked for; there is nothing left to query.`);
  }
}

/** Images that were asked for have no answer, and nobody said that more are wanted all the same. */
export class ImagesWaiting extends UserError {
  constructor(
    dataset: string,
    readonly waiting: WaitingImages,
  ) {
    const { rounds, unanswered, asked } = waiting;
    const which = rounds.length === 1 ? `Round ${rounds[0]}` : `Rounds ${rounds.join(', ')}`;
    super(
      'input',
      `${which} of ${dataset} still ${rounds.length === 1 ? 'has' : 'have'} ${unanswered} of ${asked} images without an answer; label them first, or pass --again to ask for more.`,
    );
  }
}

/**
 * Chooses the next images to label and writes the round. Trains first when the strategy looks at a model and the stored
 * one does not belong to the present labels.
 */
export async function query(options: QueryOptions, job: Job): Promise<QueryReport> {
  const rule = strategyNamed(options.strategy).withOptions(options.strategyOptions);
  if (!(options.budget >= 1)) throw usageError(`A budget of ${options.budget} asks for nothing; give 1 or more.`);
  return withDataset(options, job, async (dataset) => {
    const encoders = await encodersOf(dataset);
    const round = await addRound(
      dataset,
      async (rounds) => {
        const merged = await readLabels(dataset);
        const pending = pendingImages(dataset, rounds, merged);
        if (pending.length > 0 && !options.again) throw unanswered(dataset, rounds, pending);
        return nextRound(dataset, encoders, merged, pending, (rounds.at(-1)?.round ?? 0) + 1, rule, options, job);
      },
      job.signal,
    );
    const note = noteOf(round);
    return { round, path: roundPath(dataset, round.round), ...(note ? { note } : {}) };
  });
}

function unanswered(dataset: Dataset, rounds: readonly RoundFile[], pending: readonly string[]) {
  const waiting = new Set(pending);
  const of = rounds.filter((round) => round.picks.some((pick) => waiting.has(pick.image)));
  const asked = of.reduce((sum, round) => sum + round.picks.length, 0);
  return new ImagesWaiting(dataset.name, {
    rounds: of.map(({ round }) => round),
    unanswered: pending.length,
    asked,
  });
}

async function nextRound(
  dataset: Dataset,
  encoders: Encoders,
  merged: MergedLabels,
  pending: readonly string[],
  round: number,
  rule: QueryRule,
  { budget, seed, learner }: QueryOptions,
  job: Job,
): Promise<RoundFile> {
  const labelled = trainingLabels(dataset, merged);
  const excluded = new Set([...merged.answered, ...pending.flatMap((image) => dataset.indexOf(image) ?? [])]);
  const pool = poolOf({ dataset, labelled, excluded });
  if (pool.length === 0) throw new PoolEmpty(dataset.name);
  const encoder = encoders.features;
  let model: FittedModel | null = null;
  let stamp: RoundFile['model'] = null;
  const deciding = rule.inForce(labelled.size, dataset.file.classes.length);
  if (usesModel(deciding, encoder) && labelled.size > 0) {
    const trained = await trainOn(
      dataset,
      encoders,
      merged,
      // what the user trained is good enough to choose by, and must not be replaced by a mere question
      { learner, seed, ...(learner === 'auto' ? { reuse: 'any' as const } : {}) },
      job,
    );
    const { learner: name, labels } = trained.report.results;
    model = trained.model;
    stamp = { learner: name, labels };
  }
  const request = { dataset, encoder, model, labelled, excluded, rule };
  const picks = await selectBatch({ ...request, k: budget, seed, round }, job);
  return {
    schema: 1,
    round,
    strategy: rule.name,
    options: rule.options,
    seed,
    budget,
    dataset: { name: dataset.name, digest: dataset.file.digest },
    encoder: encoderStampOf(encoder),
    model: stamp,
    labelled: labelled.size,
    pool: pool.length,
    picks: picks.map(({ index, score, reason }) => ({
      image: dataset.images[index].id,
      score: Number.isFinite(score) ? score : null,
      reason,
    })),
  };
}

function noteOf({ budget, picks }: RoundFile): string | undefined {
  if (picks.length >= budget) return undefined;
  return `The pool held only ${plural(picks.length, 'image')} of the ${budget} asked for; all were taken.`;
}

export function describeQuery({ round, path, note }: QueryReport): string {
  const SHOWN = 10;
  const rows = round.picks
    .slice(0, SHOWN)
    .map(({ image, score, reason }, i) => [String(i + 1), image, score === null ? '–' : score.toPrecision(3), reason]);
  const lines = [
    `Round ${round.round}: ${plural(round.picks.length, 'image')} to label, chosen by ${round.strategy} from ${round.pool}.`,
    textTable(['#', 'image', 'score', 'why'], rows),
  ];
  if (round.picks.length > SHOWN) lines.push(`… and ${round.picks.length - SHOWN} more`);
  if (note) lines.push(note);
  lines.push(path);
  return lines.join('\n');
}
