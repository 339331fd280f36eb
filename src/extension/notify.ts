import { window } from 'vscode';
import { plainLabel, plainMessage } from './text';

/** A button under a message, and what it does. */
export interface Action {
  readonly title: string;
  readonly run: () => unknown;
}

/** Asks, and does what was chosen. False when the message was closed. */
export async function offer(message: string, ...actions: readonly Action[]): Promise<boolean> {
  const chosen = await window.showInformationMessage(plainMessage(message), ...actions.map(({ title }) => title));
  const action = actions.find(({ title }) => title === chosen);
  await action?.run();
  return action !== undefined;
}

/** Says how something ended. Nobody waits for the answer: the command is over, the message may stay for hours. */
export function tell(message: string, ...actions: readonly Action[]): void {
  void offer(message, ...actions);
}

const BRIEFLY_MS = 15_000;

/** Says something in the status bar for a while: beside a panel that a notification would cover. */
export function mention(message: string): void {
  window.setStatusBarMessage(plainLabel(message), BRIEFLY_MS);
}
