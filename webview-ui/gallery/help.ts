import type { GalleryTexts } from '../../src/shared/protocol/gallery';
import { ADD_CLASS_KEY } from '../common/classKeys';
import { createKeyHelp } from '../common/keyHelp';

/** The keys, in a dialog. */
export const createHelp = (texts: GalleryTexts): HTMLDialogElement =>
  createKeyHelp(
    [
      [['1', '…', '9', 'Q', '…'], texts.helpClasses],
      [['0'], texts.helpSkip],
      [['Ctrl Enter'], texts.helpAccept],
      [['F'], texts.helpFlag],
      [[ADD_CLASS_KEY], texts.helpAddClass],
      [['Backspace'], texts.helpUndo],
      [['Space', 'Ctrl'], texts.helpSelect],
      [['Shift'], texts.helpRange],
      [['Ctrl A'], texts.helpAll],
      [['Enter'], texts.helpLarge],
      [['Z'], texts.helpZoom],
      [['P'], texts.helpSeen],
      [['N'], texts.helpSimilar],
      [['O'], texts.helpOpen],
      [['-', '+'], texts.helpSize],
      [['/'], texts.helpFind],
      [['Escape'], texts.helpBack],
    ],
    { title: texts.helpTitle, notes: [texts.helpBand, texts.helpFilter, texts.helpSaved], close: texts.close },
  );
