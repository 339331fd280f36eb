import type { Disposable, ExtensionContext, LogOutputChannel } from 'vscode';
import type { EngineClient } from './engineClient';

/** The engine of this window. Nothing is started before the first call. */
export function createEngine(_context: ExtensionContext, _log: LogOutputChannel): EngineClient & Disposable {
  const missing = () => Promise.reject(new Error('The engine is not part of this build.'));
  return { request: missing, run: missing, dispose() {} };
}
