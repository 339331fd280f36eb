import { l10n } from 'vscode';
import type { GalleryTexts } from '../../shared/protocol/gallery';

/** The texts of the gallery's page in the language of VS Code; the page fills in {0}, {1} … */
export function galleryTexts(): GalleryTexts {
  return {
    images: l10n.t('Images'),
    shown: l10n.t('{0} of {1} images'),
    loading: l10n.t('The images are being listed …'),
    nothing: l10n.t('No image fits.'),
    showAll: l10n.t('Show All Images'),
    show: l10n.t('Show'),
    sort: l10n.t('Sort by'),
    find: l10n.t('Find a name (/)'),
    size: l10n.t('Size of the pictures'),
    smaller: l10n.t('Smaller Pictures'),
    larger: l10n.t('Larger Pictures'),
    help: l10n.t('Keyboard Help'),
    close: l10n.t('Close'),
    predictionsNone: l10n.t('No model has been trained yet, so there are no predictions.'),
    predictionsLoading: l10n.t('The model is looking at the images.'),
    suspicionsLoading: l10n.t('Labels are being compared with each other …'),
    predicted: l10n.t('the model says {0}, {1}'),
    ...orderTexts(),
    ...statusTexts(),
    ...labellingTexts(),
    ...largeTexts(),
    ...helpTexts(),
  };
}

/** What is shown, and in which order. */
const orderTexts = () => ({
  filterAll: l10n.t('All images'),
  filterUnlabelled: l10n.t('Unlabelled'),
  filterLabelled: l10n.t('Labelled'),
  filterWrong: l10n.t('Label and model disagree'),
  filterDisputed: l10n.t('Disputed'),
  filterSkipped: l10n.t('Skipped'),
  filterFlagged: l10n.t('Flagged'),
  filterTest: l10n.t('Test images'),
  filterLabel: l10n.t('Label'),
  filterPredicted: l10n.t('Predicted'),
  sortName: l10n.t('Name'),
  sortTime: l10n.t('Newest answer'),
  sortConfidence: l10n.t('Least sure prediction'),
  sortSuspicion: l10n.t('Most suspicious label'),
});

const statusTexts = () => ({
  statusOpen: l10n.t('not labelled'),
  statusSaving: l10n.t('saving'),
  statusSkipped: l10n.t('skipped'),
  statusUnsaved: l10n.t('not saved'),
  statusDisputed: l10n.t('disputed'),
  statusUnknown: l10n.t('unknown class'),
  statusFlagged: l10n.t('flagged'),
  statusTest: l10n.t('test image'),
  statusSuspicious: l10n.t('suspicion {0}'),
});

const labellingTexts = () => ({
  classes: l10n.t('Classes'),
  addClass: l10n.t('Add Class'),
  filterClasses: l10n.t('Find a class'),
  moreClasses: l10n.t('{0} more: type to find them'),
  noClassFits: l10n.t('No class has that in its name'),
  skip: l10n.t('Skip'),
  undo: l10n.t('Undo'),
  selection: l10n.t('Selected: {0}'),
  selectionHint: l10n.t('Select images, then press a class: it is given to all of them.'),
  position: l10n.t('Image {0} of {1}'),
  paused: l10n.t('Labelling is paused'),
  saved: l10n.t('Saved: {0}.'),
  savedMany: l10n.t('Saved: {0} for {1} images.'),
  skipped: l10n.t('Skipped: {0}.'),
  undone: l10n.t('Undone: {0}'),
  undoneMany: l10n.t('Undone for {0} images.'),
  nothingToUndo: l10n.t('There is nothing to undo.'),
  notSaved: l10n.t('Not saved: {0}'),
  unsavedCount: l10n.t('Answers that are not saved: {0}'),
  retry: l10n.t('Try Again'),
  discard: l10n.t('Discard'),
  testNotLabelled: l10n.t('Test images are not labelled here; they measure the accuracy.'),
  unseenNotLabelled: l10n.t('Images that can not be shown are not labelled: {0}.'),
});

const largeTexts = () => ({
  large: l10n.t('Large picture'),
  back: l10n.t('Back to All Images'),
  previous: l10n.t('Previous Image'),
  next: l10n.t('Next Image'),
  zoomIn: l10n.t('Zoom In'),
  zoomOut: l10n.t('Zoom Out'),
  fit: l10n.t('Whole Picture or Full Size'),
  openImage: l10n.t('Open Original'),
  revealImage: l10n.t('Reveal in Explorer'),
  pictureMissing: l10n.t('This picture can not be shown.'),
});

/** The keys; what they do is in `webview-ui/gallery/keys.ts`. */
const helpTexts = () => ({
  helpTitle: l10n.t('Keys'),
  helpClasses: l10n.t('Give the class with that key to all selected images'),
  helpAddClass: l10n.t('Add a class'),
  helpFilter: l10n.t('Filters and order stand above the images'),
  helpUndo: l10n.t('Undo the last step, on all of its images'),
  helpSkip: l10n.t('Skip: no label for these images'),
  helpSelect: l10n.t('Select the image, or one more'),
  helpRange: l10n.t('Select a range'),
  helpAll: l10n.t('Select all that are shown'),
  helpBand: l10n.t('Drag over images to select them'),
  helpLarge: l10n.t('Show the image large; a double click does the same'),
  helpZoom: l10n.t('Whole picture or full size; the wheel zooms, dragging moves the picture'),
  helpOpen: l10n.t('Open the original in the editor'),
  helpSize: l10n.t('Smaller or larger pictures'),
  helpFind: l10n.t('Find images by name'),
  helpBack: l10n.t('Back to all images, or select none'),
  helpSaved: l10n.t('Each label is saved at once.'),
});
