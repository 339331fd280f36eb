import type { CurveChart } from '../../src/shared/chart/curve';
import { curveTable } from '../../src/shared/chart/table';
import { element } from '../common/element';

/** The chart's numbers as a table. It is always there for screen readers; sighted people switch it on. */
export function dataTable(chart: CurveChart): HTMLElement {
  const { caption, header, rows } = curveTable(chart);
  const [first = '', ...rest] = header;
  const words = header.indexOf('Pre-training');
  const cell = (text: string, column: number) =>
    column === 0
      ? element('th', { attributes: { scope: 'row' }, children: [element('bdi', { text })] })
      : element('td', { class: column === words ? 'words' : 'number', text });
  return element('table', {
    children: [
      // the title stands above already
      element('caption', { text: capitalised(caption.replace(`${chart.title}: `, '')) }),
      element('thead', {
        children: [
          element('tr', {
            children: [
              element('th', { text: first, attributes: { scope: 'col' } }),
              ...rest.map((text, i) =>
                element('th', { class: i + 1 === words ? 'words' : 'number', text, attributes: { scope: 'col' } }),
              ),
            ],
          }),
        ],
      }),
      element('tbody', { children: rows.map((row) => element('tr', { children: row.map(cell) })) }),
    ],
  });
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
