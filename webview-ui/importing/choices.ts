import type { ImportChoices } from '../../src/shared/protocol/importing';
import { element, setText } from '../common/element';

/** Tells of a change that a person made; what is left out stays. */
export type Change = (some: Partial<ImportChoices>) => void;

/** A group of choices of which one is taken. */
export function createRadios<V extends string>(name: string, values: readonly V[], choose: (value: V) => void) {
  const legend = element('legend');
  const rows = values.map((value) => {
    const input = element('input', {
      attributes: { type: 'radio', name, value },
      on: { change: () => choose(value) },
    });
    const text = element('span');
    return { value, input, text, node: element('label', { class: 'choice', children: [input, text] }) };
  });
  const node = element('fieldset', { class: 'choices', children: [legend, ...rows.map((row) => row.node)] });
  return {
    node,
    /** `texts`: of the values that can be chosen now. */
    draw(title: string, texts: Partial<Record<V, string>>, chosen: V): void {
      setText(legend, title);
      for (const { value, input, text, node: row } of rows) {
        row.hidden = texts[value] === undefined;
        setText(text, texts[value] ?? '');
        if (input.checked !== (value === chosen)) input.checked = value === chosen;
      }
    },
  };
}

/** Rows that are listed; of the rest only their number is told. */
export const MOST_ROWS = 200;
