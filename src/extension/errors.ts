import { CancellationError, commands, type LogOutputChannel, l10n, window } from 'vscode';
import type { EngineErrorCode } from '../shared/protocol/engine';
import { plainMessage } from './text';

/** A message for people, thrown to end a command: one sentence, shown without the button for the log. */
export class Refusal extends Error {}

/** The engine's code of an error; undefined for errors of another origin. */
export function engineCode(error: unknown): EngineErrorCode | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? (code as EngineErrorCode) : undefined;
}

/** Whether somebody asked for the work to end; that is nothing to complain about. */
export const isCancelled = (error: unknown): boolean =>
  error instanceof CancellationError || engineCode(error) === 'cancelled';

/** The only way in which a failed command ends: a sentence, and the log for those who want to know more. */
export async function showFailure(error: unknown, log: LogOutputChannel): Promise<void> {
  if (isCancelled(error)) return;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Refusal) {
    await window.showWarningMessage(plainMessage(message));
    return;
  }
  log.error(error instanceof Error ? error : message);
  const showLog = l10n.t('Show Log');
  const selectDevice = l10n.t('Select Device');
  const buttons = [...(engineCode(error) === 'device' ? [selectDevice] : []), showLog];
  const chosen = await window.showErrorMessage(plainMessage(message), ...buttons);
  if (chosen === showLog) log.show();
  if (chosen === selectDevice) await commands.executeCommand('warmstart.selectDevice');
}
