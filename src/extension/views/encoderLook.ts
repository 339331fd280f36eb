import { l10n, ThemeColor, ThemeIcon } from 'vscode';
import { hasLearnt } from '../../shared/encoderHealth';
import { kindOf, madeBefore } from '../../shared/features';
import { percentDone } from '../../shared/percent';
import type { DatasetState } from '../datasets/datasetState';
import { encoderInUse, isSettled, originsOf, PRETRAINED, whyInUse } from '../encoders/inUse';
import type { RunningTask } from '../jobs/jobRunner';
import { shareOfWork } from '../jobs/progressText';
import { duration, imagesText, moment, numberText, shortDate } from '../text';
import type { Look } from './look';

/** What rounds look through, what is done for it now, and what became of pre-training. */
export function encoderLook(state: DatasetState, task?: RunningTask): Look {
  const { description, icon, tooltip } = task ? workingLook(state, task) : restingLook(state);
  return {
    label: l10n.t('Encoder'),
    description,
    icon,
    context: task?.job === 'pretrain' ? 'encoder.running' : contextOf(state),
    tooltip,
  };
}

type Shown = Required<Pick<Look, 'description' | 'icon' | 'tooltip'>>;

function workingLook(state: DatasetState, { title, job, progress }: RunningTask): Shown {
  const share = progress && shareOfWork(progress);
  const done = share === null ? '' : ` ${percentDone(share)}`;
  const description =
    job === 'pretrain' ? l10n.t('pre-training{0}', done) : `${titleInUse(state)}${done === '' ? '' : ` ·${done}`}`;
  return { description, icon: new ThemeIcon('sync~spin'), tooltip: [title, ...originLines(state)] };
}

function restingLook(state: DatasetState): Shown {
  const { encoder, continued, pretrainingStopped } = state;
  const stopped = pretrainingStopped ? [l10n.t('A pre-training was stopped and can go on.')] : [];
  const written = writtenInUse(state);
  const words = [
    ...(isSettled(state) || !pretrainingStopped ? [titleInUse(state)] : []),
    ...(written === null ? [] : [shortDate(written)]),
    ...(pretrainingStopped ? [l10n.t('pre-training stopped')] : []),
  ];
  return {
    description: words.join(' · '),
    icon: iconOf(state),
    tooltip: [
      ...originLines(state),
      ...(encoder || continued ? [] : [l10n.t('Not pre-trained on its own images.')]),
      ...continuedLines(state),
      ...pretrainedLines(state),
      ...stopped,
    ],
  };
}

/** When what pre-training made of the encoder in use was written; null where it made nothing of it. */
function writtenInUse(state: DatasetState): number | null {
  const { own, continued } = madeBefore(encoderInUse(state));
  if (continued) return state.continuedWritten;
  return own ? state.encoderWritten : null;
}

/** The encoder in use in a few words, where somebody or something chose it. */
const titleInUse = (state: DatasetState): string =>
  isSettled(state) ? kindOf(encoderInUse(state)).title : l10n.t('not chosen yet');

function originLines(state: DatasetState): string[] {
  const why = state.features && whyInUse(state.features);
  return [...originsOf(encoderInUse(state), state.addedEncoders), ...(why ? [why] : [])];
}

function continuedLines({ continued, continuedWritten }: DatasetState): string[] {
  if (!continued || continuedWritten === null) return [];
  const { base, epochs, images: seen, seconds, health } = continued;
  const rank = ({ effectiveRank }: typeof health.before) => numberText(effectiveRank, 1);
  return [
    l10n.t('{0} continued in {1}, on {2}', kindOf(base.name).title, duration(seconds), moment(continuedWritten)),
    l10n.t(
      '{0} epochs on {1}; effective rank before {2}, after {3}',
      numberText(epochs),
      imagesText(seen),
      rank(health.before),
      rank(health.after),
    ),
  ];
}

function pretrainedLines(state: DatasetState): string[] {
  const { encoder, encoderWritten } = state;
  if (!encoder || encoderWritten === null) return [];
  const { health, epochs, images: seen, preset, encoder: architecture, seconds } = encoder;
  return [
    l10n.t('Pre-trained in {0}, on {1}', duration(seconds), moment(encoderWritten)),
    l10n.t('{0}, preset {1}: {2} epochs on {3}', architecture, preset, numberText(epochs), imagesText(seen)),
    l10n.t('Uniformity {0}, effective rank {1}', numberText(health.uniformity, 2), numberText(health.effectiveRank, 1)),
    ...(hasLearnt(health)
      ? []
      : [
          encoderInUse(state) === PRETRAINED
            ? l10n.t(
                'It has learnt next to nothing yet: rounds begin with HOG, and labels decide what it is worth. Pre-train for longer.',
              )
            : l10n.t('It has learnt next to nothing yet. Pre-train for longer.'),
        ]),
  ];
}

function iconOf(state: DatasetState): ThemeIcon {
  if (state.pretrainingStopped) return new ThemeIcon('debug-pause');
  if (!isSettled(state)) return new ThemeIcon('circle-outline');
  const { encoder } = state;
  const isWeak = encoder !== null && madeBefore(encoderInUse(state)).own && !hasLearnt(encoder.health);
  return isWeak ? new ThemeIcon('warning') : new ThemeIcon('eye', new ThemeColor('testing.iconPassed'));
}

/** For menus: what can be done about pre-training. */
function contextOf({ encoder, pretrainingStopped }: DatasetState): string {
  if (pretrainingStopped) return 'encoder.stopped';
  return encoder ? 'encoder.done' : 'encoder.none';
}
