import { commands, l10n, window, workspace } from 'vscode';

/** Whether the engine may run here; when it may not, says so and offers to change it. */
export async function mayRunEngine(): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const manage = l10n.t('Manage Workspace Trust');
  const chosen = await window.showWarningMessage(
    l10n.t('Warmstart computes nothing in a folder that you do not trust; its files and charts can be looked at.'),
    manage,
  );
  if (chosen === manage) await commands.executeCommand('workbench.trust.manage');
  return false;
}
