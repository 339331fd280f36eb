import { l10n, type QuickPickItem, QuickPickItemKind } from 'vscode';
import { builtInEncoders, builtInNames } from '../../shared/encoders';
import { externalNameOf, type FeatureName, isFeatureName, kindOf, partsOf } from '../../shared/features';
import type { DatasetState } from '../datasets/datasetState';
import { imagesText, moment, plainLabel } from '../text';
import { canContinue, encoderInUse, PRETRAINED } from './inUse';

/** An encoder to choose, or a way to come by one. */
export interface EncoderChoice extends QuickPickItem {
  readonly choice: FeatureName | 'continue' | 'pretrain' | 'addFile' | 'addFolder';
}

type ChoosingState = Pick<
  DatasetState,
  'features' | 'encoder' | 'encoderWritten' | 'continued' | 'continuedWritten' | 'continuingStopped' | 'addedEncoders'
>;

/** Everything that rounds could look through; what they look through now is marked, and the first where it can be. */
export function encoderChoices(state: ChoosingState): EncoderChoice[] {
  const shipped = [...builtInNames.map(builtIn), ...continuedChoice(state), ...ownImages(state), hog()];
  const added = state.addedEncoders.map(({ name, trainedOn }) => addedChoice(name, trainedOn));
  const current = state.features && encoderInUse(state);
  const marked = [...shipped, ...added].map((item) => (item.choice === current ? inUse(item) : item));
  const first = marked.filter(({ choice }) => choice === current);
  return [
    ...first,
    ...marked.filter((item) => !first.includes(item) && !isAdded(item)),
    separator(l10n.t('Your own')),
    ...marked.filter((item) => !first.includes(item) && isAdded(item)),
    {
      label: `$(add) ${l10n.t('Add an ONNX File…')}`,
      detail: l10n.t('A network of yours, or one that you fetched; nothing is downloaded.'),
      choice: 'addFile',
    },
    {
      label: `$(add) ${l10n.t('Add the Folder of a Model…')}`,
      detail: l10n.t('As Hugging Face has them (CLIP, DINOv2): an ONNX file with preprocessor_config.json.'),
      choice: 'addFolder',
    },
  ];
}

/** The guess first, with what it stands on; then the others. */
export function importChoices(guess: FeatureName, why: string): EncoderChoice[] {
  const all = [...builtInNames.map(builtIn), pretrain(), hog()];
  return [
    ...all
      .filter(({ choice }) => choice === guess)
      .map((item) => ({ ...item, description: plainLabel(l10n.t('guessed: {0}', why)) })),
    ...all.filter(({ choice }) => choice !== guess),
  ];
}

function builtIn(name: (typeof builtInNames)[number]): EncoderChoice {
  const { title, origin } = builtInEncoders[name];
  const icon = name === 'faces' ? 'smiley' : 'device-camera';
  return { label: `$(${icon}) ${title}`, detail: sentence(origin), choice: name };
}

/** The built-in encoder that went on learning, or, where rounds look through one as it is, that it may. */
function continuedChoice(state: ChoosingState): EncoderChoice[] {
  const { continued, continuedWritten, continuingStopped } = state;
  const base = canContinue(state);
  const choices: EncoderChoice[] = [];
  if (base)
    choices.push({
      label: `$(sparkle) ${l10n.t('Let {0} Go On Learning from Your Images', builtInEncoders[base].title)}`,
      detail: continuingStopped
        ? l10n.t('It was stopped, and goes on from there, in the background.')
        : l10n.t('Without labels, in the background, while you label: it gives way to rounds and can be stopped.'),
      choice: 'continue',
    });
  if (!continued || continuedWritten === null) return choices;
  const { title } = builtInEncoders[continued.base.name];
  return [
    ...choices,
    {
      label: `$(sparkle) ${l10n.t('{0}, Continued on Your Images', title)}`,
      detail: l10n.t(
        'Its last blocks went on learning from {0} of the dataset, without labels, on {1}.',
        imagesText(continued.images),
        moment(continuedWritten),
      ),
      choice: 'continued',
    },
  ];
}

/** Pre-training, or what it made, alone and beside the encoder in use. */
function ownImages(state: ChoosingState): EncoderChoice[] {
  const { encoder, encoderWritten } = state;
  if (!encoder || encoderWritten === null) return [pretrain()];
  const made: EncoderChoice = {
    label: `$(flame) ${l10n.t('Pre-trained on Your Images')}`,
    detail: l10n.t(
      'Learnt from the dataset itself without labels, on {0}; HOG features beside it.',
      moment(encoderWritten),
    ),
    choice: PRETRAINED,
  };
  const both = besidePretrained(encoderInUse(state)) ?? 'faces+pretrained';
  const parts = partsOf(both).map((part) => kindOf(part).title);
  return [
    made,
    {
      label: `$(layers) ${plainLabel(parts.join(' + '))}`,
      detail: l10n.t('Side by side.'),
      choice: both,
    },
  ];
}

const pretrain = (): EncoderChoice => ({
  label: `$(flame) ${l10n.t('Your Own Images: Pre-train')}`,
  description: l10n.t('minutes to an hour, without labels'),
  detail: l10n.t("The paper's method: for images unlike photographs (microscopes, drawings)."),
  choice: 'pretrain',
});

const hog = (): EncoderChoice => ({
  label: `$(symbol-ruler) ${kindOf('hog').title}`,
  detail: l10n.t('Histograms of gradients: nothing is learnt, at once there.'),
  choice: 'hog',
});

const addedChoice = (name: string, trainedOn: string | null): EncoderChoice => ({
  label: `$(package) ${plainLabel(name)}`,
  detail: plainLabel(trainedOn ?? l10n.t('What it was trained on is not said.')),
  choice: `external:${name}`,
});

const isAdded = ({ choice }: EncoderChoice): boolean => externalNameOf(choice) !== null;

const inUse = (item: EncoderChoice): EncoderChoice => ({ ...item, description: l10n.t('in use') });

const separator = (label: string): EncoderChoice => ({ label, kind: QuickPickItemKind.Separator, choice: 'addFile' });

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** An encoder in use and the pre-trained one beside it; null where that is nothing new. */
export function besidePretrained(use: FeatureName): FeatureName | null {
  if (kindOf(use).pretrained || use === 'hog') return null;
  const both = `${use}+pretrained`;
  return isFeatureName(both) ? both : null;
}
