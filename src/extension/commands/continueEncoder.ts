import { l10n } from 'vscode';
import { builtInEncoders } from '../../shared/encoders';
import type { EngineJobs } from '../../shared/protocol/engine';
import type { DatasetRef } from '../../shared/workspace/paths';
import type { DatasetState } from '../datasets/datasetState';
import { canContinue } from '../encoders/inUse';
import { showFailure } from '../errors';
import { tell } from '../notify';
import type { Services } from '../services';
import { settingsOf } from '../settings';
import { imagesText, isolated, labelsText, percentText } from '../text';
import { lookAhead } from './lookAhead';

/** Fewer images teach an encoder too little to ask somebody about it; who wants it finds it in the list of encoders. */
const WORTH_ASKING = 500;

/** Where it is remembered what somebody was asked: `new`, `stopped`; or that it was `begun` and has not ended. */
const key = ({ directory }: DatasetRef) => `continuing offered ${directory}`;

/**
 * Offers, once for a dataset, that the built-in encoder goes on learning from its images while the first batches are labelled.
 * One that was begun and stopped is offered once more, with the next round.
 */
export async function offerContinuing(services: Services, ref: DatasetRef): Promise<void> {
  const { datasets, jobs, context } = services;
  const state = await datasets.read(ref);
  if (!state || !('file' in state) || jobs.taskOn(ref, 'continueEncoder')) return;
  const base = canContinue(state);
  const { file } = state;
  if (!base || file.split.train < WORTH_ASKING) return;
  const asked = context.workspaceState.get(key(ref));
  // nothing on the disk tells of a run that was stopped while its views were made
  const isStopped = state.continuingStopped || asked === 'begun' || asked === 'stopped';
  const question = isStopped ? 'stopped' : 'new';
  if (asked === question) return;
  await context.workspaceState.update(key(ref), question);
  const title = builtInEncoders[base].title;
  tell(
    isStopped
      ? l10n.t('{0} was learning from the images of {1} and was stopped.', title, isolated(ref.name))
      : l10n.t(
          'While you label, {0} can go on learning from the {1} of {2}, without labels. It gives way to rounds.',
          title,
          imagesText(file.split.train),
          isolated(ref.name),
        ),
    {
      title: isStopped ? l10n.t('Go On') : l10n.t('Learn in the Background'),
      run: () => continueInBackground(services, state),
    },
  );
}

/** Has the encoder in use go on learning while nobody waits; the status bar shows how far it is, and can stop it. */
export function continueInBackground(services: Services, state: DatasetState): void {
  run(services, state).catch((error: unknown) => showFailure(error, services.log));
}

async function run(services: Services, state: DatasetState): Promise<void> {
  const { jobs, datasets, context } = services;
  const { ref } = state;
  const base = canContinue(state);
  if (!base) return;
  const { seed } = settingsOf(ref);
  const title = l10n.t('{0} learns from the images of {1}', builtInEncoders[base].title, isolated(ref.name));
  const params = { workspace: ref.workspace, dataset: ref.name, base, seed };
  await context.workspaceState.update(key(ref), 'begun');
  const report = await jobs.runAhead(title, ref, 'continueEncoder', params);
  await datasets.refresh();
  if (!report) return;
  await context.workspaceState.update(key(ref), 'new');
  tell(whatItBrought(ref, report));
  if (report.inUse === 'continued') lookAhead(services, ref);
}

/** Before and after, by the labels where there are enough. */
function whatItBrought(ref: DatasetRef, { encoder, labels, inUse }: EngineJobs['continueEncoder']['result']): string {
  const { base, images: seen } = encoder;
  const learnt = l10n.t(
    '{0} has learnt from {1} of {2}.',
    builtInEncoders[base.name].title,
    imagesText(seen),
    isolated(ref.name),
  );
  const figures = labels
    ? l10n.t(
        'On {0}, by cross-validation: {1} right before, {2} after.',
        labelsText(labels.labels),
        percentText(labels.before.accuracy),
        percentText(labels.after.accuracy),
      )
    : l10n.t('There are too few labels yet to tell whether it helps.');
  return [learnt, figures, whatRoundsDo(labels?.isWorse ?? false, inUse)].join(' ');
}

function whatRoundsDo(isWorse: boolean, inUse: string | null): string {
  if (inUse === 'continued') return l10n.t('Rounds look through it from now on.');
  return isWorse
    ? l10n.t('It is clearly worse by these labels, so rounds go on as before; Use an Encoder takes it all the same.')
    : l10n.t('Rounds look through another encoder, and go on as before; Use an Encoder takes this one.');
}
