import { l10n } from 'vscode';
import { mention, tell } from '../notify';
import type { Services } from '../services';
import { settingsOf } from '../settings';
import { isolated } from '../text';
import { pickDataset } from './pickDataset';
import { accuracySentence } from './runRound';

/** Trains on the labels as they are now, without asking for more. */
export async function trainAgain(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref } = state;
  const { learner, seed } = settingsOf(ref);
  const title = l10n.t('Training on the labels of {0}', isolated(ref.name));
  const outcome = await services.jobs.run(title, ref, (run) =>
    run('train', { workspace: ref.workspace, dataset: ref.name, learner, seed }),
  );
  await services.datasets.refresh();
  if (!outcome) return;
  const { trained, results } = outcome;
  if (!results) {
    tell(l10n.t('{0} has no labels to train on yet; label a batch first.', isolated(ref.name)));
    return;
  }
  const done = trained
    ? l10n.t('{0} is trained on its labels as they are now.', isolated(ref.name))
    : l10n.t('The figures of {0} hold already: its labels are as they were at the last training.', isolated(ref.name));
  mention([done, ...accuracySentence(results)].join(' '));
}
