import type { LearnerChoice } from '../../shared/learners';
import type { WaitingImages } from '../../shared/protocol/engine';
import type { Repeat, RoundFile } from '../../shared/schema/round';
import { usageError } from '../errors';
import { openProduct } from '../features/kinds';
import type { Job } from '../job';
import { productPolicy } from '../rounds/policy';
import { shortPool } from '../rounds/round';
import { roundPath } from '../rounds/roundFiles';
import { ImagesWaiting, nextRound, PoolEmpty, type RoundWish } from '../rounds/store';
import { strategyNamed } from '../strategies/registry';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import { afterSaving } from './afterSaving';
import { folderNote } from './folderNote';
import { type DatasetOptions, withDataset } from './withDataset';

export interface QueryOptions extends DatasetOptions, RoundWish {
  readonly strategy: string;
  readonly strategyOptions: Readonly<Record<string, unknown>>;
  readonly learner: LearnerChoice;
}

export interface QueryReport {
  readonly round: RoundFile;
  readonly path: string;
  /** Set when the round could not be as asked. */
  readonly note?: string;
}

/** No round was written, since there is nothing to do before others have done something; `waiting`: what waits for an answer. */
export interface NothingToAsk {
  readonly round: null;
  readonly note: string;
  readonly waiting?: WaitingImages;
}

/** Chooses the next images to label and writes the round. */
export async function query(options: QueryOptions, job: Job): Promise<QueryReport | NothingToAsk> {
  const rule = strategyNamed(options.strategy).withOptions(options.strategyOptions);
  const policy = productPolicy(rule.name, rule.options, options.learner);
  const { everybody = 0, repeats = 0 } = options;
  if (!(everybody >= 0 && everybody <= 100))
    throw usageError(`--by-everybody ${everybody} is no share; give per cent from 0 to 100.`);
  if (!(repeats >= 0 && repeats <= 100))
    throw usageError(`--repeats ${repeats} is no share; give per cent from 0 to 100.`);
  if (!(options.budget >= 1)) throw usageError(`A budget of ${options.budget} asks for nothing; give 1 or more.`);
  return withDataset(options, job, async (dataset) => {
    const round = await nextRound(dataset, await openProduct(dataset, job), policy, options, job).catch(nothingToAsk);
    if (!('picks' in round)) return round;
    const path = roundPath(dataset, round.round);
    const picks = round.picks.flatMap(({ image }) => dataset.indexOf(image) ?? []);
    const changed = await afterSaving(`Round ${round.round} was written (${path}).`, () =>
      folderNote(dataset, picks, job),
    );
    const note = [shortPool(round.budget, round.picks.length), changed].filter(Boolean).join(' ');
    return { round, path, ...(note ? { note } : {}) };
  });
}

/** That images wait, or none is left, is no failure: the same call twice may well come to it. */
function nothingToAsk(error: unknown): NothingToAsk {
  if (error instanceof ImagesWaiting) return { round: null, note: error.message, waiting: error.waiting };
  if (error instanceof PoolEmpty) return { round: null, note: error.message };
  throw error;
}

function repeatsText(repeats: readonly Repeat[]): string {
  const people = new Map<string, number>();
  for (const { annotator } of repeats) people.set(annotator, (people.get(annotator) ?? 0) + 1);
  const each = [...people].map(([name, n]) => `${name} (${n})`).join(', ');
  return `Asked again, unseen among them, of ${each}: "agreement" says how far people agree with themselves.`;
}

export function describeQuery(report: QueryReport | NothingToAsk): string {
  if (report.round === null) return `Nothing to do. ${report.note}`;
  const { round, path, note } = report;
  const SHOWN = 10;
  const rows = round.picks
    .slice(0, SHOWN)
    .map(({ image, score, reason }, i) => [String(i + 1), image, score === null ? '–' : score.toPrecision(3), reason]);
  const lines = [
    `Round ${round.round}: ${plural(round.picks.length, 'image')} to label, chosen by ${round.strategy} from ${round.pool}.`,
    textTable(['#', 'image', 'score', 'why'], rows),
  ];
  if (round.picks.length > SHOWN) lines.push(`… and ${round.picks.length - SHOWN} more`);
  const forAll = round.picks.filter((pick) => pick.everybody).length;
  if (forAll > 0)
    lines.push(
      `${plural(forAll, 'image')} of them ${forAll === 1 ? 'is' : 'are'} for everybody to answer; "agreement" compares the answers.`,
    );
  if (round.repeats) lines.push(repeatsText(round.repeats));
  if (note) lines.push(note);
  lines.push(path);
  return lines.join('\n');
}
