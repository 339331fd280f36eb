import { element } from './element';

/** Keys and what they do, in a dialog; '…' stands for those between. */
export function createKeyHelp(
  rows: readonly (readonly [keys: readonly string[], text: string])[],
  texts: { readonly title: string; readonly notes: readonly string[]; readonly close: string },
): HTMLDialogElement {
  const dialog = element('dialog', { class: 'help', attributes: { 'aria-labelledby': 'help-title' } });
  dialog.append(
    element('h2', { text: texts.title, attributes: { id: 'help-title' } }),
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
    ...texts.notes.map((text) => element('p', { class: 'help-note', text })),
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
