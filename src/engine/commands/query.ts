import type { LearnerChoice } from '../../shared/learners';
import type { Repeat, RoundFile } from '../../shared/schema/round';
import { usageError } from '../errors';
import { openProduct } from '../features/kinds';
import type { Job } from '../job';
import { productPolicy } from '../rounds/policy';
import { shortPool } from '../rounds/round';
import { roundPath } from '../rounds/roundFiles';
import { nextRound, type RoundWish } from '../rounds/store';
import { strategyNamed } from '../strategies/registry';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
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

/** Chooses the next images to label and writes the round. */
export async function query(options: QueryOptions, job: Job): Promise<QueryReport> {
  const rule = strategyNamed(options.strategy).withOptions(options.strategyOptions);
  const policy = productPolicy(rule.name, rule.options, options.learner);
  const { everybody = 0, repeats = 0 } = options;
  if (!(everybody >= 0 && everybody <= 100))
    throw usageError(`--by-everybody ${everybody} is no share; give per cent from 0 to 100.`);
  if (!(repeats >= 0 && repeats <= 100))
    throw usageError(`--repeats ${repeats} is no share; give per cent from 0 to 100.`);
  if (!(options.budget >= 1)) throw usageError(`A budget of ${options.budget} asks for nothing; give 1 or more.`);
  return withDataset(options, job, async (dataset) => {
    const round = await nextRound(dataset, await openProduct(dataset, job), policy, options, job);
    const picks = round.picks.flatMap(({ image }) => dataset.indexOf(image) ?? []);
    const notes = [shortPool(round.budget, round.picks.length), await folderNote(dataset, picks, job)];
    const note = notes.filter(Boolean).join(' ');
    return { round, path: roundPath(dataset, round.round), ...(note ? { note } : {}) };
  });
}

function repeatsText(repeats: readonly Repeat[]): string {
  const people = new Map<string, number>();
  for (const { annotator } of repeats) people.set(annotator, (people.get(annotator) ?? 0) + 1);
  const each = [...people].map(([name, n]) => `${name} (${n})`).join(', ');
  return `Asked again, unseen among them, of ${each}: "agreement" says how far people agree with themselves.`;
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
