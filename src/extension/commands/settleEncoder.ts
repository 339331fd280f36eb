import { l10n, window } from 'vscode';
import type { FeatureName } from '../../shared/features';
import type { DatasetRef } from '../../shared/workspace/paths';
import type { DatasetState } from '../datasets/datasetState';
import { type EncoderChoice, encoderChoices } from '../encoders/choices';
import { encoderInUse, PRETRAINED } from '../encoders/inUse';
import { showFailure } from '../errors';
import { mention, tell } from '../notify';
import type { Services } from '../services';
import { isolated, plainMessage } from '../text';
import { addEncoder } from './addEncoder';
import { continueInBackground } from './continueEncoder';
import { lookAhead } from './lookAhead';
import { beginPretraining } from './pretraining';

/** Asks, and does what the choice needs. What rounds look through then; undefined where nothing was chosen or it was stopped. */
export async function chooseEncoder(services: Services, state: DatasetState): Promise<FeatureName | undefined> {
  const picked = await window.showQuickPick(encoderChoices(state), {
    title: l10n.t('What should rounds of {0} look through?', isolated(state.ref.name)),
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
      return pretrainMeanwhile(services, state);
    case 'addFile':
    case 'addFolder': {
      const added = await addEncoder(services, state, choice === 'addFile' ? 'file' : 'folder');
      return added && switchTo(services, state.ref, added);
    }
    default:
      return switchTo(services, state.ref, choice);
  }
}

/** Pre-trains in the background and uses the encoder once it is there; rounds look through what there is until then. */
async function pretrainMeanwhile(services: Services, state: DatasetState): Promise<FeatureName | undefined> {
  const { ref } = state;
  const begun = await beginPretraining(services, state);
  if (!begun) return undefined;
  const use = async () => {
    if ((await begun.finished) && (await switchTo(services, ref, PRETRAINED)))
      tell(l10n.t('The encoder of {0} is pre-trained; the next round looks through it.', isolated(ref.name)));
  };
  use().catch((error: unknown) => showFailure(error, services.log));
  mention(l10n.t('{0} is pre-trained in the background. Label the first images meanwhile.', isolated(ref.name)));
  return encoderInUse(state);
}

/** An encoder that goes on learning is worth minutes of computing: whether it may go on is asked. False: nothing is to be changed. */
async function mayLeave({ jobs }: Services, ref: DatasetRef): Promise<boolean> {
  const learning = jobs.taskOn(ref, 'continueEncoder');
  if (!learning) return true;
  const stop = l10n.t('Stop Learning');
  const goOn = l10n.t('Let It Go On');
  const chosen = await window.showWarningMessage(
    plainMessage(
      l10n.t('The encoder that rounds of {0} look through is still learning from its images.', isolated(ref.name)),
    ),
    { modal: true, detail: l10n.t('What it has learnt is kept, and it can go on later.') },
    stop,
    goOn,
  );
  if (chosen === stop) learning.stop();
  return chosen !== undefined;
}

/** Uses an encoder from now on, and has it look at all images. */
export async function switchTo(services: Services, ref: DatasetRef, use: string): Promise<FeatureName | undefined> {
  if (!(await mayLeave(services, ref))) return undefined;
  const params = { workspace: ref.workspace, dataset: ref.name, use };
  const title = l10n.t('Another encoder for {0}', isolated(ref.name));
  const done = await services.jobs.run(title, ref, (run) => run('useEncoder', params));
  await services.datasets.refresh();
  if (done) lookAhead(services, ref);
  return done?.use;
}
