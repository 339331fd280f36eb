import type { LabellingTexts } from '../../src/shared/protocol/labelling';
import { element } from '../common/element';

/** The keys, in a dialog. */
export function createHelp(texts: LabellingTexts): HTMLDialogElement {
  const rows: readonly (readonly [string[], string])[] = [
    [['1', '…', '9'], texts.helpClasses],
    [['A', '…', 'Z'], texts.helpLetters],
    [['/'], texts.helpFilter],
    [['Backspace'], texts.helpUndo],
    [['Space', '0'], texts.helpSkip],
    [['F'], texts.helpFlag],
    [['N'], texts.helpNote],
    [['\u2190', '\u2192'], texts.helpMove],
    [['Home', 'End'], texts.helpEnds],
    [['G'], texts.helpGrid],
    [['Space', 'Shift', 'Ctrl'], texts.helpGridSelect],
    [['Ctrl A'], texts.helpGridAll],
    [['P'], texts.helpPixels],
    [['?'], texts.helpHelp],
  ];
  const dialog = element('dialog', { class: 'help', attributes: { 'aria-labelledby': 'help-title' } });
  dialog.append(
    element('h2', { text: texts.helpTitle, attributes: { id: 'help-title' } }),
    element('dl', {
      children: rows.map(([keys, text]) =>
        element('div', {
          children: [
            element('dt', { children: keys.map((key) => (key === '…' ? key : element('kbd', { text: key }))) }),
            element('dd', { text }),
          ],
        }),
      ),
    }),
    element('p', { class: 'help-note', text: texts.helpSaved }),
    element('vscode-button', {
      text: texts.close,
      attributes: { autofocus: true },
      on: { click: () => dialog.close() },
    }),
  );
  // a click beside the dialog closes it: the dialog itself is hit only outside its content
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  return dialog;
}
