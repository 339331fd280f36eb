import { l10n, window } from 'vscode';
import { FEWEST_HELD_OUT } from '../../shared/workspace/heldOut';
import { Refusal } from '../errors';
import { mention } from '../notify';
import type { Services } from '../services';
import { settingsOf } from '../settings';
import { imagesText, isolated, numberText } from '../text';
import { pickDataset } from './pickDataset';

/** Enough to tell an accuracy to about 7 points; of small datasets at most a fifth. */
const USUAL = 200;
const SHARE = 0.2;

/** Draws a random sample whose labels tell how good the model is, and opens it for labelling. */
export async function drawTestSet(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref, file } = state;
  if (file.split.test > 0)
    throw new Refusal(l10n.t('{0} has test images already; accuracy is measured on these.', isolated(ref.name)));
  const most = Math.floor(file.split.train / 2);
  const usual = Math.max(FEWEST_HELD_OUT, Math.min(USUAL, Math.round(SHARE * file.split.train)));
  const wanted = await window.showInputBox({
    title: l10n.t('Draw a test set from {0}', isolated(ref.name)),
    prompt: l10n.t(
      'How many images? They are drawn at random, labelled by you, and never trained on, also those that have labels already. 200 tell the accuracy to about 7 points.',
    ),
    value: String(usual),
    validateInput: (text) =>
      /^\d+$/.test(text.trim()) && Number(text) >= FEWEST_HELD_OUT && Number(text) <= most
        ? undefined
        : l10n.t('Enter a whole number from {0} to {1}.', FEWEST_HELD_OUT, numberText(most)),
  });
  if (wanted === undefined) return;
  const params = { workspace: ref.workspace, dataset: ref.name, images: Number(wanted), seed: settingsOf(ref).seed };
  const title = l10n.t('Test set of {0}', isolated(ref.name));
  const drawn = await services.jobs.run(title, ref, (run) => run('testSet', params));
  await services.datasets.refresh();
  if (!drawn) return;
  const { round } = drawn.round;
  await services.labelling.open(ref, round);
  mention(
    l10n.t(
      'Round {0} of {1}: {2} to measure accuracy on.',
      round,
      isolated(ref.name),
      imagesText(drawn.round.picks.length),
    ),
  );
}
