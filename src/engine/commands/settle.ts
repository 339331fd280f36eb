import type { Conflict } from '../../shared/workspace/labels';
import type { Settled } from '../../shared/workspace/settlements';
import type { SettleRule } from '../../shared/workspace/settleRule';
import { usageError } from '../errors';
import type { Job } from '../job';
import { telling } from '../rounds/labelFiles';
import { disputesOf, type SettleOutcome, settle, withdraw } from '../rounds/settle';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import { type DatasetOptions, withDataset } from './withDataset';

export interface SettleOptions extends DatasetOptions {
  /** Who settles. */
  readonly by: string;
  /** What to do; to look at what is disputed where there is none. */
  readonly rule?: SettleRule | { readonly how: 'withdraw' };
  /** Absent: every image that is disputed. */
  readonly images?: readonly string[];
}

export interface SettleReport {
  /** Absent where nothing was to be settled. */
  readonly outcome?: SettleOutcome;
  /** Settlements that were taken back. */
  readonly withdrawn?: number;
  /** What is still disputed, and how what is not was settled. */
  readonly disputed: readonly Conflict[];
  readonly settled: readonly ({ readonly image: string } & Settled)[];
}

/** Settles images on which people differ, or shows them. People's answers stay as they are. */
export async function settleDisputes({ by, rule, images, ...options }: SettleOptions, job: Job): Promise<SettleReport> {
  if (rule?.how === 'decision' && !images)
    throw usageError('--label decides single images; name them with --image, or pass --majority or --answer-of.');
  return withDataset(options, job, async (dataset) => {
    const wish = { by, ...(images ? { images } : {}) };
    const done = !rule
      ? {}
      : rule.how === 'withdraw'
        ? { withdrawn: await withdraw(dataset, by, images) }
        : { outcome: await settle(dataset, { ...wish, rule }, telling(job)) };
    const { conflicts, settled } = await disputesOf(dataset, telling(job));
    return { ...done, disputed: conflicts, settled: [...settled].map(([image, one]) => ({ image, ...one })) };
  });
}

/** What the options of the command line ask for: one way of settling at most. */
export function settleRule(flags: {
  readonly majority: boolean;
  readonly answerOf?: string;
  readonly label?: string;
  readonly withdraw: boolean;
}): SettleOptions['rule'] {
  const { majority, answerOf, label, withdraw: takesBack } = flags;
  const rules: SettleOptions['rule'][] = [
    ...(majority ? [{ how: 'majority' } as const] : []),
    ...(answerOf === undefined ? [] : [{ how: 'answer', of: answerOf } as const]),
    ...(label === undefined ? [] : [{ how: 'decision', label } as const]),
    ...(takesBack ? [{ how: 'withdraw' } as const] : []),
  ];
  if (rules.length > 1) throw usageError('Give one of --majority, --answer-of, --label and --withdraw.');
  return rules[0];
}

/** Rows of a list that are shown. */
const MOST = 20;

export function describeSettled({ outcome, withdrawn, disputed, settled }: SettleReport): string {
  const lines: string[] = [];
  if (outcome) {
    const { settled: done, left, path } = outcome;
    if (done.length > 0)
      lines.push(`Settled ${plural(done.length, 'dispute')}; people's answers stay as they are.`, path);
    else if (left.length === 0) lines.push('Nothing to settle: people agree on every image.');
    if (left.length > 0) lines.push(`The rule gives no class for ${plural(left.length, 'image')}.`);
  }
  if (withdrawn !== undefined) lines.push(`Took ${plural(withdrawn, 'settlement')} back.`);
  if (disputed.length > 0)
    lines.push(`Disputed: ${plural(disputed.length, 'image')}.`, disputedTable(disputed.slice(0, MOST)));
  else if (!outcome) lines.push('No image is disputed.');
  if (!outcome && settled.length > 0)
    lines.push(`Settled: ${plural(settled.length, 'image')}.`, settledTable(settled.slice(0, MOST)));
  return lines.join('\n');
}

const disputedTable = (disputed: readonly Conflict[]): string =>
  textTable(
    ['image', 'answers', ''],
    disputed.map(({ image, answers, reopened }) => [
      image,
      answers.map(({ annotator, label }) => `${annotator}: ${label}`).join(', '),
      reopened ? `was settled to ${reopened.label} by ${reopened.by}, before another answer came in` : '',
    ]),
  );

const settledTable = (settled: SettleReport['settled']): string =>
  textTable(
    ['image', 'class', 'how', 'by', 'at'],
    settled.map(({ image, label, how, of, by, at }) => [
      image,
      label,
      of === undefined ? how : `${how} of ${of}`,
      by,
      at,
    ]),
  );
