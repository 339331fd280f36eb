import { l10n } from 'vscode';
import { type FeatureName, kindOf } from '../../shared/features';
import type { FeaturesFile } from '../../shared/schema/features';
import type { DatasetState } from '../datasets/datasetState';

/** What decides through which encoder rounds look. */
export type EncoderState = Pick<DatasetState, 'features' | 'encoder'>;

/** What rounds look through where files don't say: what needs a pre-trained encoder, without one, gives way to HOG. */
export function encoderInUse({ features, encoder }: EncoderState): FeatureName {
  const use = features?.use ?? 'combined';
  return encoder || !kindOf(use).pretrained ? use : 'hog';
}

/** Whether rounds can begin without a question: an encoder was chosen and is there, or was pre-trained. */
export const isSettled = ({ features, encoder }: EncoderState): boolean =>
  encoder !== null || (features !== null && !kindOf(features.use).pretrained);

/** What an encoder is and where it comes from, as part of a sentence. */
export const whatItIs = (use: FeatureName): string =>
  kindOf(use).what ?? l10n.t("the encoder that was pre-trained on the dataset's own images");

/** Why it is that one, where no person said so; a sentence. */
export function whyInUse({ chosenBy, why }: FeaturesFile): string | null {
  switch (chosenBy) {
    case 'person':
      return null;
    case 'guess':
      return l10n.t('Guessed: {0}.', why);
    case 'evidence':
      return l10n.t('The labels speak for it: {0}.', why);
  }
}
