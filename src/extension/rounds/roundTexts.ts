import { l10n } from 'vscode';
import type { RoundTexts } from '../../shared/protocol/round';

/** The page's texts in the language of the window. {0} … stay for the page to fill in. */
export const roundTexts = (): RoundTexts => ({
  results: l10n.t('Results of {0}'),
  round: l10n.t('Round'),
  newest: l10n.t('Newest'),
  numbered: l10n.t('Round {0}'),
  trainedOn: l10n.t('Round {0}: trained on {1} labels.'),
  accuracy: l10n.t('Accuracy {0} ({1} to {2} at 95 %), macro-F1 {3}.'),
  onTest: l10n.t('Measured on {0} test images.'),
  onDrawn: l10n.t('Measured on {0} images that were drawn at random and are never trained on.'),
  byFolds: l10n.t(
    'Estimated by cross-validation on the {0} labelled images. These were not drawn at random, so the interval says only what so few images can tell.',
  ),
  notMeasured: l10n.t(
    'Not measured: this dataset has no test images, and too few are labelled of each class to estimate anything.',
  ),
  older: l10n.t('This was measured on other images, or with other classes, than the dataset has now.'),
  noLabel: l10n.t('No label of {0} yet: the model can never answer it.'),
  fewLabels: l10n.t('Only one label of {0}: the model hardly knows it.'),
  matrix: l10n.t('Confusion Matrix'),
  matrixHint: l10n.t(
    'Rows are the classes of images, columns what the model took them for. Press a number to see these images.',
  ),
  matrixKeys: l10n.t('Arrow keys go from number to number.'),
  cell: l10n.t('{0} images of {1}, taken for {2}'),
  cellOne: l10n.t('1 image of {1}, taken for {2}'),
  cellRight: l10n.t('{0} of {1} recognised'),
  classes: l10n.t('Classes'),
  class: l10n.t('Class'),
  labels: l10n.t('Labels'),
  measured: l10n.t('Measured on'),
  recall: l10n.t('Recall'),
  precision: l10n.t('Precision'),
  suspicious: l10n.t('Suspicious Labels'),
  suspiciousHint: l10n.t(
    'Labels with which a model that has not seen them, and their nearest neighbours, disagree most. They may be right.',
  ),
  suspiciousNone: l10n.t('Nothing speaks against any of the {0} labels.'),
  suspect: l10n.t('Look Again'),
  suspecting: l10n.t('Looking through the labels …'),
  showAll: l10n.t('Show All in the Gallery'),
  labelledAs: l10n.t('Labelled {0}'),
  othersSay: l10n.t('rather {0}, {1}'),
  noPicture: l10n.t('No picture'),
  emptyTitle: l10n.t('No Results Yet'),
  empty: l10n.t(
    'Results appear here each time Warmstart has trained on your labels. Label a batch, then run the next round.',
  ),
  gone: l10n.t('The dataset is no longer there: its dataset.json is gone. Restore it, or import its folder again.'),
  runRound: l10n.t('Run Active Round'),
  train: l10n.t('Train Again'),
  openFile: l10n.t('Open File'),
});
