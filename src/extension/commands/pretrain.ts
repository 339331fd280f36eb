import { commands, l10n } from 'vscode';
import { type FeatureName, kindOf } from '../../shared/features';
import type { DatasetState } from '../datasets/datasetState';
import { besidePretrained } from '../encoders/choices';
import { PRETRAINED } from '../encoders/inUse';
import { type Action, tell } from '../notify';
import type { Services } from '../services';
import { isolated } from '../text';
import { numberIn } from './arguments';
import { pickDataset } from './pickDataset';
import { pretrain } from './pretraining';

/** Pre-trains the encoder of a dataset; `{ minutes }` as second argument saves the question. */
export async function pretrainCommand(services: Services, target?: unknown, given?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (state && (await pretrain(services, state, numberIn(given, 'minutes')))) await tellNext(services, state.ref);
}

/** Where rounds look through another encoder, nothing changes by itself: the new one is offered. */
async function tellNext({ datasets }: Services, ref: DatasetState['ref']): Promise<void> {
  const { name } = ref;
  const state = await datasets.read(ref);
  const use = state && 'features' in state ? state.features?.use : undefined;
  const trained = l10n.t('The encoder of {0} is pre-trained.', isolated(name));
  const round = { title: l10n.t('Run Active Round'), run: () => commands.executeCommand('warmstart.runRound', ref) };
  if (use === undefined || kindOf(use).pretrained) return tell(trained, round);
  const other = l10n.t('Rounds still look through another: {0}.', isolated(kindOf(use).title));
  tell([trained, other].join(' '), ...offers(ref, use), round);
}

function offers(ref: DatasetState['ref'], use: FeatureName): Action[] {
  const action = (title: string, name: FeatureName): Action => ({
    title,
    run: () => commands.executeCommand('warmstart.useEncoder', ref, { use: name }),
  });
  const both = besidePretrained(use);
  return [action(l10n.t('Use It'), PRETRAINED), ...(both ? [action(l10n.t('Use Both'), both)] : [])];
}
