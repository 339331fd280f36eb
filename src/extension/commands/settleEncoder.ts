import { l10n, window } from 'vscode';
import type { FeatureName } from '../../shared/features';
import type { DatasetRef } from '../../shared/workspace/paths';
import type { DatasetState } from '../datasets/datasetState';
import { type EncoderChoice, encoderChoices } from '../encoders/choices';
import { PRETRAINED } from '../encoders/inUse';
import type { Services } from '../services';
import { isolated } from '../text';
import { addEncoder } from './addEncoder';
import { continueInBackground } from './continueEncoder';
import { lookAhead } from './lookAhead';
import { pretrain, refuseWhilePretraining } from './pretraining';

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
    case 'continue':
      continueInBackground(services, state);
      return undefined;
    case 'pretrain':
      return (await pretrain(services, state)) ? switchTo(services, state.ref, PRETRAINED) : undefined;
    case 'addFile':
    case 'addFolder': {
      const added = await addEncoder(services, state, choice === 'addFile' ? 'file' : 'folder');
      return added && switchTo(services, state.ref, added);
    }
    default:
      return switchTo(services, state.ref, choice);
  }
}

/** Uses an encoder from now on, and has it look at all images. */
export async function switchTo(services: Services, ref: DatasetRef, use: string): Promise<FeatureName | undefined> {
  const params = { workspace: ref.workspace, dataset: ref.name, use };
  const title = l10n.t('Another encoder for {0}', isolated(ref.name));
  const done = await services.jobs.run(title, ref, (run) => run('useEncoder', params));
  await services.datasets.refresh();
  if (done) lookAhead(services, ref);
  return done?.use;
}
