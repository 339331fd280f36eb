import { element, setText } from '../common/element';

export interface DropdownOption {
  readonly value: string;
  readonly text: string;
}

export interface LabelledDropdown {
  readonly node: HTMLElement;
  set(label: string, options: readonly DropdownOption[], value: string): void;
}

/** A dropdown of the toolkit with its label. */
export function createDropdown(id: string, changed: (value: string) => void): LabelledDropdown {
  const label = element('span', { class: 'label', attributes: { id: `${id}-label` } });
  const box = element('vscode-dropdown', { attributes: { id, 'aria-labelledby': `${id}-label` } }) as HTMLElement & {
    value: string;
  };
  let current = '';
  let shown = '';
  box.addEventListener('change', () => {
    if (box.value === current || box.value === '') return;
    current = box.value;
    changed(current);
  });
  return {
    node: element('div', { class: 'field', children: [label, box] }),
    set(text, options, value) {
      setText(label, text);
      current = value;
      const made = JSON.stringify(options);
      if (made !== shown) {
        shown = made;
        box.replaceChildren(
          ...options.map((option) =>
            element('vscode-option', {
              text: option.text,
              attributes: { value: option.value, selected: option.value === value, title: option.text },
            }),
          ),
        );
      }
      // Options that are new get known to the dropdown only after this task.
      requestAnimationFrame(() => {
        if (box.value !== current) box.value = current;
      });
    },
  };
}
