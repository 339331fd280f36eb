import { l10n } from 'vscode';
import { type BuiltInName, builtInEncoders } from '../../shared/encoders';
import { externalNameOf, type FeatureName, kindOf, madeBefore, partsOf } from '../../shared/features';
import { isBuiltInName } from '../../shared/modelName';
import type { FeaturesFile } from '../../shared/schema/features';
import type { DatasetState } from '../datasets/datasetState';
import { isolated } from '../text';

/** What the pre-trained encoder stands for in rounds: it and HOG, weighed by the labels. */
export const PRETRAINED: FeatureName = 'combined';

/** What decides through which encoder rounds look. */
export type EncoderState = Pick<DatasetState, 'features' | 'encoder' | 'continued'>;

/** What rounds look through where files don't say: what needs a pre-trained encoder, without one, gives way to HOG. */
export function encoderInUse(state: EncoderState): FeatureName {
  const use = state.features?.use ?? PRETRAINED;
  return isMade(use, state) ? use : 'hog';
}

/** Whether what pre-training must have made for it is there. */
function isMade(use: FeatureName, { encoder, continued }: EncoderState): boolean {
  const needs = madeBefore(use);
  return (!needs.own || encoder !== null) && (!needs.continued || continued !== null);
}

/** Whether rounds can begin without a question: an encoder was chosen and is there, or was pre-trained. */
export const isSettled = (state: EncoderState): boolean =>
  state.encoder !== null || (state.features !== null && isMade(state.features.use, state));

/**
 * The built-in encoder that rounds look through as it is, and that may go on learning; null where there is none, or one has: a
 * dataset keeps one continued encoder. What was stopped before its end may always go on. `general` is left to the command line:
 * what it gains was not measured, and it takes four times as long (docs/results.md).
 */
export function canContinue({
  features,
  continued,
  continuingStopped,
}: Pick<DatasetState, 'features' | 'continued' | 'continuingStopped'>): BuiltInName | null {
  const mayLearn = continued === null || (continuingStopped && continued.base.name === 'faces');
  return features?.use === 'faces' && mayLearn ? 'faces' : null;
}

/** Where the eyes come from: one line for each encoder that stands side by side. */
export function originsOf(use: FeatureName, added: DatasetState['addedEncoders']): string[] {
  const parts = use === PRETRAINED ? (['pretrained', 'hog'] as const) : partsOf(use);
  return parts.map((part) => l10n.t('{0}: {1}', isolated(kindOf(part).title), originOf(part, added)));
}

function originOf(part: FeatureName, added: DatasetState['addedEncoders']): string {
  if (part === 'pretrained') return l10n.t("learnt from the dataset's own images, without labels");
  if (part === 'continued')
    return l10n.t(
      "a built-in encoder whose last blocks went on learning from the dataset's own images, without labels",
    );
  if (part === 'hog') return l10n.t('histograms of gradients; nothing is learnt');
  if (isBuiltInName(part)) return builtInEncoders[part].origin;
  const own = added.find(({ name }) => name === externalNameOf(part));
  return own?.trainedOn ? l10n.t('your own; {0}', isolated(own.trainedOn)) : l10n.t('your own');
}

/** Why it is that one, where no person said so; a sentence. */
export function whyInUse({ chosenBy, why }: FeaturesFile): string | null {
  switch (chosenBy) {
    case 'person':
      return null;
    case 'guess':
      return l10n.t('Guessed: {0}.', why);
  }
}
