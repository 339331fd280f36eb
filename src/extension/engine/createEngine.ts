import { join } from 'node:path';
import { type ExtensionContext, type LogOutputChannel, l10n } from 'vscode';
import { ForkedEngine } from './forkedEngine';

/** The engine with what the status bar shows of it. */
export type ObservableEngine = ForkedEngine;

/** The engine of this window. Nothing is started before the first call. */
export function createEngine(context: ExtensionContext, log: LogOutputChannel): ObservableEngine {
  const { version } = context.extension.packageJSON as { readonly version: string };
  return new ForkedEngine({ program: context.asAbsolutePath(join('dist', 'main.js')), version, log, l10n });
}
