import { commands, l10n, window, workspace } from 'vscode';
import type { EngineClient } from './engine/engineClient';

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

/** An engine that does nothing in a folder that is not trusted, for what is there without a command: a panel that is restored. */
export function trusted(engine: EngineClient): EngineClient {
  const check = () => {
    if (!workspace.isTrusted) throw new Error(l10n.t('Warmstart computes nothing in a folder that you do not trust.'));
  };
  return {
    warmUp: () => workspace.isTrusted && engine.warmUp(),
    async request(method, params) {
      check();
      return engine.request(method, params);
    },
    async run(method, params, watch) {
      check();
      return engine.run(method, params, watch);
    },
  };
}
