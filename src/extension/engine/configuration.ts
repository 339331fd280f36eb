import { join } from 'node:path';
import { type ExtensionContext, workspace } from 'vscode';
import type { EngineConfiguration } from '../../shared/protocol/engine';

/** Where packages lie that are installed on demand. */
export const packagesFolder = (context: Pick<ExtensionContext, 'globalStorageUri'>): string =>
  join(context.globalStorageUri.fsPath, 'packages');

/** What the engine is told when it starts, and when a setting changes. */
export function engineConfiguration(context: Pick<ExtensionContext, 'globalStorageUri'>): EngineConfiguration {
  const settings = workspace.getConfiguration('warmstart');
  const device = settings.get<unknown>('device');
  return {
    device: typeof device === 'string' && device !== '' ? device : 'auto',
    packages: packagesFolder(context),
    priority: settings.get<unknown>('backgroundPriority') === 'normal' ? 'normal' : 'low',
  };
}
