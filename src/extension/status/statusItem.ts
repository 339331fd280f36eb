import { Disposable, l10n, MarkdownString, StatusBarAlignment, ThemeColor, window, workspace } from 'vscode';
import type { DatasetStore } from '../datasets/datasetStore';
import type { ObservableEngine } from '../engine/createEngine';
import type { JobRunner } from '../jobs/jobRunner';
import { statusText, taskLine } from './statusText';

/** Progress comes many times a second; the status bar is drawn less often. */
const REDRAW_MS = 250;

/** The one item in the status bar: what runs and how far it is. Hidden where there is nothing of Warmstart. */
export function createStatusItem(
  jobs: JobRunner,
  datasets: DatasetStore,
  engine: Pick<ObservableEngine, 'status' | 'onDidChangeStatus'>,
): Disposable {
  const item = window.createStatusBarItem('warmstart.status', StatusBarAlignment.Left, 0);
  item.name = 'Warmstart';
  item.command = 'warmstart.showStatus';
  let hasDatasets = false;
  let timer: NodeJS.Timeout | undefined;

  const draw = () => {
    timer = undefined;
    const { tasks } = jobs;
    const crash = engine.status.kind === 'crashed' ? (engine.status.message ?? '') : null;
    const { text, spoken } = statusText(tasks, crash !== null);
    item.backgroundColor = crash === null ? undefined : new ThemeColor('statusBarItem.errorBackground');
    item.text = text;
    item.accessibilityInformation = { label: spoken, role: 'button' };
    const tooltip = new MarkdownString();
    if (crash) tooltip.appendText(`${crash}\n`);
    for (const task of tasks) tooltip.appendText(`${taskLine(task)}\n`);
    tooltip.appendText(l10n.t('Device: {0}', workspace.getConfiguration('warmstart').get('device', 'auto')));
    item.tooltip = tooltip;
    if (tasks.length > 0 || hasDatasets) item.show();
    else item.hide();
  };
  const soon = () => {
    timer ??= setTimeout(draw, REDRAW_MS);
  };
  draw();
  return Disposable.from(
    item,
    jobs.onDidChange(soon),
    engine.onDidChangeStatus(soon),
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('warmstart.device') && soon()),
    datasets.onDidChange((listings) => {
      hasDatasets = listings.length > 0;
      soon();
    }),
    new Disposable(() => clearTimeout(timer)),
  );
}
