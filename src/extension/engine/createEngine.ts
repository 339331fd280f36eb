import { join } from 'node:path';
import { type ExtensionContext, type LogOutputChannel, l10n, workspace } from 'vscode';
import { engineConfiguration } from './configuration';
import { ForkedEngine } from './forkedEngine';

/** The engine with what the status bar shows of it. */
export type ObservableEngine = ForkedEngine;

/** The engine of this window. Nothing is started before the first call. */
export function createEngine(context: ExtensionContext, log: LogOutputChannel): ObservableEngine {
  const { version } = context.extension.packageJSON as { readonly version: string };
  const engine = new ForkedEngine({
    program: context.asAbsolutePath(join('dist', 'main.js')),
    version,
    log,
    l10n,
    configuration: () => engineConfiguration(context),
  });
  context.subscriptions.push(
    workspace.onDidChangeConfiguration((change) => {
      // an engine that ends meanwhile says so by itself
      const isToldOf = (key: string) => change.affectsConfiguration(`warmstart.${key}`);
      if (isToldOf('device') || isToldOf('backgroundPriority')) engine.configure().catch(() => {});
    }),
  );
  return engine;
}
