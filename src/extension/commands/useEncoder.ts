import { commands, l10n, window } from 'vscode';
import { type FeatureName, kindOf } from '../../shared/features';
import type { DatasetRef } from '../../shared/workspace/paths';
import type { DatasetState } from '../datasets/datasetState';
import { type EncoderChoice, encoderChoices, PRETRAINED } from '../encoders/choices';
import { whatItIs } from '../encoders/inUse';
import { tell } from '../notify';
import type { Services } from '../services';
import { isolated } from '../text';
import { addEncoder } from './addEncoder';
import { textIn } from './arguments';
import { lookAhead } from './lookAhead';
import { pickDataset } from './pickDataset';
import { pretrain, refuseWhilePretraining } from './pretrain';

/** Chooses through which encoder the rounds of a dataset look; `{ use }` as second argument saves the question. */
export async function useEncoder(services: Services, target?: unknown, given?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref } = state;
  const use = textIn(given, 'use');
  const used = use === undefined ? await chooseEncoder(services, state) : await switchTo(services, ref, use);
  if (!used) return;
  tell(l10n.t('Rounds of {0} now look at the images through {1}.', isolated(ref.name), isolated(whatItIs(used))), {
    title: l10n.t('Run Active Round'),
    run: () => commands.executeCommand('warmstart.runRound', ref),
  });
}

/** Asks, and does what the choice needs. What rounds look through then; undefined where nothing was chosen or it was stopped. */
export async function chooseEncoder(services: Services, state: DatasetState): Promise<FeatureName | undefined> {
  refuseWhilePretraining(services, state.ref);
  const picked = await window.showQuickPick(encoderChoices(state), {
    title: l10n.t('What shall rounds of {0} look through?', isolated(state.ref.name)),
    matchOnDetail: true,
  });
  return picked && settle(services, state, picked.choice);
}

/** Comes by the encoder that was chosen, and uses it. */
export async function settle(
  services: Services,
  state: DatasetState,
  choice: EncoderChoice['choice'],
): Promise<FeatureName | undefined> {
  switch (choice) {
    case 'pretrain':
      return (await pretrain(services, state)) ? switchTo(services, state.ref, PRETRAINED) : undefined;
    case 'add': {
      const added = await addEncoder(services, state);
      return added && switchTo(services, state.ref, added);
    }
    default:
      return switchTo(services, state.ref, choice);
  }
}

/** Uses an encoder from now on, and has it look at all images. */
async function switchTo(services: Services, ref: DatasetRef, use: string): Promise<FeatureName | undefined> {
  const params = { workspace: ref.workspace, dataset: ref.name, use };
  const title = l10n.t('Another encoder for {0}', isolated(ref.name));
  const done = await services.jobs.run(title, ref, (run) => run('useEncoder', params));
  await services.datasets.refresh();
  if (done) lookAhead(services, ref);
  return done?.use;
}
