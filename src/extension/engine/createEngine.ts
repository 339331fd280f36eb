import { type Disposable, type Event, EventEmitter, type ExtensionContext, type LogOutputChannel } from 'vscode';
import type { EngineClient } from './engineClient';

/** The engine with what the status bar shows of it. */
export interface ObservableEngine extends EngineClient, Disposable {
  /** `message` says why it crashed. */
  readonly status: { readonly kind: string; readonly message?: string };
  readonly onDidChangeStatus: Event<unknown>;
}

/** The engine of this window. Nothing is started before the first call. */
export function createEngine(_context: ExtensionContext, _log: LogOutputChannel): ObservableEngine {
  const missing = () => Promise.reject(new Error('The engine is not part of this build.'));
  const changed = new EventEmitter<void>();
  return {
    request: missing,
    run: missing,
    status: { kind: 'stopped' },
    onDidChangeStatus: changed.event,
    dispose: () => changed.dispose(),
  };
}
