import type { LabellingTexts } from '../../src/shared/protocol/labelling';
import { ADD_CLASS_KEY } from '../common/classKeys';
import { createKeyHelp } from '../common/keyHelp';

/** The keys, in a dialog. */
export const createHelp = (texts: LabellingTexts): HTMLDialogElement =>
  createKeyHelp(
    [
      [['1', '…', '9'], texts.helpClasses],
      [['A', '…', 'Z'], texts.helpLetters],
      [['/'], texts.helpFilter],
      [['Backspace'], texts.helpUndo],
      [['Space', '0'], texts.helpSkip],
      [[ADD_CLASS_KEY], texts.helpAddClass],
      [['F'], texts.helpFlag],
      [['N'], texts.helpNote],
      [['\u2190', '\u2192'], texts.helpMove],
      [['Home', 'End'], texts.helpEnds],
      [['G'], texts.helpGrid],
      [['Space', 'Shift', 'Ctrl'], texts.helpGridSelect],
      [['Ctrl A'], texts.helpGridAll],
      [['P'], texts.helpPixels],
      [['Z'], texts.helpZoom],
      [['-', '+'], texts.helpGridSize],
      [['O'], texts.helpOpen],
      [['Enter'], texts.helpAccept],
      [['?'], texts.helpHelp],
    ],
    { title: texts.helpTitle, notes: [texts.helpSaved], close: texts.close },
  );
