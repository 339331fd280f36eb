import { commands, l10n } from 'vscode';
import type { DatasetRef } from '../../shared/workspace/paths';
import { offer } from '../notify';
import { isolated } from '../text';

export const untrainedText = ({ name }: DatasetRef): string =>
  l10n.t('{0} has no trained model yet: label a batch, then run the next round.', isolated(name));

/** Says what is missing, and offers the round that brings it. */
export async function offerRound(ref: DatasetRef, message: string): Promise<void> {
  await offer(message, {
    title: l10n.t('Run Active Round'),
    run: () => commands.executeCommand('warmstart.runRound', ref),
  });
}
