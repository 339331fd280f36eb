import { commands, l10n } from 'vscode';
import { annotatorOf } from '../answers/annotator';
import { type DatasetState, openRound } from '../datasets/datasetState';
import { offer } from '../notify';
import type { Services } from '../services';
import { settingsOf } from '../settings';
import { isolated, numberText } from '../text';
import { mark } from '../trace';
import { numberIn } from './arguments';
import { pickDataset } from './pickDataset';

/** Opens the round that waits for answers, or the one that the argument names. */
export async function labelBatch(services: Services, target?: unknown): Promise<void> {
  mark('label');
  const state = await pickDataset(services, target);
  if (!state) return;
  const wanted = numberIn(target, 'round');
  const round =
    state.rounds.find((of) => of.round === wanted) ?? openRound(state, annotatorOf(settingsOf(state.ref).annotator));
  if (round) await services.labelling.open(state.ref, round.round);
  else await offerNext(services, state);
}

async function offerNext({ labelling }: Services, { ref, rounds }: DatasetState): Promise<void> {
  const runRound = {
    title: l10n.t('Run Active Round'),
    run: () => commands.executeCommand('warmstart.runRound', ref),
  };
  const last = rounds.at(-1);
  if (!last) {
    await offer(l10n.t('No images of {0} have been chosen for labelling yet.', isolated(ref.name)), runRound);
    return;
  }
  const review = { title: l10n.t('Review Last Batch'), run: () => labelling.open(ref, last.round) };
  await offer(
    l10n.t('Every image of the {0} rounds of {1} is answered.', numberText(rounds.length), isolated(ref.name)),
    runRound,
    review,
  );
}
