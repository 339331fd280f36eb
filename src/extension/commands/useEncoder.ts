import { commands, l10n } from 'vscode';
import { kindOf } from '../../shared/features';
import { tell } from '../notify';
import type { Services } from '../services';
import { isolated } from '../text';
import { textIn } from './arguments';
import { pickDataset } from './pickDataset';
import { chooseEncoder, switchTo } from './settleEncoder';

/** Chooses through which encoder the rounds of a dataset look; `{ use }` as second argument saves the question. */
export async function useEncoder(services: Services, target?: unknown, given?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref } = state;
  const use = textIn(given, 'use');
  const used = use === undefined ? await chooseEncoder(services, state) : await switchTo(services, ref, use);
  if (!used || services.jobs.taskOn(ref, 'pretrain')) return; // what is learning is not looked through yet
  tell(l10n.t('Rounds of {0} now look through {1}.', isolated(ref.name), isolated(kindOf(used).title)), {
    title: l10n.t('Run Active Round'),
    run: () => commands.executeCommand('warmstart.runRound', ref),
  });
}
