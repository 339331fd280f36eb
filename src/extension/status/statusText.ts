import { l10n } from 'vscode';
import { percentDone } from '../../shared/percent';
import type { RunningTask } from '../jobs/jobRunner';
import { progressText, shareOfWork } from '../jobs/progressText';
import { duration, plainLabel } from '../text';

/** What the status bar shows for the work that runs (tasks oldest first), or when the engine ended by itself. */
export function statusText(tasks: readonly RunningTask[], crashed: boolean): { text: string; spoken: string } {
  const [task] = tasks;
  if (!task && crashed) return { text: '$(error) Warmstart', spoken: l10n.t('Warmstart: the engine stopped working') };
  if (!task) return { text: '$(flame) Warmstart', spoken: l10n.t('Warmstart: nothing is running') };
  const share = task.progress && shareOfWork(task.progress);
  const done = share === null ? '' : ` ${percentDone(share)}`;
  const left = task.ahead ? timeLeft(task) : ''; // other work has a notification that tells it
  const more = tasks.length > 1 ? ` (+${tasks.length - 1})` : '';
  return {
    text: `$(sync~spin) ${plainLabel(task.title)}${done}${left}${more}`,
    spoken: l10n.t('Warmstart: {0}', `${task.title}${done}`),
  };
}

const timeLeft = ({ progress }: RunningTask): string =>
  progress?.secondsLeft === undefined ? '' : ` · ${l10n.t('{0} left', duration(progress.secondsLeft))}`;

/** One line for every task. */
export const taskLine = ({ title, progress }: RunningTask): string =>
  progress ? `${title}: ${progressText(progress, title)}` : title;
