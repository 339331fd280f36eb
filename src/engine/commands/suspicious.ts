import type { Job } from '../job';
import { type SuspiciousLabel, suspiciousLabels } from '../rounds/suspiciousLabels';
import { percent } from '../text/percent';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import { type DatasetOptions, withDataset } from './withDataset';

export interface SuspiciousOptions extends DatasetOptions {
  /** Labels listed at most. */
  readonly most: number;
}

export interface SuspiciousReport {
  readonly labels: number;
  /** The most suspicious first. */
  readonly suspicious: readonly SuspiciousLabel[];
}

/** Labels with which a model and the neighbours disagree: the ones to look at again. It reads labels and changes none. */
export async function suspicious(options: SuspiciousOptions, job: Job): Promise<SuspiciousReport> {
  return withDataset(options, job, async (dataset) => {
    const all = await suspiciousLabels(dataset, job);
    return { labels: all.length, suspicious: all.slice(0, options.most) };
  });
}

export function describeSuspicious({ labels, suspicious: listed }: SuspiciousReport): string {
  const rows = listed.map(({ image, label, annotators, suspicion, expected, probability, neighbours, asked }) => [
    image,
    label,
    annotators.join(' + '),
    expected === label ? 'the same' : `${expected}, ${percent(probability)}`,
    `${neighbours} of ${asked}`,
    suspicion.toFixed(2),
  ]);
  return [
    textTable(['image', 'label', 'by', 'the others say', 'neighbours alike', 'suspicion'], rows),
    `The ${plural(listed.length, 'most suspicious label')} of ${labels}; nothing was changed.`,
  ].join('\n');
}
