import { percent } from '../../src/shared/percent';
import type { RoundTexts } from '../../src/shared/protocol/round';
import type { ClassFigures, RoundFigures } from '../../src/shared/roundFigures';
import { element } from '../common/element';

/** What is known of each class, as a table. */
export function classTable({ classes }: RoundFigures, texts: RoundTexts): HTMLElement {
  const heads = [texts.class, texts.labels, texts.measured, texts.recall, texts.precision];
  return element('div', {
    class: 'scrolled',
    children: [
      element('table', {
        attributes: { 'aria-label': texts.classes },
        children: [
          element('thead', {
            children: [
              element('tr', {
                children: heads.map((text, i) =>
                  element('th', { class: i === 0 ? 'head name' : 'head figure', text, attributes: { scope: 'col' } }),
                ),
              }),
            ],
          }),
          element('tbody', { children: classes.map(rowOf) }),
        ],
      }),
    ],
  });
}

const share = (value: number | null): string => (value === null ? '–' : percent(value));

function rowOf({ name, labels, images, recall, precision }: ClassFigures): HTMLElement {
  const cells = [String(labels), String(images), share(recall), share(precision)];
  return element('tr', {
    ...(labels === 0 ? { class: 'missing' } : {}),
    children: [
      element('th', { class: 'name', attributes: { scope: 'row' }, children: [element('bdi', { text: name })] }),
      ...cells.map((text) => element('td', { class: 'figure', text })),
    ],
  });
}
