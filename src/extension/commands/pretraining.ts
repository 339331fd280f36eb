import { commands, l10n, type QuickPickItem, window } from 'vscode';
import type { EngineJobs } from '../../shared/protocol/engine';
import type { DatasetRef } from '../../shared/workspace/paths';
import type { DatasetState } from '../datasets/datasetState';
import { engineCode, Refusal } from '../errors';
import { offer, tell } from '../notify';
import type { Services } from '../services';
import { settingsOf } from '../settings';
import { duration, imagesText, isolated, moment, numberText } from '../text';

/** What decides how a pre-training goes; to go on with one, it has to be the same. */
interface Plan {
  readonly preset: string;
  readonly minutes: number;
  readonly seed: number;
}

/** A plan, and when it was begun. */
interface Remembered extends Plan {
  readonly begun?: number;
}

/** What was asked for, and how it ends: false when it did not come to its end. */
interface Begun {
  readonly finished: Promise<boolean>;
}

/** Asks for how long, then pre-trains. False when it did not come to its end. */
export async function pretrain(services: Services, state: DatasetState, given?: number): Promise<boolean> {
  const begun = await beginPretraining(services, state, given);
  return begun ? begun.finished : false;
}

/** Asks for how long, and begins: it runs in the background, so that there is labelling meanwhile. Null when nothing was chosen. */
export async function beginPretraining(services: Services, state: DatasetState, given?: number): Promise<Begun | null> {
  refuseWhilePretraining(services, state.ref);
  const choice = given === undefined ? await choose(services, state) : { ...planOf(state, given), restart: false };
  if (!choice) return null;
  const { restart, ...plan } = choice;
  await services.context.workspaceState.update(key(state.ref), { ...plan, begun: Date.now() });
  return { finished: runToEnd(services, state, plan, restart) };
}

/** Offers, once for each that was begun, to go on with a pre-training that a reload or a crash of the window has interrupted. */
export async function offerInterrupted({ context, jobs }: Services, states: readonly DatasetState[]): Promise<void> {
  for (const { ref, pretrainingStopped } of states) {
    const plan = context.workspaceState.get<Remembered>(key(ref));
    const asked = `${key(ref)} offered`;
    if (!pretrainingStopped || !plan?.begun || jobs.taskOn(ref, 'pretrain')) continue;
    if (context.workspaceState.get(asked) === plan.begun) continue;
    await context.workspaceState.update(asked, plan.begun);
    tell(l10n.t('Pre-training of {0} was interrupted; it goes on from there.', isolated(ref.name)), {
      title: l10n.t('Continue'),
      run: () => commands.executeCommand('warmstart.pretrain', ref, { minutes: plan.minutes }),
    });
  }
}

async function runToEnd(services: Services, state: DatasetState, plan: Plan, restart: boolean): Promise<boolean> {
  try {
    return await run(services, state, plan, restart);
  } catch (error) {
    if (await offerToContinue(services, state.ref, plan, error)) return false;
    // the checkpoint belongs to other settings, from the command line or from before a change of the settings
    if (!state.pretrainingStopped || restart || engineCode(error) !== 'input') throw error;
    let finished = false;
    await offer((error as Error).message, {
      title: l10n.t('Start Again'),
      run: async () => {
        finished = await run(services, state, plan, true);
      },
    });
    return finished;
  }
}

/** After a failure of the device or of the engine: what was saved is not lost. False when there is nothing to go on from. */
async function offerToContinue(
  { datasets, log }: Services,
  ref: DatasetRef,
  { minutes }: Plan,
  error: unknown,
): Promise<boolean> {
  const code = engineCode(error);
  if (code !== 'device' && code !== 'defect') return false;
  await datasets.refresh();
  const state = await datasets.read(ref);
  if (!state || !('pretrainingStopped' in state) || !state.pretrainingStopped) return false;
  log.error(error as Error);
  tell(
    (error as Error).message,
    { title: l10n.t('Continue'), run: () => commands.executeCommand('warmstart.pretrain', ref, { minutes }) },
    { title: l10n.t('Select Device'), run: () => commands.executeCommand('warmstart.selectDevice') },
    { title: l10n.t('Show Log'), run: () => log.show() },
  );
  return true;
}

/** Before anything is asked that could not be done anyway: one at a time. */
function refuseWhilePretraining({ jobs }: Services, ref: DatasetRef): void {
  if (jobs.taskOn(ref, 'pretrain'))
    throw new Refusal(
      l10n.t('The encoder of {0} is being pre-trained; try again when that is done.', isolated(ref.name)),
    );
}

async function run(services: Services, { ref }: DatasetState, plan: Plan, restart: boolean): Promise<boolean> {
  const params = { workspace: ref.workspace, dataset: ref.name, ...plan, restart };
  const title = l10n.t('Pre-training {0}', isolated(ref.name));
  const report = await services.jobs.runAhead(title, ref, 'pretrain', { ...params, ahead: true });
  await services.datasets.refresh();
  if (!report) {
    tell(l10n.t('Pre-training of {0} was stopped; run it again to go on from there.', isolated(ref.name)), {
      title: l10n.t('Continue'),
      run: () => commands.executeCommand('warmstart.pretrain', ref),
    });
    return false;
  }
  logHealth(services, ref, report);
  return true;
}

const planOf = (state: DatasetState, minutes: number): Plan => {
  const { pretrainingPreset: preset, seed } = settingsOf(state.ref);
  return { preset, minutes, seed };
};

/** Where the plan of an unfinished pre-training is remembered in the workspace's state. */
const key = ({ directory }: DatasetRef) => `pretraining ${directory}`;

function planIn(remembered: Remembered | undefined): Plan | undefined {
  if (!remembered) return undefined;
  const { begun: _, ...plan } = remembered;
  return plan;
}

interface Choice extends QuickPickItem {
  readonly plan: Plan | null;
  readonly restart: boolean;
}

async function choose({ context }: Services, state: DatasetState): Promise<(Plan & { restart: boolean }) | undefined> {
  const { ref, encoder, encoderWritten, pretrainingStopped, file } = state;
  const usual = settingsOf(ref).pretrainingMinutes;
  const begun = planIn(context.workspaceState.get<Remembered>(key(ref)));
  const again = encoder !== null || pretrainingStopped;
  const choices: Choice[] = [];
  if (pretrainingStopped && begun)
    choices.push({
      label: `$(debug-continue) ${l10n.t('Continue')}`,
      description: l10n.t('{0} in all, as begun', duration(begun.minutes * 60)),
      plan: begun,
      restart: false,
    });
  const lengths = [...new Set([2, 10, usual, 60])].sort((a, b) => a - b);
  for (const minutes of lengths)
    choices.push({
      label: again ? l10n.t('Start again: {0}', duration(minutes * 60)) : duration(minutes * 60),
      description: [
        minutes === usual ? l10n.t('as in the settings') : adviceOn(minutes),
        ...epochsIn(minutes, state),
      ].join(' · '),
      plan: planOf(state, minutes),
      restart: again,
    });
  choices.push({ label: l10n.t('Custom…'), plan: null, restart: again });
  const placeHolder =
    encoder && encoderWritten !== null
      ? l10n.t('Pre-trained on {0}; starting again replaces it at the end.', moment(encoderWritten))
      : l10n.t('For how long? {0} without labels; it can be stopped and continued.', imagesText(file.split.train));
  const picked = await window.showQuickPick(choices, {
    title: l10n.t('Pre-train Encoder of {0}', isolated(ref.name)),
    placeHolder,
  });
  if (!picked) return undefined;
  if (picked.plan) return { ...picked.plan, restart: picked.restart };
  const minutes = await askMinutes(usual);
  return minutes === undefined ? undefined : { ...planOf(state, minutes), restart: picked.restart };
}

/** What this machine reaches in that time, by the rate of the encoder that is there. */
function epochsIn(minutes: number, { encoder, file }: DatasetState): string[] {
  const epochs = encoder ? Math.round((minutes * 60 * encoder.imagesPerSecond) / file.split.train) : 0;
  return epochs < 1 ? [] : [l10n.t('about {0} epochs here', numberText(epochs))];
}

function adviceOn(minutes: number): string {
  if (minutes <= 2) return l10n.t('to see how it works');
  return minutes <= 10 ? l10n.t('a few thousand small images') : l10n.t('better features');
}

async function askMinutes(usual: number): Promise<number | undefined> {
  const text = await window.showInputBox({
    title: l10n.t('Minutes of Pre-training'),
    value: String(usual),
    validateInput: (value) => (Number(value) > 0 ? undefined : l10n.t('Give a number of minutes above 0.')),
  });
  return text === undefined ? undefined : Number(text);
}

function logHealth({ log }: Services, ref: DatasetRef, report: EngineJobs['pretrain']['result']): void {
  const { epochs, images: seen, seconds, imagesPerSecond, health } = report.encoder;
  log.info(
    `${ref.name}: encoder of ${epochs} epochs on ${seen} images in ${numberText(seconds)} s (${numberText(imagesPerSecond)} images/s), ` +
      `uniformity ${health.uniformity.toFixed(3)}, effective rank ${health.effectiveRank.toFixed(1)}`,
  );
}
