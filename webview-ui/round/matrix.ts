import { fill } from '../../src/shared/fill';
import type { RoundTexts } from '../../src/shared/protocol/round';
import type { RoundFigures } from '../../src/shared/roundFigures';
import { element } from '../common/element';

const STEPS: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Shades of a cell. */
const SHADES = 8;

type Open = (round: number, label: string, predicted: string) => void;
/** Buttons by row and column; none where a cell holds no image. */
type Cells = ReadonlyArray<ReadonlyArray<HTMLButtonElement | null>>;

/**
 * The confusion matrix as a table whose numbers are buttons. They share one stop of the Tab key, and arrow keys go from one to the
 * next that holds images.
 */
export function createMatrix(open: Open) {
  const node = element('section', { class: 'part matrix' });
  let drawn = '';
  return {
    node,
    draw(figures: RoundFigures | null, texts: RoundTexts): void {
      node.hidden = figures === null || figures.confusion.length === 0;
      if (!figures || node.hidden) return;
      const key = JSON.stringify([figures.round, figures.classes.map(({ name }) => name), figures.confusion]);
      if (key === drawn) return; // the focus stays where it is
      drawn = key;
      const cells = cellsOf(figures, texts, open);
      const hint = element('p', { class: 'hint', text: texts.matrixHint, attributes: { id: 'matrix-hint' } });
      const keys = element('span', { class: 'visually-hidden', text: ` ${texts.matrixKeys}` });
      hint.append(keys);
      node.replaceChildren(
        element('h2', { text: texts.matrix, attributes: { id: 'matrix-title' } }),
        hint,
        element('div', { class: 'scrolled', children: [tableOf(figures, cells)] }),
      );
      moveByArrows(cells);
    },
  };
}

function tableOf({ classes, confusion }: RoundFigures, cells: Cells): HTMLElement {
  const names = classes.map(({ name }) => name);
  const header = names.map((name) =>
    element('th', {
      class: 'of-column',
      attributes: { scope: 'col', title: name },
      children: [element('span', { class: 'turned', children: [element('bdi', { text: name })] })],
    }),
  );
  const rows = names.map((name, t) => {
    const counts = confusion[t] ?? [];
    const total = counts.reduce((sum, n) => sum + n, 0);
    const head = element('th', {
      class: 'of-row',
      attributes: { scope: 'row' },
      children: [element('bdi', { text: name })],
    });
    const data = names.map((_, p) => {
      const count = counts[p] ?? 0;
      const shade = total > 0 ? Math.round((SHADES * count) / total) : 0;
      const kind = t === p ? 'right' : 'wrong';
      return element('td', {
        class: `cell ${kind} shade-${shade}`,
        children: [cells[t]?.[p] ?? element('span', { class: 'count none', text: '0' })],
      });
    });
    return element('tr', { children: [head, ...data] });
  });
  return element('table', {
    class: 'confusion',
    attributes: { 'aria-labelledby': 'matrix-title', 'aria-describedby': 'matrix-hint' },
    children: [
      element('thead', { children: [element('tr', { children: [element('td'), ...header] })] }),
      element('tbody', { children: rows }),
    ],
  });
}

function cellsOf({ round, classes, confusion }: RoundFigures, texts: RoundTexts, open: Open): Cells {
  return classes.map(({ name: label, images }, t) =>
    classes.map(({ name: predicted }, p) => {
      const count = confusion[t]?.[p] ?? 0;
      if (count === 0) return null;
      const said =
        t === p
          ? `${label}: ${fill(texts.cellRight, count, images)}`
          : fill(count === 1 ? texts.cellOne : texts.cell, count, label, predicted);
      return element('button', {
        class: 'count',
        text: String(count),
        attributes: { type: 'button', tabindex: -1, title: said, 'aria-label': said },
        on: { click: () => open(round, label, predicted) },
      });
    }),
  );
}

function moveByArrows(cells: Cells): void {
  const all = cells.flat().filter((button) => button !== null);
  const [first] = all;
  if (first) first.tabIndex = 0;
  for (const [row, buttons] of cells.entries())
    for (const [column, button] of buttons.entries())
      button?.addEventListener('keydown', (event) => {
        const step = STEPS[event.key];
        const next = step && nextIn(cells, row, column, step);
        if (!next || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        next.focus();
      });
  for (const button of all)
    button.addEventListener('focus', () => {
      for (const other of all) other.tabIndex = other === button ? 0 : -1;
    });
}

/** The next button in that direction; beside the way the nearest in the next row or column that has one. */
function nextIn(cells: Cells, row: number, column: number, [down, right]: readonly [number, number]) {
  const size = cells.length;
  for (let step = 1; step < size; step++) {
    const line = Array.from({ length: size }, (_, aside) => ({
      aside: Math.abs(aside - (down === 0 ? row : column)),
      button: down === 0 ? cells[aside]?.[column + step * right] : cells[row + step * down]?.[aside],
    }));
    const found = line.filter(({ button }) => button).sort((a, b) => a.aside - b.aside)[0];
    if (found?.button) return found.button;
  }
  return null;
}
