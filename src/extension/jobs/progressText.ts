import { l10n } from 'vscode';
import { percentDone } from '../../shared/percent';
import type { JobProgress } from '../../shared/protocol/engine';
import { duration, numberText } from '../text';

/** How much of a stage is done, between 0 and 1; null when nobody knows. */
export const shareDone = ({ done, total }: JobProgress): number | null =>
  total > 0 ? Math.min(1, Math.max(0, done / total)) : null;

/**
 * The same for a percentage alone, without the stage's name: only of stages that count something (images, epochs), because
 * the quarters of a short preparation would be taken for those of the whole work.
 */
export const shareOfWork = (progress: JobProgress): number | null =>
  progress.unit === undefined ? null : shareDone(progress);

/** Stage, share, count, rate and time left, as far as the job tells them; without the stage where the title before it says the same. */
export function progressText(progress: JobProgress, title = ''): string {
  const { stage, done, total, unit, rate, secondsLeft, message } = progress;
  const share = shareDone(progress);
  const isSaid = title.toLowerCase().startsWith(stage.toLowerCase());
  const parts = [share === null ? stage : isSaid ? percentDone(share) : `${stage}: ${percentDone(share)}`];
  if (total > 0) {
    const count = l10n.t('{0} of {1}', numberText(done, 1), numberText(total, 1));
    parts.push(unit ? `${count} ${unit}` : count);
  }
  if (rate !== undefined && rate > 0)
    parts.push(
      unit ? l10n.t('{0} {1}/s', numberText(rate, rate < 10 ? 1 : 0), unit) : l10n.t('{0}/s', numberText(rate, 1)),
    );
  if (secondsLeft !== undefined && Number.isFinite(secondsLeft)) parts.push(l10n.t('{0} left', duration(secondsLeft)));
  if (message) parts.push(message);
  return parts.join(' · ');
}
