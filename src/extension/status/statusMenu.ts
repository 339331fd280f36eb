import { commands, l10n, type QuickPickItem, window } from 'vscode';
import type { RunningTask } from '../jobs/jobRunner';
import type { Services } from '../services';
import { plainLabel } from '../text';
import { taskLine } from './statusText';

interface Choice extends QuickPickItem {
  readonly run: () => unknown;
}

/** What a click on the status-bar item offers. */
export async function showStatus({ jobs, log }: Services): Promise<void> {
  const stop = (task: RunningTask): Choice => ({
    label: `$(debug-stop) ${l10n.t('Stop')}`,
    description: plainLabel(taskLine(task)),
    run: () => task.stop(),
  });
  const choices: Choice[] = [
    ...jobs.tasks.map(stop),
    { label: `$(output) ${l10n.t('Show Log')}`, run: () => log.show() },
    {
      label: `$(chip) ${l10n.t('Select Device')}`,
      run: () => commands.executeCommand('warmstart.selectDevice'),
    },
    {
      label: `$(gear) ${l10n.t('Settings')}`,
      run: () => commands.executeCommand('workbench.action.openSettings', 'warmstart.'),
    },
  ];
  const placeHolder = jobs.tasks.length === 0 ? l10n.t('Nothing is running') : '';
  await (await window.showQuickPick(choices, { title: 'Warmstart', placeHolder }))?.run();
}
